"""Late submits: taken as judgments by a lead, or discarded with a reason."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from evalhub.models import ActionLog, Project, Role, User
from reviews.actions import record_parked_submit
from reviews.models import Audit
from rubrics.models import RubricVersion
from tasks.actions import (
    ParkedDecidedError,
    ParkedRefusedError,
    discard_parked_submit,
    release_assignment,
    take_parked_submit,
)
from tasks.counters import count_batch
from tasks.models import Assignment, Batch, Judgment, ParkedSubmit, Task
from tests import cast


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    return cast.make_tasks(project, mo, judgments_per_task=1)[0]


@pytest.fixture
def parked(project: Project, task: Task, rosa: User, ravi: User) -> ParkedSubmit:
    """What rosa submitted (quality 2) after ravi had taken her place."""
    late = cast.claim(rosa, project)
    release_assignment(actor=rosa, assignment=late)
    cast.judge(ravi, project)
    submission = cast.submit(late, quality=2)
    assert submission.parked is not None
    return submission.parked


def decide(client: Client, parked: ParkedSubmit, decision: str, note: str = "") -> tuple[int, str]:
    path = reverse("admin:tasks_parkedsubmit_change", args=[parked.pk])
    response = client.post(path, {"decision": decision, "note": note}, follow=True)
    return response.status_code, response.text


def counters_are_exact(task: Task) -> bool:
    batch = Batch.objects.get(pk=task.batch_id)
    kept = (batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked)
    counted = count_batch(batch)
    return kept == (
        counted.tasks_open,
        counted.tasks_finished,
        counted.judgments_done,
        counted.judgments_asked,
    )


def test_it_takes_a_late_submit_as_one_judgment_more(
    parked: ParkedSubmit, task: Task, lena: User, rosa: User, version: RubricVersion
) -> None:
    taken = take_parked_submit(actor=lena, parked=parked, note="Well seen.")
    judgment = taken.judgment
    assert judgment is not None
    assert (taken.state, taken.decided_by, taken.note) == ("taken", lena, "Well seen.")
    assert (judgment.evaluator, judgment.version, judgment.vote) == (rosa, version, 2)
    assert judgment.is_late
    assert judgment.scores.get().number == 2
    task.refresh_from_db()
    assert (task.judgments_per_task, task.judgments_done, task.free_places) == (2, 2, 0)
    assert (task.state, task.judgments_first) == (Task.State.FINISHED, 1)
    assert counters_are_exact(task)
    assert Judgment.objects.current().filter(pk=judgment.pk).exists()
    [entry] = ActionLog.objects.filter(verb="parked_submit:take")
    assert entry.actor == lena
    assert entry.before["judgments_per_task"] == 1


def test_it_takes_a_free_place_where_there_is_one(
    parked: ParkedSubmit, task: Task, lena: User
) -> None:
    Task.objects.filter(pk=task.pk).update(judgments_per_task=3, free_places=2, state="open")
    take_parked_submit(actor=lena, parked=parked)
    task.refresh_from_db()
    assert (task.judgments_per_task, task.judgments_done, task.free_places) == (3, 2, 1)
    assert task.judgments_first == 3


def test_it_takes_a_late_submit_once(parked: ParkedSubmit, lena: User) -> None:
    first = take_parked_submit(actor=lena, parked=parked)
    again = take_parked_submit(actor=lena, parked=parked)
    assert first.judgment == again.judgment
    assert Judgment.objects.count() == 2
    assert ActionLog.objects.filter(verb="parked_submit:take").count() == 1


def test_it_lets_only_another_persons_lead_take_it(
    parked: ParkedSubmit, project: Project, rosa: User, mo: User, ada: User
) -> None:
    for other in (rosa, mo, ada):
        with pytest.raises(PermissionDenied):
            take_parked_submit(actor=other, parked=parked)
        with pytest.raises(PermissionDenied):
            discard_parked_submit(actor=other, parked=parked, note="No")
    cast.join(project, rosa, Role.LEAD)
    with pytest.raises(PermissionDenied, match="Another lead"):
        take_parked_submit(actor=rosa, parked=parked)
    assert Judgment.objects.count() == 1


def test_it_says_why_a_late_submit_cannot_be_taken(
    parked: ParkedSubmit, task: Task, project: Project, rosa: User, lena: User
) -> None:
    Task.objects.filter(pk=task.pk).update(state=Task.State.WITHDRAWN)
    with pytest.raises(ParkedRefusedError, match="was withdrawn"):
        take_parked_submit(actor=lena, parked=parked)
    Task.objects.filter(pk=task.pk).update(judgments_per_task=2, free_places=1, state="open")
    Batch.objects.filter(pk=task.batch_id).update(**asdict(count_batch(task.batch)))
    held = cast.claim(rosa, project)
    assert held.task == task
    with pytest.raises(ParkedRefusedError, match="Rosa has this task open"):
        take_parked_submit(actor=lena, parked=parked)
    cast.submit(held)
    with pytest.raises(ParkedRefusedError, match="has judged this task meanwhile"):
        take_parked_submit(actor=lena, parked=parked)
    parked.refresh_from_db()
    assert parked.is_waiting


def test_it_discards_with_a_reason_once(parked: ParkedSubmit, lena: User, task: Task) -> None:
    with pytest.raises(ValueError, match="Say why"):
        discard_parked_submit(actor=lena, parked=parked, note="  ")
    for _ in range(2):
        discard_parked_submit(actor=lena, parked=parked, note="The picture was replaced.")
    parked.refresh_from_db()
    assert (parked.state, parked.decided_by) == (ParkedSubmit.State.DISCARDED, lena)
    assert parked.answers["quality"]["number"] == 2
    assert ActionLog.objects.filter(verb="parked_submit:discard").count() == 1
    with pytest.raises(ParkedDecidedError, match="has discarded this submit meanwhile"):
        take_parked_submit(actor=lena, parked=parked)
    task.refresh_from_db()
    assert task.judgments_done == 1


def test_it_does_not_discard_what_was_taken(parked: ParkedSubmit, lena: User) -> None:
    take_parked_submit(actor=lena, parked=parked)
    with pytest.raises(ParkedDecidedError, match="has taken this submit meanwhile"):
        discard_parked_submit(actor=lena, parked=parked, note="Too late")


def test_it_draws_what_is_taken_for_audit_once(
    parked: ParkedSubmit, project: Project, lena: User
) -> None:
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    for _ in range(2):
        taken = record_parked_submit(actor=lena, parked=parked)
    assert [audit.judgment for audit in Audit.objects.all()] == [taken.judgment]


def test_it_answers_the_same_submit_with_what_became_of_it(
    parked: ParkedSubmit, lena: User
) -> None:
    take_parked_submit(actor=lena, parked=parked)
    again = cast.submit(Assignment.objects.get(pk=parked.assignment_id), quality=2)
    assert (again.parked, again.is_new) == (parked, False)


@pytest.mark.parametrize(
    ("decision", "for_lead", "for_evaluator"),
    [
        ("take", "Taken. It counts as a judgment of its task.", "Taken, and it counts"),
        ("discard", "Discarded. The evaluator reads why.", "Kept, but not taken"),
    ],
)
def test_it_tells_the_evaluator_what_the_lead_decided(
    client: Client,
    parked: ParkedSubmit,
    lena: User,
    rosa: User,
    decision: str,
    for_lead: str,
    for_evaluator: str,
) -> None:
    own = reverse("parked", args=[parked.pk])
    client.force_login(rosa)
    assert "A lead decides whether it counts after all." in client.get(own).text
    assert "waits for a lead" in client.get("/").text
    client.force_login(lena)
    assert "1 late submit to decide" in client.get("/").text
    status, page = decide(client, parked, decision, "A clear case.")
    assert status == 200
    assert for_lead in page
    assert "late submit" not in client.get("/").text
    client.force_login(rosa)
    page = client.get(own).text
    for words in (for_evaluator, "The lead says: A clear case."):
        assert words in page
    words = "taken, and it counts" if decision == "take" else "not taken"
    assert words in client.get("/").text


def test_it_asks_the_lead_for_a_reason_and_says_who_was_first(
    client: Client, parked: ParkedSubmit, lena: User, project: Project
) -> None:
    client.force_login(lena)
    status, page = decide(client, parked, "discard")
    assert status == 422
    assert "Say why it is discarded" in page
    lars = cast.make_user("lars")
    cast.join(project, lars, Role.LEAD)
    take_parked_submit(actor=lars, parked=parked)
    status, page = decide(client, parked, "discard", "Too late")
    assert status == 409
    assert "has taken this submit meanwhile" in page


def test_it_offers_a_lead_no_taking_of_their_own(
    client: Client, parked: ParkedSubmit, project: Project, rosa: User
) -> None:
    cast.join(project, rosa, Role.LEAD)
    client.force_login(rosa)
    page = client.get(reverse("admin:tasks_parkedsubmit_change", args=[parked.pk])).text
    assert 'value="take"' not in page
    assert decide(client, parked, "take")[0] == 403
