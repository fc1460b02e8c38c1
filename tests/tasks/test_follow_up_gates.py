"""What is asked again is whole: also where a release moves what decides which answers are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from evalhub.models import Project, User
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Assignment, Judgment
from tests import cast
from tests.tasks.release_data import (
    KEYS,
    five_criteria,
    make_again,
    read_and_claim,
    release_next,
    reworded,
)

SHOWS = CriterionSpec(
    key="shows",
    type="binary",
    title="Shows",
    description="Does it show what was asked for?",
    levels=(LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes")),
)
GATE = replace(SHOWS, gate_low=0, gate_high=0)
FIVE = five_criteria()
BROKEN = reworded(FIVE, "light")


def only_if_shown(criteria: tuple[CriterionSpec, ...], key: str) -> tuple[CriterionSpec, ...]:
    return tuple(
        replace(
            one,
            condition_effect="show",
            condition_criterion="shows",
            condition_low=1,
            condition_high=1,
        )
        if one.key == key
        else one
        for one in criteria
    )


def submit(client: Client, held: Assignment, **answers: str) -> Judgment:
    """Submit by the page, which leaves void what is not asked."""
    client.force_login(held.evaluator)
    data = {"work-submit_key": held.submit_key, **answers}
    response = client.post(reverse("submit", args=[held.pk]), data)
    assert response.status_code == 302, response.text
    return Judgment.objects.get(task=held.task)


def asked_by_page(client: Client, held: Assignment) -> set[str]:
    client.force_login(held.evaluator)
    page = client.get(reverse("assignment", args=[held.pk])).text
    return {key for key in ("shows", *KEYS) if f'name="{key}"' in page}


def answers_of(judgment: Judgment) -> dict[str, str | float | None]:
    return {
        score.criterion.key: score.number if score.state == "answered" else score.state
        for score in judgment.scores.all()
    }


def judge_and_ask_again(
    client: Client,
    people: tuple[User, User, User],
    project: Project,
    criteria: tuple[tuple[CriterionSpec, ...], tuple[CriterionSpec, ...]],
    decisions: dict[str, str],
    **answers: str,
) -> Assignment:
    """Judge under the first criteria, release the second, and claim what is asked again."""
    lena, rosa, mo = people
    before, after = criteria
    cast.release_rubric(project, lena, *before)
    cast.make_tasks(project, mo, judgments_per_task=1)
    submit(client, cast.claim(rosa, project), **answers)
    version = release_next(project, lena, after, decisions, "reask")
    make_again(version)
    return read_and_claim(rosa, project, version)


@pytest.mark.parametrize(
    ("after", "decisions", "asked"),
    [
        ((SHOWS, *BROKEN), {"shows": "clarifying", "light": "breaking"}, set(KEYS)),
        ((SHOWS, *BROKEN), {"shows": "breaking", "light": "breaking"}, {"shows", *KEYS}),
        (BROKEN, {"light": "breaking"}, set(KEYS)),
        (
            (SHOWS, *only_if_shown(BROKEN, "noise")),
            {"shows": "clarifying", "noise": "clarifying", "light": "breaking"},
            set(KEYS) - {"noise"},
        ),
    ],
    ids=["made clearer", "broken", "dropped", "moved to a condition"],
)
def test_it_asks_what_a_gate_had_made_void_once_the_gate_is_gone(
    client: Client, project: Project, lena: User, rosa: User, mo: User,
    after: tuple[CriterionSpec, ...], decisions: dict[str, str], asked: set[str],
) -> None:  # fmt: skip
    held = judge_and_ask_again(
        client, (lena, rosa, mo), project, ((GATE, *FIVE), after), decisions, shows="no"
    )
    assert asked_by_page(client, held) == asked
    again = {"shows": "yes"} if "shows" in asked else {}
    judgment = submit(client, held, **again, **dict.fromkeys(asked & set(KEYS), "fair"))
    stored = answers_of(judgment)
    assert {key: stored[key] for key in asked & set(KEYS)} == dict.fromkeys(asked & set(KEYS), 2)
    assert set(stored) == {one.key for one in after}
    assert [key for key, state in stored.items() if state == "void"] == [
        key for key in KEYS if key not in asked
    ]


def test_it_asks_what_a_condition_had_hidden_once_it_is_for_everybody(
    client: Client, project: Project, lena: User, rosa: User, mo: User
) -> None:
    held = judge_and_ask_again(
        client,
        (lena, rosa, mo),
        project,
        ((SHOWS, *only_if_shown(FIVE, "noise")), (SHOWS, *BROKEN)),
        {"noise": "clarifying", "light": "breaking"},
        shows="no",
        **{key: "good" for key in KEYS if key != "noise"},
    )
    assert asked_by_page(client, held) == {"light", "noise"}
    judgment = submit(client, held, light="bad", noise="fair")
    assert answers_of(judgment) == {
        **dict.fromkeys(KEYS, 3), "shows": 0, "light": 1, "noise": 2
    }  # fmt: skip


def test_it_makes_void_what_a_new_gate_no_longer_asks(
    client: Client, project: Project, lena: User, rosa: User, mo: User
) -> None:
    held = judge_and_ask_again(
        client,
        (lena, rosa, mo),
        project,
        ((SHOWS, *FIVE), (GATE, *BROKEN)),
        {"shows": "clarifying", "light": "breaking"},
        shows="no",
        **dict.fromkeys(KEYS, "good"),
    )
    judgment = submit(client, held)
    assert answers_of(judgment) == {"shows": 0, **dict.fromkeys(KEYS, "void")}
