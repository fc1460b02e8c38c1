"""How a project's page stands for each role."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Project, Role, User
from reviews.actions import decide_audit
from reviews.agreement.terms import Status
from reviews.agreement_words import IntervalBar, agreement_line
from reviews.models import AgreementResult, AgreementRun, Audit, Export
from rubrics.models import Criterion, RubricVersion
from rubrics.spec import CriterionSpec
from tasks.actions import raise_flag
from tasks.models import Assignment, Batch, FlagKind
from tasks.progress import Holds, holds_of
from tests import cast
from tests.reviews.scenes import judge

PAGE = "/projects/photos/"


def page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(PAGE).content.decode()


def result(criterion: Criterion, status: Status = Status.OK, **fields: Any) -> AgreementResult:
    known = {
        "measurement": "ordinal",
        "verdict": "reliable" if status is Status.OK else "",
        "alpha": 0.91,
        "alpha_low": 0.85 if status is Status.OK else None,
        "alpha_high": 0.96 if status is Status.OK else None,
        "percent": 0.83,
        "percent_within_one": 0.97,
        "n_tasks": 42,
        "n_judgments": 120,
        "n_evaluators": 6,
        "watermark": 1,
        "seed": 1,
        "computed_at": timezone.now(),
    }
    return AgreementResult.objects.create(criterion=criterion, status=status, **known | fields)


@pytest.fixture
def criterion(version: RubricVersion) -> Criterion:
    return version.criteria.get()


def test_it_says_what_is_left_before_evaluators_can_begin(
    client: Client, project: Project, mo: User, lena: User
) -> None:
    shown = page(client, mo)
    assert "Before evaluators can begin" in shown
    assert "/projects/photos/import/" in shown
    assert "/projects/photos/members/" in shown
    cast.release_rubric(project, lena)
    cast.make_tasks(project, mo)
    assert page(client, mo).count('<span class="badge ok">Done</span>') == 2
    cast.join(project, cast.make_user("rosa"), Role.EVALUATOR)
    assert "Before evaluators can begin" not in page(client, mo)


def test_it_shows_progress_as_a_bar_and_in_words(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 4, judgments_per_task=1)
    judge(rosa, project)
    for user in (mo, rosa):
        shown = page(client, user)
        assert "<strong>1</strong> of 4 judgments" in shown
        assert "1 of 4 tasks finished, 3 open" in shown
        assert '<progress class="meter" max="4" value="1"' in shown


def test_it_shows_leads_and_managers_what_is_held_and_what_has_lapsed(
    client: Client, project: Project, version: RubricVersion,
    rosa: User, ravi: User, ada: User, lena: User, mo: User,
) -> None:  # fmt: skip
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 5, judgments_per_task=1)
    assert "Nobody holds a task now" in page(client, mo)
    cast.claim(rosa, project)
    cast.claim(ravi, project)
    for user in (lena, mo):
        shown = page(client, user)
        assert "2 evaluators now hold 2 tasks to judge and 3 ahead" in shown
        assert "0 of 5 tasks finished, 5 open" in shown
        assert "lapsed" not in shown
    Assignment.objects.filter(evaluator=ravi).update(leased_until=timezone.now())
    lapsed = Assignment.objects.filter(evaluator=ravi).count()
    assert f"{lapsed} lapsed and free for the next claim" in page(client, mo)
    for user in (ada, rosa):
        assert "evaluators now hold" not in page(client, user)
        assert "lapsed" not in page(client, user)


def test_it_counts_holds_from_the_open_assignments_alone(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 3, judgments_per_task=1)
    judge(rosa, project)
    cast.claim(rosa, project)
    with CaptureQueriesContext(connection) as asked:
        found = holds_of(project)
    assert found == Holds(evaluators=1, held=1)
    [query] = asked
    assert "tasks_task" not in query["sql"].replace("tasks_task_", "")
    assert '"closed_at" IS NULL' in query["sql"]


def test_it_shows_agreement_with_its_interval_and_a_verdict(
    client: Client, criterion: Criterion, lena: User
) -> None:
    result(criterion)
    shown = page(client, lena)
    for words in ("0.91", "0.85 to 0.96", "83 %", "97 % within one", "Reliable"):
        assert words in shown
    assert "42 tasks, 120 judgments, 6 evaluators" in shown
    assert 'class="interval ok"' in shown
    assert "rubric v1" in shown


@pytest.mark.parametrize(
    ("status", "words", "shows_value"),
    [
        (Status.NO_DATA, "No judgments yet.", False),
        (Status.NO_PAIRABLE_VALUES, "No task has two judgments yet", False),
        (Status.TOO_MANY_VALUES, "Too many different values", True),
        (Status.NO_VARIATION, "Every answer is the same", True),
        (Status.OK_LOW_N, "7 tasks with two or more judgments, 10 are needed.", False),
        (Status.OK_PRELIMINARY, "Preliminary: 7 tasks with two or more judgments", True),
        (Status.OK_LOW_VARIATION, "Answers hardly vary, so alpha says little.", True),
        (Status.CI_UNRELIABLE, "too uneven for an interval", True),
    ],
)
def test_it_says_why_there_is_no_verdict(
    criterion: Criterion, status: Status, words: str, shows_value: bool
) -> None:
    line = agreement_line(criterion, result(criterion, status, n_tasks=7))
    assert words in line.sentence
    assert line.value == ("0.91" if shows_value else "")
    assert line.percent == ("83 %" if shows_value else "")
    assert (line.verdict, line.interval, line.bar) == ("", "", None)


@pytest.mark.parametrize("verdict", ["tentative", "not_reliable"])
def test_it_warns_in_words_where_agreement_is_weak(criterion: Criterion, verdict: str) -> None:
    line = agreement_line(criterion, result(criterion, verdict=verdict, n_evaluators=3))
    assert line.kind in {"warn", "bad"}
    assert "Few evaluators" in line.sentence


def test_it_writes_a_negative_alpha_and_draws_it_at_the_edge(criterion: Criterion) -> None:
    stored = result(criterion, alpha=-0.12, alpha_low=-0.3, alpha_high=0.1)
    line = agreement_line(criterion, stored)
    assert (line.value, line.interval) == ("−0.12", "−0.30 to 0.10")
    assert line.bar == IntervalBar(low=0.0, width=20.0, value=0.0)


def test_it_never_computes_agreement_on_prose(project: Project, lena: User) -> None:
    text = CriterionSpec(key="remark", type="text", title="Remark")
    version = cast.release_rubric(project, lena, text)
    line = agreement_line(version.criteria.get(), None)
    assert "not computed on prose" in line.sentence


def test_it_says_that_agreement_is_being_computed(
    client: Client, version: RubricVersion, lena: User
) -> None:
    run = AgreementRun.objects.create(version=version)
    assert "Being computed" in page(client, lena)
    assert "Not computed yet." in page(client, lena)
    AgreementRun.objects.filter(pk=run.pk).update(
        work_state="failed", failure="OSError: no space left"
    )
    shown = page(client, lena)
    assert "The last computation failed" in shown
    assert "OSError: no space left" in shown


def test_it_shows_what_audits_found(
    client: Client, project: Project, version: RubricVersion, rosa: User, ada: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 12)
    for _ in range(12):
        judge(rosa, project)
    audits = list(Audit.objects.order_by("pk"))
    for audit in audits[:4]:
        decide_audit(actor=ada, audit=audit, verdict=Audit.Verdict.AGREE, comment="")
    shown = page(client, ada)
    assert "0 of 4 judgments drawn at random and audited so far had an error." in shown
    assert "8 judgments to audit" in shown
    for audit in audits[4:10]:
        decide_audit(actor=ada, audit=audit, verdict=Audit.Verdict.MAJOR, comment="Blurred.")
    shown = page(client, ada)
    assert "60 %" in shown
    assert "6 of 10 audited" in shown


def test_it_shows_evaluators_their_own_work_and_nothing_of_peers_or_qa(
    client: Client, project: Project, criterion: Criterion, rosa: User, ravi: User, mo: User
) -> None:
    result(criterion)
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    task = cast.make_tasks(project, mo, 2)[0]
    judge(rosa, project)
    judge(ravi, project)
    judge(ravi, project)
    raise_flag(actor=mo, task=task, kind=FlagKind.POLICY, note="Seen by QA only")
    shown = page(client, rosa)
    assert "Judged in all</dt><dd>1</dd>" in shown
    assert shown.count("/judgments/") == 1
    for secret in ("0.91", "Agreement", "audit", "flag", "Quality", "Ravi", "Batches", "Exports"):
        assert secret not in shown
    assert "/projects/photos/guideline/" in shown


def test_it_leaves_managing_to_the_managers(
    client: Client, project: Project, version: RubricVersion, ada: User, lena: User, mo: User
) -> None:
    Batch.objects.create(project=project, name="First", source="upload", created_by=mo)
    Export.objects.create(project=project, number=1, requested_by=mo)
    assert "Export 1" in page(client, mo)
    assert "Export 1" not in page(client, lena)
    assert "First" in page(client, lena)
    assert "First" not in page(client, ada)
    assert "/import/" not in page(client, lena)


def test_it_is_not_there_for_strangers(client: Client, project: Project, otto: User) -> None:
    client.force_login(otto)
    assert client.get(PAGE).status_code == 404
    assert client.get("/projects/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("roles", "queries"), [(list(Role), 23), ([Role.EVALUATOR], 11), ([Role.LEAD], 18)]
)
def test_it_asks_as_often_with_25_rows_as_with_1(
    client: Client,
    project: Project,
    mo: User,
    lena: User,
    roles: list[Role],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many = [cast.quality_criterion()] + [
        CriterionSpec(key=f"c{n}", type="text", title=f"C{n}", is_required=False) for n in range(24)
    ]
    version = cast.release_rubric(project, lena, *many)
    for stored in version.criteria.all():
        result(stored)
    person = cast.make_user("person")
    cast.join(project, person, *roles)
    client.force_login(person)
    rosa = cast.make_user("rosa")
    cast.join(project, rosa, Role.EVALUATOR)

    def add(number: int) -> None:
        cast.make_tasks(project, mo, judgments_per_task=2)
        judge(rosa, project)
        if Role.EVALUATOR in roles:
            judge(person, project)
        Export.objects.create(project=project, number=number, requested_by=mo)
        cast.join(project, cast.make_user(f"u{number}"), Role.EVALUATOR)

    add(1)
    with django_assert_num_queries(queries):
        client.get(PAGE)
    for number in range(2, 26):
        add(number)
    with django_assert_num_queries(queries):
        client.get(PAGE)
