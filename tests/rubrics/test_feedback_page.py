"""The field under each clause, and the button that puts an answer away."""

from __future__ import annotations

import pytest
from django.test import Client

from evalhub.models import User
from rubrics.actions import answer_feedback, give_feedback, publish_version, start_draft
from rubrics.models import Feedback, RubricVersion

SEND = "/projects/photos/feedback/"
PAGE = "/projects/photos/guideline/"
HTMX = {"HX-Request": "true"}
REMARK = {"version": "1", "criterion": "quality", "text": "Is <b>grain</b> a fault?"}


@pytest.fixture
def as_rosa(client: Client, version: RubricVersion, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def test_it_takes_a_remark_and_leads_back_to_its_clause(as_rosa: Client, rosa: User) -> None:
    answer = as_rosa.post(SEND, REMARK)
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?version=1#remarks-quality"
    remark = Feedback.objects.get()
    assert (remark.criterion_key, remark.given_by, remark.text) == ("quality", rosa, REMARK["text"])
    page = as_rosa.get(PAGE).text
    assert "Is &lt;b&gt;grain&lt;/b&gt; a fault?" in page
    assert "not answered yet" in page


def test_it_answers_htmx_with_the_remarks_of_the_clause_alone(as_rosa: Client) -> None:
    answer = as_rosa.post(SEND, REMARK, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.count("<form") == 1
    for words in (
        'id="remarks-quality"',
        "grain",
        "Sent. A lead answers it",
        "csrfmiddlewaretoken",
    ):
        assert words in answer.text


def test_it_keeps_what_was_typed_where_it_is_refused(as_rosa: Client) -> None:
    long = "x" * 1001
    for headers in (None, HTMX):
        answer = as_rosa.post(SEND, REMARK | {"text": long}, headers=headers)
        assert answer.status_code == 422
        assert long in answer.text
        assert "Say it in 1000 characters at most." in answer.text
        assert answer.text.count("aria-invalid") == 1
    assert not Feedback.objects.exists()


def test_it_asks_for_words(as_rosa: Client) -> None:
    answer = as_rosa.post(SEND, {"version": "1", "text": "  "})
    assert answer.status_code == 422
    assert "Say what is unclear, then send it." in answer.text


def test_it_takes_remarks_on_what_is_released_only(
    as_rosa: Client, version: RubricVersion, lena: User
) -> None:
    start_draft(actor=lena, rubric=version.rubric)
    for wrong in ("2", "7", "x"):
        assert as_rosa.post(SEND, REMARK | {"version": wrong}).status_code == 404
    assert as_rosa.post(SEND, REMARK | {"criterion": "beauty"}).status_code == 422
    assert as_rosa.post(SEND, REMARK | {"criterion": "beauty"}, headers=HTMX).status_code == 404
    assert not Feedback.objects.exists()


def test_it_takes_no_name_but_the_senders(as_rosa: Client, rosa: User, lena: User) -> None:
    as_rosa.post(SEND, REMARK | {"given_by": lena.pk, "state": "answered", "answer": "Mine"})
    remark = Feedback.objects.get()
    assert (remark.given_by, remark.state, remark.answer) == (rosa, "open", "")


def test_it_is_not_there_for_strangers(client: Client, version: RubricVersion, otto: User) -> None:
    client.force_login(otto)
    assert client.post(SEND, REMARK).status_code == 404


def test_it_shows_own_remarks_with_their_answers_and_nobody_elses(
    as_rosa: Client, version: RubricVersion, rosa: User, ravi: User, lena: User
) -> None:
    give_feedback(actor=ravi, version=version, criterion_key="quality", text="From ravi")
    own = give_feedback(actor=rosa, version=version, criterion_key="", text="From rosa")
    answer_feedback(actor=lena, feedback=own, answer="Look twice.")
    other = give_feedback(actor=rosa, version=version, criterion_key="quality", text="And this?")
    second = publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
    answer_feedback(actor=lena, feedback=other, version=second)
    page = as_rosa.get(PAGE, {"version": "1"}).text
    for words in ("From rosa", "Look twice.", "Answered in version 2."):
        assert words in page
    assert "From ravi" not in page


def test_it_puts_an_own_answer_away(
    as_rosa: Client, version: RubricVersion, rosa: User, ravi: User, lena: User
) -> None:
    own, others, unanswered = (
        give_feedback(actor=person, version=version, criterion_key="quality", text=text)
        for person, text in ((rosa, "Mine"), (ravi, "Not mine"), (rosa, "Open"))
    )
    for remark in (own, others):
        answer_feedback(actor=lena, feedback=remark, answer="So it is.")
    for _ in range(2):
        assert as_rosa.post(f"/feedback/{own.pk}/seen/").status_code == 302
    for remark in (others, unanswered):
        assert as_rosa.post(f"/feedback/{remark.pk}/seen/").status_code == 404
    assert list(Feedback.objects.exclude(seen_at=None)) == [own]
