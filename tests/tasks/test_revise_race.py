"""Two tabs that change one judgment at once: one wins, the other is told and loses nothing."""

from __future__ import annotations

import uuid
from functools import partial
from inspect import unwrap
from threading import Barrier

import pytest
from django.db import IntegrityError

from evalhub.models import Role
from tasks.actions import RevisionConflictError, revise
from tasks.models import Judgment
from tests import cast
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TABS, PATIENCE = 6, 5


@pytest.fixture
def judgment(transactional_db: None) -> Judgment:
    project = cast.make_project()
    rosa, lena = cast.make_user("rosa"), cast.make_user("lena")
    cast.join(project, rosa, Role.EVALUATOR)
    cast.join(project, lena, Role.LEAD)
    cast.release_rubric(project, lena)
    cast.make_tasks(project, lena)
    return cast.judged(rosa, project, quality=5)


def change(judgment: Judgment, quality: int, key: uuid.UUID | None = None) -> Judgment | None:
    """Return the revision, None where another came in between."""
    try:
        return cast.revise(judgment, key=key, quality=quality).judgment
    except RevisionConflictError:
        return None


def test_it_lets_one_of_many_tabs_win(judgment: Judgment) -> None:
    made = at_once(partial(change, judgment, 1 + tab % 4) for tab in range(TABS))
    [won] = [one for one in made if one]
    assert list(Judgment.objects.order_by("revision")) == [judgment, won]
    assert Judgment.objects.get(current_for=judgment.assignment_id) == won


def test_it_makes_one_revision_of_ten_equal_changes_at_once(judgment: Judgment) -> None:
    made = at_once([partial(change, judgment, 2, uuid.uuid4())] * 10)
    assert len(set(made)) == 1
    assert Judgment.objects.count() == 2


def test_it_would_fail_without_words_if_it_did_not_lock(
    judgment: Judgment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin without lock and transaction: both have seen the newest; a constraint is left."""
    both_looked = Barrier(2)
    check_seen = revise._check_seen

    def check_together(judgment: Judgment) -> None:
        check_seen(judgment)
        both_looked.wait(PATIENCE)

    monkeypatch.setattr(revise, "lock_with_follow_ups", lambda pk: None)
    monkeypatch.setattr(revise, "_check_seen", check_together)
    monkeypatch.setattr(revise, "log_action", lambda **entry: None)  # it wants a transaction
    monkeypatch.setattr(cast, "revise_judgment", unwrap(revise.revise_judgment))
    made = at_once(partial(change_or_fail, judgment, quality) for quality in (1, 2))
    assert sorted(made) == ["constraint", "stored"]
    assert Judgment.objects.count() == 2


def change_or_fail(judgment: Judgment, quality: int) -> str:
    try:
        cast.revise(judgment, quality=quality)
    except IntegrityError:
        return "constraint"
    return "stored"
