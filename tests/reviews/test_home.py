"""What waits for each role on the first page."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Membership, Project, Role, User
from reviews.models import Audit, Export
from rubrics.actions import (
    answer_feedback,
    give_feedback,
    publish_version,
    start_draft,
    start_rubric,
)
from rubrics.models import RubricVersion
from tasks.actions import answer_flag, raise_flag
from tasks.models import Batch, Flag, FlagKind, ParkedSubmit, Task
from tests import cast
from tests.reviews.scenes import judge


def home(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/").content.decode()


def park(user: User, task: Task, version: RubricVersion) -> ParkedSubmit:
    held = task.assignments.create(
        project=task.project, evaluator=user, version=version, place=1, places=3, state="lapsed",
        leased_until=timezone.now(), closed_at=timezone.now(),
    )  # fmt: skip
    return ParkedSubmit.objects.create(
        assignment=held, submit_key=uuid.uuid4(), content_hash="", answers={}, reason="Too late."
    )


def test_it_shows_an_evaluator_where_to_start(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    assert "Start judging" in home(client, rosa)
    judge(rosa, project)
    page = home(client, rosa)
    assert "Tasks wait for you." in page
    assert "1 judged today" in page
    cast.claim(rosa, project)
    assert "Go on judging" in home(client, rosa)
    judge(rosa, project)
    page = home(client, rosa)
    assert "No task for you at the moment." in page
    assert "See why" in page


def test_it_promises_no_task_before_a_rubric_or_while_paused(
    client: Client, project: Project, rosa: User, mo: User, lena: User
) -> None:
    cast.make_tasks(project, mo)
    assert "Tasks wait for you." not in home(client, rosa)
    cast.release_rubric(project, lena)
    assert "Tasks wait for you." in home(client, rosa)
    Project.objects.filter(pk=project.pk).update(state=Project.State.PAUSED)
    page = home(client, rosa)
    assert "Paused: nothing is handed out now." in page
    assert "Start judging" not in page


def test_it_shows_an_evaluator_only_own_late_submits(
    client: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    parked = park(rosa, cast.make_tasks(project, mo)[0], version)
    assert f"/parked/{parked.pk}/" in home(client, rosa)
    assert "/parked/" not in home(client, ravi)
    ParkedSubmit.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert "/parked/" not in home(client, rosa)


def test_it_counts_the_audits_that_wait_for_a_reviewer(
    client: Client, project: Project, version: RubricVersion, rosa: User, ada: User, mo: User
) -> None:
    assert "No audit waits." in home(client, ada)
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    cast.make_tasks(project, mo, 2)
    judge(rosa, project)
    judge(rosa, project)
    page = home(client, ada)
    assert "2 judgments wait to be audited." in page
    assert "/admin/reviews/audit/?state=waiting&amp;project=photos" in page


def test_it_does_not_send_reviewers_to_their_own_judgments(
    client: Client, project: Project, version: RubricVersion, ada: User, mo: User
) -> None:
    cast.join(project, ada, Role.EVALUATOR)
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    cast.make_tasks(project, mo)
    judge(ada, project)
    assert Audit.objects.count() == 1
    assert "No audit waits." in home(client, ada)


def test_it_shows_a_lead_drafts_flags_and_late_submits(
    client: Client, project: Project, rosa: User, lena: User, mo: User
) -> None:
    assert "Write the rubric" in home(client, lena)
    version = cast.release_rubric(project, lena)
    page = home(client, lena)
    assert "Rubric v1 is in use." in page
    assert "Open the rubric" in page
    draft = start_draft(actor=lena, rubric=version.rubric)
    page = home(client, lena)
    assert "v2 is a draft" in page
    assert f"/admin/rubrics/rubricversion/{draft.pk}/change/" in page
    task = cast.make_tasks(project, mo)[0]
    raise_flag(actor=lena, task=task, kind=FlagKind.EDGE_CASE)
    park(rosa, task, version)
    page = home(client, lena)
    assert "1 open flag" in page
    assert "Answer flags" in page
    assert "1 late submit to decide" in page
    Flag.objects.update(state=Flag.State.ANSWERED)
    assert "No open flags" in home(client, lena)


def test_it_shows_a_manager_progress_and_what_needs_a_look(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    assert "Import images" in home(client, mo)
    cast.make_tasks(project, mo, 2)
    judge(rosa, project)
    Batch.objects.create(
        project=project, name="cut.zip", source="upload", created_by=mo, work_state="failed"
    )
    Batch.objects.create(project=project, name="more", source="upload", created_by=mo)
    Export.objects.create(project=project, number=1, requested_by=mo, work_state="failed")
    page = home(client, mo)
    assert "<strong>1</strong> of 6 judgments" in page
    assert "0 of 2 tasks finished, 2 open" in page
    for words in ("Import failed", "Importing", "Export failed", "No worker is running."):
        assert words in page
    assert 'href="/projects/new/"' in page


def test_it_leads_an_operator_to_the_first_project(client: Client, db: None) -> None:
    page = home(client, cast.make_user("olga", is_superuser=True))
    assert "Set up your first project" in page
    assert 'href="/projects/new/"' in page


def test_it_tells_somebody_without_a_project_whom_to_ask(client: Client, db: None) -> None:
    page = home(client, cast.make_user("newcomer"))
    assert "You are not a member of a project yet" in page
    assert "newcomer" in page
    assert "/projects/new/" not in page


def test_it_names_no_project_that_is_not_ones_own(
    client: Client, project: Project, otto: User, mo: User
) -> None:
    page = home(client, otto)
    assert "Elsewhere" in page
    assert "Photos" not in page


@pytest.mark.parametrize(
    ("roles", "queries"), [(list(Role), 23), ([Role.EVALUATOR], 14), ([Role.MANAGER], 13)]
)
def test_it_asks_as_often_for_25_projects_as_for_1(
    client: Client,
    lena: User,
    mo: User,
    roles: list[Role],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person = cast.make_user("person")
    client.force_login(person)

    def add(number: int) -> None:
        project = cast.make_project(f"p{number}")
        cast.join(project, person, *roles)
        cast.join(project, lena, Role.LEAD)
        version = cast.release_rubric(project, lena)
        task = cast.make_tasks(project, mo)[0]
        park(person, task, version)
        raise_flag(actor=lena, task=task, kind=FlagKind.POLICY)
        remark = give_feedback(
            actor=person, version=version, criterion_key="quality", text="Is grain a fault?"
        )
        answer_feedback(actor=lena, feedback=remark, answer="Only coarse grain.")
        give_feedback(actor=person, version=version, criterion_key="", text="Which picture?")
        Batch.objects.create(project=project, name="more", source="upload", created_by=mo)
        Export.objects.create(project=project, number=1, requested_by=mo)

    add(0)
    with django_assert_num_queries(queries):
        client.get("/")
    for number in range(1, 25):
        add(number)
    assert Membership.objects.filter(user=person).count() == 25 * len(roles)
    with django_assert_num_queries(queries):
        client.get("/")


def test_it_gives_a_lead_without_a_rubric_the_way_to_write_it(
    client: Client, project: Project, lena: User
) -> None:
    start_rubric(actor=lena, project=project, name="Photos")
    draft = RubricVersion.objects.get()
    assert f"/admin/rubrics/rubricversion/{draft.pk}/change/" in home(client, lena)


def test_it_tells_who_asked_what_the_answer_is_until_it_is_put_away(
    client: Client, version: RubricVersion, rosa: User, ravi: User, lena: User
) -> None:
    remark = give_feedback(
        actor=rosa, version=version, criterion_key="quality", text="Is <b>grain</b> a fault?"
    )
    assert "Answers to what you asked" not in home(client, rosa)
    answer_feedback(actor=lena, feedback=remark, answer="Only coarse grain.")
    page = home(client, rosa)
    for words in (
        "Your remark on “Quality” was answered",
        "You said: Is &lt;b&gt;grain&lt;/b&gt; a fault?",
        "Only coarse grain.",
    ):
        assert words in page
    assert "Only coarse grain." not in home(client, ravi)
    client.force_login(rosa)
    after = client.post(f"/feedback/{remark.pk}/seen/", follow=True)
    assert "Answers to what you asked" not in after.text


def test_it_tells_which_release_answers_and_what_its_notes_say(
    client: Client, version: RubricVersion, rosa: User, lena: User
) -> None:
    remark = give_feedback(actor=rosa, version=version, criterion_key="", text="Which picture?")
    second = publish_version(
        actor=lena,
        version=start_draft(actor=lena, rubric=version.rubric),
        release_notes="Judge the *left* picture.",
    )
    answer_feedback(actor=lena, feedback=remark, version=second)
    page = home(client, rosa)
    assert "Your remark on the instruction was answered" in page
    assert 'href="/projects/photos/guideline/?version=2">version 2</a>:' in page
    assert "Judge the <em>left</em> picture." in page


def test_it_tells_who_flagged_a_task_what_the_answer_is(
    client: Client, project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    task = cast.make_tasks(project, mo)[0]
    cast.claim(rosa, project)
    flag = raise_flag(actor=rosa, task=task, kind=FlagKind.EDGE_CASE, note="Two moons")
    answer_flag(actor=lena, flag=flag, answer="One is a lamp.")
    page = home(client, rosa)
    assert f"Your flag on {task.key} was answered" in page
    assert "One is a lamp." in page
    assert client.post(f"/flags/{flag.pk}/seen/").status_code == 302
    assert "One is a lamp." not in home(client, rosa)


def test_it_counts_the_open_feedback_for_a_lead(
    client: Client, version: RubricVersion, rosa: User, lena: User
) -> None:
    assert "No open feedback" in home(client, lena)
    give_feedback(actor=rosa, version=version, criterion_key="quality", text="Why?")
    page = home(client, lena)
    assert "1 open remark on the guideline" in page
    assert "/admin/rubrics/feedback/?state=open&amp;project=photos" in page
    assert "Answer feedback" in page


def test_it_promises_what_others_hold_ahead(
    client: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """It is given away where nothing else is left, and never promised to its holder twice."""
    Project.objects.filter(pk=project.pk).update(holds_ahead=1)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 2, judgments_per_task=1)
    cast.claim(ravi, project)
    assert "Tasks wait for you." in home(client, rosa)
    assert cast.claim(rosa, project).task.assignments.filter(evaluator=ravi).exists()
