from __future__ import annotations

import pytest

from evalhub.models import Project, User
from rubrics.spec import LevelSpec
from tests.rubrics.criteria.asking import Asking, labels

REASONS = labels("Blur", "Other")
NOT_THE_WEB = (
    "It: line 2 is not a web address; begin it with http:// or https://, "
    "and leave out any name and password."
)


def test_it_takes_words_of_ones_own_beside_the_other_option(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "choice", levels=REASONS, settings={"other": "other"})
    answer = asking.answer(it="other", it__other="  Too dark ")
    assert (answer.level and answer.level.key, answer.number) == ("other", 2.0)
    assert answer.text == "Too dark"
    assert asking.words(answer) == "Other: Too dark"
    assert asking.answer(it="blur").text == ""


def test_it_says_what_to_mend_beside_the_other_option(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "choice", levels=REASONS, settings={"other": "other"})
    assert asking.error(it="other") == "It: say in a few words what “Other” is."
    assert asking.error(it="blur", it__other="Dark") == (
        "It: choose “Other”, or take away the words beside it."
    )
    assert asking.error(it="none_such") == "It: choose among the answers shown."
    assert asking.error(it="other", it__other="x" * 1000) == (
        "It: write at most 200 characters; there are 1000."
    )
    assert asking.error(it="other", it__other="a\x00b") == (
        "It: the text holds a character that cannot be read."
    )
    assert asking.error() == "It: choose an answer."


def test_it_draws_the_field_for_words_in_its_option(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "choice", levels=REASONS, settings={"other": "other"})
    html = asking.page({"it": "other", "it-other": "Too <dark>"})
    assert 'value="other" id="id_it_1" data-number="2" checked' in html
    assert 'name="it-other" id="id_it-other" value="Too &lt;dark&gt;"' in html


def test_it_puts_options_of_one_group_under_its_name(project: Project, lena: User) -> None:
    rows = (
        LevelSpec(1, "Hate", key="hate", group="Harm"),
        LevelSpec(2, "Violence", key="violence", group="Harm"),
        LevelSpec(3, "Spam", key="spam", group="Nuisance"),
        LevelSpec(4, "Fine", key="fine"),
    )
    html = Asking(project, lena, "choice", levels=rows).page()
    assert html.count('role="group"') == 2
    assert '<p class="group-name" id="id_it_group_0">Harm</p>' in html
    assert html.index("Harm") < html.index("Hate") < html.index("Nuisance") < html.index("Spam")


def test_it_keeps_addresses_one_to_a_line(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "text", settings={"urls": True})
    answer = asking.answer(it="https://example.com/a?b=c \r\n\r\n http://example.org")
    assert answer.text == "https://example.com/a?b=c\nhttp://example.org"


@pytest.mark.parametrize(
    "line",
    [
        "ftp://example.com",
        "javascript:alert(1)",
        "example.com",
        "http://",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "http://[::1",
        "http://" + "x" * 5000,
    ],
)
def test_it_names_the_line_that_is_no_address(project: Project, lena: User, line: str) -> None:
    asking = Asking(project, lena, "text", settings={"urls": True})
    assert asking.error(it=f"https://example.com\n{line}") == NOT_THE_WEB


def test_it_refuses_text_that_cannot_be_read(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "text")
    assert asking.error(it="a\x00b") == "It: the text holds a character that cannot be read."
