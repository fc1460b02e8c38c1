"""A change and QA: what is drawn stays, what is changed may be drawn, first answers agree."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

import tasks.actions.revise as revise_action
from evalhub.models import Project, Role, User
from reviews import drawing
from reviews.actions import judging, record_revision
from reviews.drawing import draw_flagged_later
from reviews.models import AgreementRun, Audit
from reviews.stale import mark_stale_agreement
from rubrics.models import RubricVersion
from tasks import places, storing
from tasks.actions import Revision, RevisionRefusedError, raise_flag
from tasks.models import Assignment, FlagKind, Judgment
from tests import cast
from tests.reviews.bundles import build
from tests.reviews.scenes import judge
from tests.reviews.test_deadlocks import PATIENCE, both


@pytest.fixture
def judgment(project: Project, version: RubricVersion, rosa: User, mo: User) -> Judgment:
    set_audit_rate(0.0)
    cast.make_tasks(project, mo, judgments_per_task=2)
    return cast.judged(rosa, project, quality=4)


def set_audit_rate(rate: float) -> None:
    Project.objects.update(audit_rate=rate)


def revise(judgment: Judgment, quality: int, key: uuid.UUID | None = None) -> Revision:
    return record_revision(
        actor=judgment.evaluator,
        judgment=judgment,
        answers=cast.answer(judgment.version, {"quality": quality}),
        submit_key=key or uuid.uuid4(),
    )


def test_it_refuses_a_change_of_what_was_drawn_when_it_came_in(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    set_audit_rate(1.0)
    cast.make_tasks(project, mo)
    drawn = judge(rosa, Project.objects.get(pk=project.pk))
    with pytest.raises(RevisionRefusedError, match="drawn for review"):
        revise(drawn, 1)
    assert Audit.objects.get().judgment == drawn == Judgment.objects.get()


def test_it_refuses_a_change_of_what_was_drawn_for_a_flag_that_came_later(
    judgment: Judgment, mo: User
) -> None:
    raise_flag(actor=mo, task=judgment.task, kind=FlagKind.POLICY, note="A face")
    now = revise_unrecorded(judgment, 2)
    assert [draw_flagged_later() for _ in range(2)] == [1, 0]
    assert Audit.objects.get().judgment == now  # what counted when it was drawn
    with pytest.raises(RevisionRefusedError, match="drawn for review"):
        revise(now, 1)


def revise_unrecorded(judgment: Judgment, quality: int) -> Judgment:
    """Change it as if the flag had come after: nothing is drawn with the change."""
    return cast.revise(judgment, quality=quality).judgment


def test_it_closes_what_was_drawn_before_judgments_could_be_changed(
    project: Project, judgment: Judgment, rosa: User, mo: User
) -> None:
    set_audit_rate(1.0)
    cast.make_tasks(project, mo)
    drawn = judge(rosa, Project.objects.get(pk=project.pk))
    Assignment.objects.update(closed_to_changes_at=None)
    migration = import_module("reviews.migrations.0004_close_drawn_judgments")
    migration.close_drawn_judgments(apps, connection.schema_editor())
    closed = Assignment.objects.get(closed_to_changes_at__isnull=False)
    assert (closed.judgment, closed.closed_to_changes_at) == (drawn, Audit.objects.get().drawn_at)


def test_it_may_draw_what_was_changed_once(judgment: Judgment) -> None:
    set_audit_rate(1.0)
    key = uuid.uuid4()
    now = revise(judgment, 2, key).judgment
    assert revise(judgment, 2, key).judgment == now
    audit = Audit.objects.get()
    assert (audit.judgment, audit.inclusion_probability) == (now, 1.0)
    with pytest.raises(RevisionRefusedError, match="drawn for review"):
        revise(now, 1)


def test_it_draws_nothing_where_nothing_was_different(judgment: Judgment) -> None:
    set_audit_rate(1.0)
    assert not revise(judgment, 4).is_new
    assert not Audit.objects.exists()


def test_it_leaves_the_agreement_of_first_answers_alone(
    judgment: Judgment, version: RubricVersion
) -> None:
    run = AgreementRun.objects.create(version=version, work_state="done", watermark=judgment.pk)
    revise(judgment, 1)
    assert mark_stale_agreement() == 0
    run.refresh_from_db()
    assert run.work_state == "done"


@pytest.mark.django_db(transaction=True)  # an export reads on a connection of its own
def test_it_exports_every_revision_and_says_which_counts(
    project: Project, judgment: Judgment, mo: User
) -> None:
    now = revise(judgment, 1).judgment
    rows = build(project, mo).lines("judgments")
    assert [(row["judgment"], row["revision"], row["vote"], row["is_current"]) for row in rows] == [
        (judgment.pk, 1, 1, False),
        (now.pk, 2, 1, True),
    ]


def test_it_shows_the_reviewer_the_first_answer_beside_what_was_drawn(
    client: Client, judgment: Judgment, ada: User, mo: User
) -> None:
    set_audit_rate(1.0)
    now = revise(judgment, 2).judgment
    client.force_login(ada)
    html = " ".join(client.get(Audit.objects.get(judgment=now).get_absolute_url()).text.split())
    assert "Changed by the evaluator before it was drawn" in html
    assert "<del>4 Good</del> <ins>2 Poor</ins>" in html
    assert "/judgments/" not in html


# ---------------------------------------------------------------- drawn and changed at once


@pytest.fixture
def flagged(transactional_db: None) -> Judgment:
    """A judgment that the next sweep draws, for a flag that came after it."""
    project = cast.make_project(audit_rate=0.0)
    rosa, lena = cast.make_user("rosa"), cast.make_user("lena")
    cast.join(project, rosa, Role.EVALUATOR)
    cast.join(project, lena, Role.LEAD)
    cast.release_rubric(project, lena)
    [task] = cast.make_tasks(project, lena)
    judgment = cast.judged(rosa, project, quality=4)
    raise_flag(actor=lena, task=task, kind=FlagKind.POLICY, note="A face")
    return judgment


def held_up(
    reached: threading.Event, go_on: threading.Event, call: Callable[..., Any]
) -> Callable[..., Any]:
    """Return `call`, held up for the other to overtake, or to come to the lock and wait there."""

    def wrapped(*args: Any, **options: Any) -> Any:
        reached.set()
        go_on.wait(1)
        return call(*args, **options)

    return wrapped


def draw_while_it_is_changed(
    judgment: Judgment, monkeypatch: pytest.MonkeyPatch
) -> list[BaseException]:
    """Draw when a change has passed every check and is not stored; return what went wrong."""
    checked, drawn = threading.Event(), threading.Event()
    store = held_up(checked, drawn, storing.store_judgment)
    monkeypatch.setattr(revise_action, "store_judgment", store)
    monkeypatch.setattr(judging, "draw_audit", lambda judgment: None)  # as if not yet flagged

    def draw() -> None:
        checked.wait(PATIENCE)
        draw_flagged_later()
        drawn.set()

    return both(lambda: revise(judgment, 1), draw)


def test_it_draws_what_counts_after_a_change_that_came_first(
    flagged: Judgment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert draw_while_it_is_changed(flagged, monkeypatch) == []
    now = Judgment.objects.current().get()
    assert (now.revision, Audit.objects.get().judgment) == (2, now)
    assert now.assignment.closed_to_changes_at is not None


def test_it_would_draw_what_does_not_count_if_it_did_not_lock(
    flagged: Judgment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin with the guard off; on SQLite the transaction itself lets one in at a time."""
    monkeypatch.setattr(drawing, "lock_task", lambda pk: None)
    draw_while_it_is_changed(flagged, monkeypatch)
    assert Audit.objects.get().judgment.is_current is (connection.vendor == "sqlite")


def test_it_refuses_a_change_that_came_after_the_draw(
    flagged: Judgment, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, never = threading.Event(), threading.Event()
    monkeypatch.setattr(drawing, "close_to_changes", held_up(found, never, places.close_to_changes))

    def change() -> None:
        found.wait(PATIENCE)
        revise(flagged, 1)

    [refused] = both(draw_flagged_later, change)
    assert isinstance(refused, RevisionRefusedError)
    assert Audit.objects.get().judgment == flagged == Judgment.objects.get()
