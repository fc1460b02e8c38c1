"""What a new judgment sets off: its draw for audit and the agreement, once and together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from evalhub.models import Project, User
from evalhub.work import WorkState, begin_work
from reviews.drawing import audit_seed, draw_flagged_later
from reviews.models import AgreementRun, Audit
from reviews.sampling import is_drawn
from rubrics.models import RubricVersion
from tasks.actions import answer_flag, raise_flag
from tasks.models import FlagKind, Judgment, Task
from tests import cast
from tests.reviews.scenes import judge, make_evaluators, record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tasks(project: Project, version: RubricVersion, mo: User) -> list[Task]:
    return cast.make_tasks(project, mo, 3, judgments_per_task=2)


def set_audit_rate(project: Project, rate: float) -> None:
    project.audit_rate = rate
    project.save(update_fields=["audit_rate"])


def test_it_draws_those_that_the_seed_says_and_stores_the_probability(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    set_audit_rate(project, 0.5)
    cast.make_tasks(project, mo, 20, judgments_per_task=1)
    judgments = [judge(rosa, project) for _ in range(20)]
    seed = audit_seed(project)
    drawn = {row.pk for row in judgments if is_drawn(seed, row.pk, 0.5)}
    audits = Audit.objects.all()
    assert {audit.judgment_id for audit in audits} == drawn
    assert {(audit.inclusion_probability, audit.reason) for audit in audits} == {(0.5, "sampled")}
    assert 0 < len(drawn) < 20


def test_it_draws_by_a_seed_of_each_project(project: Project) -> None:
    other = cast.make_project("other")
    assert audit_seed(project) == audit_seed(project)
    assert audit_seed(project) != audit_seed(other)


@pytest.mark.usefixtures("tasks")
def test_it_draws_none_at_the_rate_nought(project: Project, rosa: User) -> None:
    set_audit_rate(project, 0.0)
    judge(rosa, project)
    assert not Audit.objects.exists()


def test_it_always_draws_the_judgment_of_a_flagged_task(
    project: Project, tasks: list[Task], rosa: User
) -> None:
    set_audit_rate(project, 0.0)
    held = cast.claim(rosa, project)
    raise_flag(actor=rosa, task=held.task, kind=FlagKind.EDGE_CASE, note="Two subjects")
    judgment = record(rosa, held).judgment
    audit = Audit.objects.get()
    assert audit.judgment == judgment
    assert (audit.reason, audit.inclusion_probability) == ("flagged", 1.0)


def test_it_draws_by_chance_again_once_the_flag_is_answered(
    project: Project, tasks: list[Task], rosa: User, lena: User
) -> None:
    set_audit_rate(project, 0.0)
    held = cast.claim(rosa, project)
    flag = raise_flag(actor=rosa, task=held.task, kind=FlagKind.EDGE_CASE, note="Two subjects")
    answer_flag(actor=lena, flag=flag, answer="Judge the larger one.")
    record(rosa, held)
    assert not Audit.objects.exists()


def test_it_catches_up_with_a_flag_that_came_after_the_judgment(
    project: Project, tasks: list[Task], rosa: User, ravi: User, mo: User
) -> None:
    set_audit_rate(project, 0.0)
    earlier, elsewhere = judge(rosa, project), judge(rosa, project)
    raise_flag(actor=mo, task=earlier.task, kind=FlagKind.POLICY, note="A face")
    assert [draw_flagged_later() for _ in range(2)] == [1, 0]
    audit = Audit.objects.get()
    assert audit.judgment == earlier
    assert audit.judgment != elsewhere
    assert (audit.reason, audit.inclusion_probability) == ("flagged", 1.0)


def test_it_leaves_what_was_drawn_by_chance_as_it_was_drawn(
    project: Project, tasks: list[Task], rosa: User, mo: User
) -> None:
    set_audit_rate(project, 1.0)
    judgment = judge(rosa, project)
    raise_flag(actor=mo, task=judgment.task, kind=FlagKind.POLICY, note="A face")
    assert draw_flagged_later() == 0
    assert Audit.objects.get().reason == "sampled"


def test_it_has_the_agreement_computed_after_the_commit(
    project: Project,
    tasks: list[Task],
    version: RubricVersion,
    rosa: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        judge(rosa, project)
        judge(rosa, project)
    run = AgreementRun.objects.get()
    assert (run.version, run.work_state) == (version, WorkState.WAITING)
    assert len(callbacks) == 1  # the second finds it waiting


def test_it_wants_the_agreement_again_when_a_run_has_begun_or_failed(
    project: Project, tasks: list[Task], rosa: User
) -> None:
    judge(rosa, project)
    run = AgreementRun.objects.get()
    assert begin_work(AgreementRun, run.pk) is not None
    judge(rosa, project)
    run.refresh_from_db()
    assert run.work_state == WorkState.WAITING
    AgreementRun.objects.update(work_state=WorkState.FAILED, attempts=3, failure="no memory")
    judge(rosa, project)
    run.refresh_from_db()
    assert (run.work_state, run.attempts, run.failure) == (WorkState.WAITING, 0, "")


def test_it_follows_up_a_repeated_submit_only_once(
    project: Project, tasks: list[Task], rosa: User
) -> None:
    set_audit_rate(project, 1.0)
    held = cast.claim(rosa, project)
    first = record(rosa, held)
    AgreementRun.objects.update(work_state=WorkState.DONE)
    again = record(rosa, held)
    assert (again.judgment, again.is_new) == (first.judgment, False)
    assert Audit.objects.count() == 1
    assert AgreementRun.objects.get().work_state == WorkState.DONE


def test_it_sets_off_nothing_for_a_parked_submit(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    set_audit_rate(project, 1.0)
    [task] = cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    task.assignments.update(leased_until=task.created_at.replace(year=2000))
    judge(ravi, project)
    submission = record(rosa, late)
    assert submission.parked is not None
    assert Audit.objects.count() == 1


def test_it_keeps_nothing_of_a_judgment_that_is_refused(
    project: Project, tasks: list[Task], rosa: User, ravi: User
) -> None:
    held = cast.claim(rosa, project)
    with pytest.raises(PermissionDenied):
        record(ravi, held)
    assert not AgreementRun.objects.exists()


def test_it_takes_back_the_draw_with_the_judgment(
    project: Project, tasks: list[Task], rosa: User
) -> None:
    set_audit_rate(project, 1.0)
    held = cast.claim(rosa, project)

    def record_and_die() -> None:
        with transaction.atomic():
            record(rosa, held)
            raise OSError("cut off before the commit")

    with pytest.raises(OSError, match="cut off"):
        record_and_die()
    assert not Judgment.objects.exists()
    assert not Audit.objects.exists()
    assert not AgreementRun.objects.exists()


def test_it_needs_as_many_queries_for_the_last_judgment_as_for_the_first(
    project: Project, version: RubricVersion, mo: User
) -> None:
    set_audit_rate(project, 0.0)
    cast.make_tasks(project, mo, 1, judgments_per_task=26)
    evaluators = make_evaluators(project, 26)
    judge(evaluators.pop(), project)  # makes the rows that are made once
    counts = []
    for evaluator in evaluators:
        held = cast.claim(evaluator, project)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record(evaluator, held)
        counts.append(len(queries))
    assert len(counts) == 25
    assert counts[0] == counts[-1]


def test_it_is_the_only_way_in() -> None:
    """Nothing but reviews' actions may submit: a judgment that passes them by is never drawn."""
    callers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("evalhub", "rubrics", "tasks", "reviews")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\b(submit_judgment|take_parked_submit|revise_judgment)\(", path.read_text())
    ]
    assert {path for path in callers if not path.startswith("tasks/actions/")} == {
        "reviews/actions/judging.py"
    }


def _heavy_modules_after(imports: str) -> str:
    code = (
        f"import sys, django; django.setup(); import {imports};"
        "print(*sorted({'numpy', 'scipy'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return ran.stdout.strip()


def test_it_never_loads_numpy_into_a_web_process() -> None:
    assert _heavy_modules_after("evalhub.wsgi, evalhub.urls, reviews.jobs") == ""
    assert _heavy_modules_after("reviews.agreement_run") == "numpy"
