"""Tabs that save drafts of one task at the same moment, each on a connection of its own."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest

from evalhub.models import Project, Role
from tasks.actions import AssignmentClosedError, NewerDraftError, save_draft
from tasks.models import Assignment, Draft, Judgment
from tests import cast
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 4
SAVES = 8
ROUNDS = 5


@pytest.fixture
def held(transactional_db: None) -> Assignment:
    project: Project = cast.make_project()
    lead, manager, rosa = (cast.make_user(name) for name in ("lena", "mo", "rosa"))
    cast.join(project, lead, Role.LEAD)
    cast.join(project, manager, Role.MANAGER)
    cast.join(project, rosa, Role.EVALUATOR)
    cast.release_rubric(project, lead)
    cast.make_tasks(project, manager, ROUNDS)
    return cast.claim(rosa, project)


def save(held: Assignment, sequence: int, text: str) -> bool:
    typed = {"quality-why": [text]}
    try:
        save_draft(actor=held.evaluator, assignment=held, sequence=sequence, typed=typed)
    except NewerDraftError:
        return False
    return True


def test_it_ends_with_the_newest_draft_whatever_comes_first(held: Assignment) -> None:
    def save_some(tab: int) -> list[int]:
        order = random.sample(range(1, SAVES + 1), SAVES)
        return [sequence for sequence in order if save(held, sequence, f"{tab}: {sequence}")]

    done = at_once(partial(save_some, tab) for tab in range(TABS))
    taken = [sequence for own in done for sequence in own]
    draft = Draft.objects.get()
    assert draft.sequence == SAVES
    # One tab's text for each sequence that was taken: nobody was told so and then overwritten.
    assert len(taken) == len(set(taken))
    winner = next(tab for tab, own in enumerate(done) if SAVES in own)
    assert draft.typed == {"quality-why": [f"{winner}: {SAVES}"]}


def test_it_leaves_no_draft_behind_a_submit(held: Assignment) -> None:
    """A save on its way meets the submit: it comes before and is deleted, or is refused."""
    rosa, project = held.evaluator, held.project
    for _ in range(ROUNDS):
        barrier = Barrier(2)

        def type_on(held: Assignment = held, barrier: Barrier = barrier) -> None:
            for sequence in range(1, SAVES + 1):
                if sequence == SAVES // 2:
                    barrier.wait(20)
                try:
                    save(held, sequence, "Typing")
                except AssignmentClosedError:
                    return

        def submit(held: Assignment = held, barrier: Barrier = barrier) -> None:
            barrier.wait(20)
            cast.submit(held)

        calls: list[Callable[[], None]] = [type_on, submit]
        at_once(calls)
        assert not Draft.objects.exists()
        if Judgment.objects.count() < ROUNDS:
            held = cast.claim(rosa, project)
