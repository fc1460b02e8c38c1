"""From judgments to stored agreement: what is counted, what is stored, and when it is redone."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import suppress
from threading import Event
from typing import Any, Literal

import krippendorff
import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from evalhub.models import Project, Role, User
from evalhub.work import WorkState
from reviews import jobs
from reviews.actions import record_judgment
from reviews.agreement.terms import Level
from reviews.models import AgreementResult, AgreementRun
from rubrics.criteria import Answer, AnswerState, CriterionAnswer
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Judgment, Score
from tests import cast
from tests.reviews.agreement_data import noisy_table, summary_of
from tests.reviews.scenes import judge, judge_table, make_evaluators, record

FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]


def compute(version: RubricVersion) -> AgreementRun:
    run, _ = AgreementRun.objects.get_or_create(version=version)
    jobs.compute_agreement(run.pk)
    run.refresh_from_db()
    return run


def planted(units: int, raters: int, seed: int = 3) -> list[list[int | None]]:
    drawn = noisy_table(units, raters, 5, seed=seed)
    return [[None if math.isnan(cell) else int(cell) for cell in row] for row in drawn]


@pytest.mark.django_db
def test_it_stores_what_the_core_and_an_independent_library_say(
    project: Project, version: RubricVersion, mo: User
) -> None:
    table = judge_table(project, version, mo, planted(40, 4))
    assert compute(version).work_state == WorkState.DONE
    stored = AgreementResult.objects.get()
    expected = summary_of(table, Level.ORDINAL, FIVE, seed=stored.seed)
    for name in ("alpha", "alpha_low", "alpha_high", "percent", "percent_within_one", "ac1"):
        assert getattr(stored, name) == pytest.approx(getattr(expected, name), abs=1e-12), name
    assert (stored.status, stored.verdict) == (expected.status, expected.verdict)
    assert stored.n_tasks == expected.n_pairable_units
    assert (stored.n_judgments, stored.n_evaluators) == (expected.n_values, 4)
    by_rater = np.array(table, dtype=float).T
    oracle = krippendorff.alpha(
        reliability_data=by_rater, level_of_measurement="ordinal", value_domain=FIVE
    )
    assert stored.alpha == pytest.approx(oracle, abs=1e-9)


MIXED = (
    CriterionSpec(
        key="real",
        type="binary",
        title="Real",
        levels=(LevelSpec(value=0, label="No"), LevelSpec(value=1, label="Yes")),
    ),
    CriterionSpec(key="sharp", type="scale", title="Sharpness"),
    CriterionSpec(key="people", type="count", title="People"),
    CriterionSpec(key="remark", type="text", title="Remark"),
)


@pytest.mark.django_db
def test_it_measures_each_criterion_at_its_own_level(
    project: Project, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    version = cast.release_rubric(project, lena, *MIXED)
    rng = np.random.default_rng(5)
    seen: dict[str, list[list[float]]] = {"real": [], "sharp": [], "people": []}
    for _ in range(12):
        cast.make_tasks(project, mo, judgments_per_task=2)
        truth = rng.integers(0, 2)
        rows: dict[str, list[float]] = {name: [] for name in seen}
        for person in (rosa, ravi):
            values = {
                "real": int(truth if rng.random() < 0.8 else 1 - truth),
                "sharp": float(rng.integers(20, 60)),
                "people": int(rng.integers(0, 4)),
            }
            judge(person, project, **values, remark="as seen")
            for name, value in values.items():
                rows[name].append(float(value))
        for name, both in rows.items():
            seen[name].append(both)
    compute(version)
    stored = {row.criterion.key: row for row in AgreementResult.objects.all()}
    assert set(stored) == {"real", "sharp", "people"}  # never on prose
    levels: dict[str, Literal["nominal", "interval", "ratio"]]
    levels = {"real": "nominal", "sharp": "interval", "people": "ratio"}
    for key, level in levels.items():
        oracle = krippendorff.alpha(
            reliability_data=np.array(seen[key]).T, level_of_measurement=level
        )
        assert (stored[key].measurement, stored[key].status) == (level, "ok_preliminary")
        assert stored[key].alpha == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "status", "alpha", "percent", "ac1"),
    [
        ([], "no_data", None, None, None),
        ([[4, None], [2, None], [None, 5]], "no_pairable_values", None, None, None),
        ([[4, 4], [4, 4], [4, 4]], "no_variation", None, 1.0, 1.0),
        ([[1, 2], [2, 1]], "ok_low_n", -0.5, 0.0, None),
    ],
)
@pytest.mark.django_db
def test_it_stores_a_status_instead_of_an_undefined_number(
    project: Project,
    version: RubricVersion,
    mo: User,
    table: list[list[int | None]],
    status: str,
    alpha: float | None,
    percent: float | None,
    ac1: float | None,
) -> None:
    if table:
        judge_table(project, version, mo, table)
    compute(version)
    stored = AgreementResult.objects.get()
    assert (stored.status, stored.alpha, stored.percent) == (status, alpha, percent)
    assert (stored.alpha_low, stored.alpha_high, stored.verdict) == (None, None, "")
    if ac1 is not None:
        assert stored.ac1 == ac1


@pytest.mark.django_db
def test_it_counts_first_revisions_of_this_version_and_no_missing_answers(
    project: Project, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    criterion = cast.quality_criterion(allows_not_applicable=True)
    version = cast.release_rubric(project, lena, criterion)
    cast.make_tasks(project, mo, 2, judgments_per_task=2)
    first = judge(rosa, project, quality=2)
    judge(ravi, project, quality=3)
    judge(rosa, project, quality=5)
    held = cast.claim(ravi, project)
    not_applicable = Answer(state=AnswerState.NOT_APPLICABLE)
    record_judgment(
        actor=ravi,
        assignment=held,
        answers=[CriterionAnswer(version.criteria.get(), not_applicable)],
        submit_key=held.submit_key,
    )
    revise(first, number=4.0)
    other = cast.release_rubric(project, lena, criterion)
    cast.make_tasks(project, mo, judgments_per_task=2)
    judge(rosa, project, quality=1)
    compute(version)
    stored = AgreementResult.objects.get(criterion__version=version)
    assert (stored.n_tasks, stored.n_judgments, stored.percent) == (1, 3, 0.0)
    assert not AgreementResult.objects.filter(criterion__version=other).exists()


def revise(judgment: Judgment, number: float) -> None:
    """Store another revision of a judgment, as an edit will."""
    [score] = judgment.scores.all()
    judgment.pk, judgment.revision = None, judgment.revision + 1
    judgment.submit_key = judgment.assignment.pk.to_bytes(16, "big").hex()
    judgment.save(force_insert=True)
    Score.objects.create(judgment=judgment, criterion=score.criterion, number=number)


@pytest.mark.django_db
def test_it_gives_the_same_row_when_it_runs_twice(
    project: Project, version: RubricVersion, mo: User
) -> None:
    judge_table(project, version, mo, planted(30, 3))
    compute(version)
    first = dict(AgreementResult.objects.values().get())
    AgreementRun.objects.update(work_state=WorkState.WAITING)
    compute(version)
    second = dict(AgreementResult.objects.values().get())
    assert first.pop("computed_at") != second.pop("computed_at")
    assert first == second


@pytest.mark.django_db
def test_it_never_overwrites_what_a_run_with_more_judgments_stored(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    judge(rosa, project)
    newest = judge(ravi, project)
    run = compute(version)
    assert (run.watermark, AgreementResult.objects.get().watermark) == (newest.pk, newest.pk)
    AgreementResult.objects.update(watermark=newest.pk + 1, alpha=0.25, computed_at=timezone.now())
    AgreementRun.objects.update(watermark=newest.pk + 1, work_state=WorkState.WAITING)
    run = compute(version)
    assert (run.watermark, AgreementResult.objects.get().alpha) == (newest.pk + 1, 0.25)


@pytest.mark.django_db
def test_it_is_redone_by_the_sweep_when_newer_judgments_have_overtaken_it(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    judge(rosa, project)
    run = compute(version)
    jobs.sweep()
    run.refresh_from_db()
    assert run.work_state == WorkState.DONE  # nothing is newer
    newest = judge(ravi, project)
    AgreementRun.objects.update(work_state=WorkState.DONE)
    jobs.sweep()
    run.refresh_from_db()
    assert run.work_state == WorkState.WAITING
    assert compute(version).watermark == newest.pk


@pytest.mark.django_db(transaction=True)
def test_it_misses_no_judgment_that_commits_while_a_waiting_run_begins(
    transactional_db: None,
) -> None:
    project = cast.make_project()
    lena, mo = cast.make_user("lena"), cast.make_user("mo")
    cast.join(project, lena, Role.LEAD)
    cast.join(project, mo, Role.MANAGER)
    version = cast.release_rubric(project, lena)
    cast.make_tasks(project, mo, judgments_per_task=2)
    rosa, ravi = make_evaluators(project, 2)
    judge(rosa, project)
    run, held, began = AgreementRun.objects.get(), cast.claim(ravi, project), Event()

    def run_the_job() -> None:
        began.set()
        try:
            jobs.compute_agreement(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            record(ravi, held)
            job: Any = pool.submit(run_the_job)
            began.wait()
            # It waits for this commit; without the lock it would be through by now.
            with suppress(StillWaiting):
                job.result(timeout=1)
        job.result()
    run.refresh_from_db()
    assert run.work_state == WorkState.DONE
    assert AgreementResult.objects.get(criterion__version=version).n_judgments == 2
