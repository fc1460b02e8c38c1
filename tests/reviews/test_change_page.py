"""The page on which a judgment is changed: filled in, refused in words, in conflict."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Judgment
from tasks.places import close_to_changes
from tests import cast


@pytest.fixture
def rich(project: Project, lena: User) -> RubricVersion:
    return cast.release_rubric(
        project,
        lena,
        cast.quality_criterion(justification_rule="always", justification_min_length=5),
        CriterionSpec("beauty", "scale", "Beauty", allows_not_applicable=True),
        CriterionSpec("remark", "text", "Remark", is_required=False),
        CriterionSpec(
            "kind", "choice", "Kind", levels=(LevelSpec(1, "Night"), LevelSpec(2, "Day"))
        ),
    )


@pytest.fixture
def judgment(project: Project, rich: RubricVersion, rosa: User, mo: User) -> Judgment:
    cast.make_tasks(project, mo, judgments_per_task=2)
    held = cast.claim(rosa, project)
    answers = cast.answer(
        held.version,
        {"quality": 4, "beauty": 62.5, "remark": "Crop it.", "kind": 2},
        {"quality": "Good light on the pier."},
    )
    judgment = cast.submit_answers(held, answers).judgment
    assert judgment is not None
    return judgment


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def address(judgment: Judgment) -> str:
    return reverse("judgment-change", args=[judgment.pk])


def fields_of(html: str) -> dict[str, str]:
    """Return what a browser would send of the page, nothing touched."""
    fields = dict(re.findall(r'<input type="hidden" name="(work-\w+)" value="(.*?)">', html))
    for tag in re.findall(r"<input [^>]*checked[^>]*>", html):
        if 'type="radio"' in tag or 'type="checkbox"' in tag:
            name, value = (re.search(rf'{key}="(.*?)"', tag) for key in ("name", "value"))
            if name:
                fields[name[1]] = value[1] if value else "on"
    for tag in re.findall(r'<input [^>]*type="(?:number|text)"[^>]*>', html):
        name, value = (re.search(rf'\b{key}="(.*?)"', tag) for key in ("name", "value"))
        if name:
            fields[name[1]] = value[1] if value else ""
    fields |= dict(re.findall(r'<textarea name="(.*?)"[^>]*>\s?(.*?)</textarea>', html, re.S))
    return {name: value for name, value in fields.items() if not name.startswith("flag-")}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_shows_what_is_stored_and_takes_it_back_as_the_same(
    page: Client, judgment: Judgment
) -> None:
    html = page.get(address(judgment)).content.decode()
    assert "You are changing your judgment of" in html
    assert "Your first answer is kept." in html
    fields = fields_of(html)
    assert fields["beauty"] == "62.5"
    assert (fields["quality-why"], fields["remark"]) == ("Good light on the pier.", "Crop it.")
    response = page.post(address(judgment), fields, follow=True)
    assert response.redirect_chain == [(reverse("judgment", args=[judgment.pk]), 302)]
    assert "Nothing was different, so your judgment stays as it was." in text_of(response)
    assert Judgment.objects.get() == judgment


def test_it_stores_the_change_and_shows_what_was_changed(page: Client, judgment: Judgment) -> None:
    fields = fields_of(page.get(address(judgment)).content.decode())
    changed = {**fields, "quality": "level_2", "beauty": "", "beauty-na": "on", "remark": ""}
    response = page.post(address(judgment), changed, follow=True)
    now = Judgment.objects.get(revision=2)
    assert response.redirect_chain == [(reverse("judgment", args=[now.pk]), 302)]
    html = text_of(response)
    assert "Your judgment is changed. Your first answer is kept." in html
    for before, after in (
        ("4 Good", "2 Poor"),
        ("62.5", "Not applicable"),
        ("Crop it.", "not answered"),
    ):
        assert f"<del>{before}</del> <ins>{after}</ins>" in html
    assert html.count("<del>") == 3  # the kind is what it was
    first = text_of(page.get(reverse("judgment", args=[judgment.pk])))
    assert "Your first answer" in first
    assert f'href="{reverse("judgment", args=[now.pk])}"' in first
    assert address(judgment) not in first


def test_it_sends_the_same_change_once(page: Client, judgment: Judgment) -> None:
    fields = {**fields_of(page.get(address(judgment)).text), "quality": "level_2"}
    targets = {page.post(address(judgment), fields).headers["Location"] for _ in range(2)}
    assert targets == {reverse("judgment", args=[Judgment.objects.latest("pk").pk])}
    assert Judgment.objects.count() == 2


def test_it_knows_when_the_page_was_opened(page: Client, judgment: Judgment) -> None:
    before = timezone.now()
    fields = {**fields_of(page.get(address(judgment)).text), "quality": "level_2"}
    opened = timezone.now()
    short = page.post(address(judgment), {**fields, "quality-why": "", "work-active_seconds": "9"})
    again = {**fields_of(short.text), "quality-why": "Soft.", "work-active_seconds": "86000"}
    page.post(address(judgment), again)
    now = Judgment.objects.latest("pk")
    assert now.revision == 2
    assert before <= now.opened_at <= opened
    assert now.active_seconds is not None
    assert timedelta(seconds=now.active_seconds) <= now.submitted_at - before


def test_it_says_what_is_missing_and_keeps_everything_typed(
    page: Client, judgment: Judgment
) -> None:
    fields = fields_of(page.get(address(judgment)).text)
    response = page.post(
        address(judgment), {**fields, "quality-why": "Meh", "remark": "Crop it, at the left."}
    )
    html = text_of(response)
    assert response.status_code == 422
    assert '<a href="#id_quality-why">Quality: the justification has 3 characters' in html
    assert "Crop it, at the left.</textarea>" in html
    assert "data-holds-typed" in html
    assert Judgment.objects.count() == 1


@pytest.mark.parametrize("key", [None, "", "not-a-key", "another"])
def test_it_renews_a_key_that_is_not_its_own(
    page: Client, project: Project, judgment: Judgment, rosa: User, mo: User, key: str | None
) -> None:
    fields = {**fields_of(page.get(address(judgment)).text), "quality": "level_2"}
    if key == "another":
        cast.make_tasks(project, mo)
        held = cast.claim(rosa, project)
        answers = cast.answer(held.version, {"quality": 4, "beauty": 1, "kind": 1})
        other = cast.submit_answers(held, answers).judgment
        assert other is not None
        key = fields_of(page.get(address(other)).text)["work-submit_key"]
    fields["work-submit_key"] = key or ""
    if key is None:
        del fields["work-submit_key"]
    response = page.post(address(judgment), fields)
    assert response.status_code == 422
    assert "Nothing you typed is lost: submit again." in text_of(response)
    assert page.post(address(judgment), fields_of(response.text)).status_code == 302
    assert Judgment.objects.get(revision=2).scores.get(criterion__key="quality").number == 2


def test_it_shows_both_texts_when_another_tab_was_first(page: Client, judgment: Judgment) -> None:
    tabs = [fields_of(page.get(address(judgment)).text) for _ in range(2)]
    page.post(address(judgment), {**tabs[0], "quality-why": "The pier is soft."})
    response = page.post(
        address(judgment), {**tabs[1], "quality": "level_1", "quality-why": "The sky is burnt."}
    )
    html = text_of(response)
    now = Judgment.objects.get(revision=2)
    assert response.status_code == 409
    for words in (
        "You have changed this judgment meanwhile", "What you sent now is not stored.",
        "The pier is soft.", "The sky is burnt.", "4 Good", "1 Bad",
        f'href="{address(now)}"',
    ):  # fmt: skip
        assert words in html
    assert Judgment.objects.count() == 2


def test_it_keeps_what_was_typed_when_it_was_drawn_meanwhile(
    page: Client, judgment: Judgment
) -> None:
    fields = fields_of(page.get(address(judgment)).text)
    close_to_changes(judgment)
    response = page.post(address(judgment), {**fields, "quality-why": "The sky is burnt."})
    html = text_of(response)
    assert response.status_code == 409
    for words in ("It was drawn for review, so it stays as it is.", "The sky is burnt."):
        assert words in html
    assert address(judgment) not in html
    assert Judgment.objects.count() == 1


def test_it_leads_to_what_counts_where_nothing_can_be_changed(
    page: Client, judgment: Judgment
) -> None:
    answers = {"quality": 1, "beauty": 5, "kind": 1}
    now = cast.revise(judgment, answers).judgment
    current = reverse("judgment", args=[now.pk])
    assert page.get(address(judgment)).headers["Location"] == current
    close_to_changes(now)
    response = page.get(address(now), follow=True)
    assert response.redirect_chain == [(current, 302)]
    assert "It was drawn for review, so it stays as it is." in text_of(response)
    assert address(now) not in response.text


def test_it_leads_back_to_the_page_after_a_sign_in(client: Client, judgment: Judgment) -> None:
    response = client.post(address(judgment), {})
    target = f"{reverse('account_login')}?next={address(judgment)}"
    assert response.headers["Location"] == target


def test_it_keeps_its_drafts_apart_from_those_of_judging(page: Client, judgment: Judgment) -> None:
    html = page.get(address(judgment)).text
    assert f'data-judgment="{judgment.pk}"' in html
    assert "data-draft-key" not in html
    assert "data-holds-typed" not in html
    assert "data-renew-url" not in html


@pytest.mark.parametrize("name", ["ravi", "lena", "otto"])
def test_it_is_nobody_elses(
    client: Client, judgment: Judgment, request: pytest.FixtureRequest, name: str
) -> None:
    client.force_login(request.getfixturevalue(name))
    for response in (client.get(address(judgment)), client.post(address(judgment), {})):
        assert response.status_code == 404
