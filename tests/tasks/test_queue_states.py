"""The queue under whatever people do in whatever order: what must hold, holds after each step."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from evalhub.models import Role, User
from rubrics.models import RubricVersion
from tasks import candidates, jobs
from tasks.actions import (
    AssignmentClosedError,
    RevisionConflictError,
    RevisionRefusedError,
    Submission,
    adjust_tasks,
    claim_next_task,
    deactivate_user,
    hold_tasks_ahead,
    release_assignment,
    renew_assignment,
    skip_task,
    submit_judgment,
)
from tasks.carried import asked_again
from tasks.counters import count_batch
from tasks.models import Assignment, Batch, Judgment, QueueWalk, SkipReason, Task
from tasks.places import close_to_changes, lock_task, settle
from tests import cast
from tests.tasks.release_data import release_next

# So few that people are in each other's way.
EVALUATORS = 3
TASKS = 3
CLAUSES = itertools.count(1)
GIVEN = [Assignment.State.OPEN, Assignment.State.SUBMITTED, Assignment.State.SKIPPED]

who = st.integers(0, EVALUATORS - 1)
which = st.integers(0, 99)


class QueueMachine(RuleBasedStateMachine):
    """Evaluators, a lead and a clock at work on one project."""

    def __init__(self) -> None:
        super().__init__()
        number = next(CLAUSES)
        self.project = cast.make_project(f"project-{number}", holds_ahead=1)
        self.lead = cast.make_user(f"lead-{number}")
        self.operator = cast.make_user(f"operator-{number}", is_superuser=True)
        cast.join(self.project, self.lead, Role.LEAD, Role.MANAGER)
        self.people = [cast.make_user(f"person-{number}-{n}") for n in range(EVALUATORS)]
        for person in self.people:
            cast.join(self.project, person, Role.EVALUATOR)
        self.drawn: dict[int, int] = {}
        self.stored: list[tuple[int, str]] = []
        # Never look back: what a mark hides is hidden.
        QueueWalk.objects.filter(project=self.project).update(looked_back_at=timezone.now())
        cast.release_rubric(self.project, self.lead, cast.quality_criterion())
        for priority, count, asked in ((0, TASKS - 1, 2), (1, 1, 1)):
            cast.make_tasks(
                self.project, self.lead, count, judgments_per_task=asked, priority=priority
            )

    # ------------------------------------------------------------ what evaluators do
    @rule(one=who)
    def claim(self, one: int) -> None:
        person = self._person(one)
        if not person.is_active:
            return
        cast.read_changes(person, self.project)
        had = self._current(person)
        possible = self._possible(person)
        given = claim_next_task(actor=person, project=self.project)
        if had:
            assert given == had
        elif possible:
            assert given is not None, f"nothing for {person}, who could get {possible}"
            assert given.task_id in possible
        else:
            assert given is None

    @rule(one=who)
    def hold_ahead(self, one: int) -> None:
        person = self._person(one)
        if person.is_active:
            held = hold_tasks_ahead(actor=person, project=self.project)
            assert not held or self._current(person)
            assert len(held) <= self.project.holds_ahead

    @rule(one=who, answer=st.integers(1, 5))
    def submit(self, one: int, answer: int) -> None:
        if assignment := self._current(self._person(one)):
            submission = self._submit(assignment, answer)
            assert submission.judgment is not None
            assert self._submit(assignment, answer).judgment == submission.judgment

    @rule(one=who, answer=st.integers(1, 5))
    def claim_and_submit(self, one: int, answer: int) -> None:
        self.claim(one)
        self.submit(one, answer)

    @rule(one=who)
    def claim_and_leave(self, one: int) -> None:
        """Get a task, and never come back to it nor to those held ahead."""
        self.claim(one)
        Assignment.objects.open().filter(evaluator=self.people[one]).update(
            leased_until=timezone.now() - timedelta(minutes=1)
        )

    @rule(one=which, answer=st.integers(1, 5))
    def submit_late(self, one: int, answer: int) -> None:
        """From a page whose hold is over: stored or kept aside, and never dropped."""
        over = Assignment.objects.filter(
            project=self.project, state__in=["lapsed", "released"], evaluator__is_active=True
        )
        if assignment := self._one_of(over, one):
            submission = self._submit(assignment, answer)
            assert submission.judgment or submission.parked

    @rule(one=which, answer=st.integers(1, 5))
    def revise(self, one: int, answer: int) -> None:
        """Change one of the last judgments, from a page that shows it as it is or as it was."""
        judged = Judgment.objects.filter(project=self.project, evaluator__is_active=True)
        seen = self._one_of(judged.select_related("evaluator", "assignment", "version"), one)
        if seen is None:
            return
        before = self._first_answers()
        asked = asked_again(seen.assignment).only or {"quality"}
        try:
            now = cast.revise(seen, dict.fromkeys(asked, answer)).judgment
        except RevisionConflictError:
            seen.assignment.refresh_from_db()
            assert not seen.is_current
        except RevisionRefusedError:
            assert seen.is_current
        else:
            assert now == seen or now.revision == seen.revision + 1
            assert now.is_current
        assert self._first_answers() == before

    @rule(one=which)
    def draw(self, one: int) -> None:
        """Have somebody else decide about a judgment: from then on it stays as it is."""
        current = Judgment.objects.current().filter(project=self.project)
        if judgment := self._one_of(current, one):
            with transaction.atomic():
                lock_task(judgment.task_id)
                close_to_changes(judgment)
            self.drawn[judgment.assignment_id] = judgment.pk

    @rule(one=who)
    def skip(self, one: int) -> None:
        if assignment := self._current(self._person(one)):
            skip_task(actor=assignment.evaluator, assignment=assignment, reason=SkipReason.OTHER)

    @rule(one=who)
    def release(self, one: int) -> None:
        if assignment := self._current(self._person(one)):
            release_assignment(actor=assignment.evaluator, assignment=assignment)

    @rule(one=which)
    def renew(self, one: int) -> None:
        some = Assignment.objects.filter(
            project=self.project, state__in=["open", "lapsed"], evaluator__is_active=True
        )
        if assignment := self._one_of(some, one):
            try:
                renewed = renew_assignment(actor=assignment.evaluator, assignment=assignment)
            except AssignmentClosedError:
                return
            assert renewed.leased_until > timezone.now()

    # ------------------------------------------------------------ what happens to them
    @rule(one=which)
    def lapse(self, one: int) -> None:
        held = Assignment.objects.held().filter(project=self.project)
        if assignment := self._one_of(held, one):
            ended = timezone.now() - timedelta(minutes=1)
            Assignment.objects.filter(pk=assignment.pk).update(leased_until=ended, opened_at=ended)

    @rule(one=which, number=st.integers(1, 4))
    def change_judgments_per_task(self, one: int, number: int) -> None:
        if task := self._one_of(Task.objects.filter(project=self.project, kind="production"), one):
            with transaction.atomic():
                settle(lock_task(task.pk), judgments_per_task=number)

    @rule(number=st.integers(1, 4))
    def adjust_what_is_there(self, number: int) -> None:
        row = adjust_tasks(
            actor=self.lead, project=self.project, judgments_per_task=number, most_judgments=number
        )
        jobs.adjust_tasks(row.pk)
        production = Task.objects.filter(project=self.project, kind="production")
        assert not production.filter(judgments_per_task__lt=number).exists()
        taken = Count("assignments", filter=Q(assignments__state__in=["open", "submitted"]))
        more = production.annotate(taken=taken).filter(judgments_per_task__gt=number)
        assert not more.exclude(judgments_per_task=F("taken")).exists()

    @precondition(lambda self: sum(one.is_active for one in self._everybody()) > 2)
    @rule(one=who)
    def deactivate(self, one: int) -> None:
        deactivate_user(actor=self.operator, user=self._person(one))
        assert not Assignment.objects.open().filter(evaluator=self.people[one]).exists()

    @rule(older_work=st.sampled_from(["keep", "leave", "reask", "redo"]))
    def publish(self, older_work: str) -> None:
        clause = replace(cast.quality_criterion(), description=f"Clause {next(CLAUSES)}.")
        kind = "clarifying" if older_work == "keep" else "breaking"
        version = release_next(self.project, self.lead, (clause,), {"quality": kind}, older_work)
        if older_work in {"reask", "redo"}:
            jobs.make_follow_ups(version.follow_up.pk)

    # ------------------------------------------------------------ what must hold
    @invariant()
    def it_holds_no_more_than_is_asked(self) -> None:
        taken = Count("assignments", filter=Q(assignments__state__in=["open", "submitted"]))
        tasks = Task.objects.filter(project=self.project).annotate(taken=taken)
        assert not tasks.filter(taken__gt=F("judgments_per_task")).exists()
        assert not tasks.exclude(free_places=F("judgments_per_task") - F("taken")).exists()
        given = Assignment.objects.filter(project=self.project, state__in=["open", "submitted"])
        pairs = Counter(given.values_list("task", "evaluator"))
        assert not pairs or max(pairs.values()) == 1

    @invariant()
    def it_counts_what_there_is(self) -> None:
        for task in Task.objects.filter(project=self.project):
            submitted = task.assignments.filter(state="submitted").count()
            votes = Judgment.objects.filter(task=task, revision=1).order_by("pk")
            assert task.judgments_done == submitted == votes.count()
            assert list(votes.values_list("vote", flat=True)) == list(range(1, votes.count() + 1))
            if task.judgments_done >= task.judgments_per_task:
                assert task.state == Task.State.FINISHED
        for batch in Batch.objects.filter(project=self.project):
            counts = count_batch(batch)
            stored = [
                batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
            ]  # fmt: skip
            assert stored == [
                counts.tasks_open,
                counts.tasks_finished,
                counts.judgments_done,
                counts.judgments_asked,
            ]

    @invariant()
    def it_keeps_each_answer_and_lets_the_newest_count(self) -> None:
        judged = Assignment.objects.filter(project=self.project, judgment__isnull=False)
        for assignment in judged.select_related("judgment").prefetch_related("judgments"):
            rows = sorted(assignment.judgments.all(), key=lambda row: row.revision)
            assert [row.revision for row in rows] == list(range(1, len(rows) + 1))
            assert assignment.judgment == rows[-1]
            assert len({(row.vote, row.version_id, row.is_late) for row in rows}) == 1
        stored = list(
            Judgment.objects.filter(project=self.project).values_list("pk", "content_hash")
        )
        assert stored[: len(self.stored)] == self.stored
        self.stored = stored
        drawn = judged.filter(closed_to_changes_at__isnull=False)
        assert dict(drawn.values_list("pk", "judgment")) == self.drawn

    @invariant()
    def it_pins_each_judgment_to_the_version_it_was_opened_with(self) -> None:
        rows = Judgment.objects.filter(project=self.project)
        assert not rows.exclude(version=F("assignment__version")).exists()

    # ------------------------------------------------------------ how
    def _first_answers(self) -> list[tuple[Any, ...]]:
        """Return what a change of a judgment must leave alone."""
        tasks = Task.objects.filter(project=self.project).order_by("pk")
        return [
            *Judgment.objects.filter(project=self.project, revision=1).order_by("pk").values_list(),
            *tasks.values_list("judgments_done", "judgments_per_task", "free_places", "state"),
        ]

    def _everybody(self) -> list[User]:
        return [self._person(one) for one in range(EVALUATORS)]

    def _person(self, one: int) -> User:
        return User.objects.get(pk=self.people[one].pk)

    def _current(self, person: User) -> Assignment | None:
        return (
            Assignment.objects.open()
            .filter(project=self.project, evaluator=person, is_ahead=False)
            .select_related("evaluator", "version", "task")
            .first()
        )

    def _one_of(self, rows: Any, number: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def _submit(self, assignment: Assignment, answer: int) -> Submission:
        asked = asked_again(assignment).only or {"quality"}
        return submit_judgment(
            actor=assignment.evaluator,
            assignment=assignment,
            answers=cast.answer(assignment.version, dict.fromkeys(asked, answer)),
            submit_key=assignment.submit_key,
        )

    def _possible(self, person: User) -> set[int]:
        """Return the ids of all tasks that `person` could get, found by looking at each."""
        judged_anew = RubricVersion.objects.filter(followed_up_by__criteria=[])
        found = set()
        for task in Task.objects.filter(project=self.project, state="open"):
            mine = task.assignments.filter(evaluator=person)
            current = task.judgments.current()
            is_mine_ahead = mine.open().filter(is_ahead=True).exists()
            others = task.assignments.exclude(evaluator=person)
            taken = (
                others.held().filter(is_ahead=False).count()
                + others.filter(state="submitted").count()
            )
            is_invited = task.kind == "production" or (
                task.invitations.filter(evaluator=person).exists()
            )
            if (
                is_invited
                and taken < task.judgments_per_task
                and (is_mine_ahead or not mine.filter(state__in=GIVEN).exists())
                and not current.filter(version__in=judged_anew).exists()
            ):
                found.add(task.pk)
        return found


@pytest.mark.django_db(transaction=True)
def test_it_keeps_its_promises_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    # Marks move at once, as they do for an evaluator who works for more than a few minutes.
    monkeypatch.setattr(candidates, "COMMITS_WITHIN", timedelta(0))
    monkeypatch.setattr(candidates, "MARK_MOVES_BY", timedelta(0))
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
