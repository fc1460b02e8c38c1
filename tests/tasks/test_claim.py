from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.actions import acknowledge_version, publish_version, start_draft, write_draft
from rubrics.models import Acknowledgement, RubricVersion
from rubrics.spec import RubricSpec
from tasks.actions import claim_next_task, release_assignment, skip_task
from tasks.models import Assignment, QueueWalk, SkipReason, TaskImage
from tasks.places import renew_lease
from tests import cast

LONG_AGO = timezone.now() - timedelta(days=1)


def lapse(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=LONG_AGO)


def test_it_gives_a_task_under_the_published_version(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    assert (assignment.task, assignment.version, assignment.place) == (task, version, 1)
    minutes = (assignment.leased_until - timezone.now()).total_seconds() / 60
    assert project.lease_minutes - 1 < minutes <= project.lease_minutes


def test_it_gives_the_same_task_again_until_it_is_done(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    assert cast.claim(rosa, project) == cast.claim(rosa, project)


def test_it_refuses_whoever_is_not_an_evaluator(
    project: Project, version: RubricVersion, ada: User, otto: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    for person in (ada, otto):
        with pytest.raises(PermissionDenied):
            claim_next_task(actor=person, project=project)


def test_it_gives_nothing_in_a_paused_project_or_without_a_rubric(
    project: Project, rosa: User, mo: User, lena: User
) -> None:
    cast.make_tasks(project, mo)
    assert claim_next_task(actor=rosa, project=project) is None
    cast.release_rubric(project, lena)
    project.state = Project.State.PAUSED
    project.save()
    assert claim_next_task(actor=rosa, project=project) is None


def test_it_holds_no_more_places_than_judgments_asked(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    cast.claim(rosa, project)
    assert claim_next_task(actor=ravi, project=project) is None


def test_it_gives_a_lapsed_place_to_the_next(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    assert cast.claim(ravi, project).place == 1
    late.refresh_from_db()
    assert late.state == Assignment.State.LAPSED


def test_it_renews_an_own_lapsed_hold_that_nobody_took(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    lapsed = cast.claim(rosa, project)
    lapse(lapsed)
    again = cast.claim(rosa, project)
    assert again == lapsed
    assert again.leased_until > timezone.now()


def test_it_never_gives_a_judged_or_skipped_task_again_but_a_released_one(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    _judged, _skipped, released = cast.make_tasks(project, mo, 3)
    cast.judge(rosa, project)
    skip_task(actor=rosa, assignment=cast.claim(rosa, project), reason=SkipReason.DISTRESSING)
    release_assignment(actor=rosa, assignment=cast.claim(rosa, project))
    assert cast.claim(rosa, project).task == released


def test_it_takes_priority_first_and_then_what_is_begun(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    _plain, begun = cast.make_tasks(project, mo, 2)
    QueueWalk.objects.filter(evaluator=ravi).update(seed=begun.shuffle)
    assert cast.claim(ravi, project).task == begun
    [urgent] = cast.make_tasks(project, mo, priority=5)
    assert cast.claim(rosa, project).task == urgent
    cast.judge(rosa, project)
    assert cast.claim(rosa, project).task == begun


def test_it_gives_nothing_to_an_account_deactivated_a_moment_ago(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    assert rosa.is_active  # as the request knew it
    with pytest.raises(PermissionDenied):
        claim_next_task(actor=rosa, project=project)


def test_it_never_renews_a_hold_that_was_taken_over(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    cast.claim(ravi, project)
    assert renew_lease(late) is False
    late.refresh_from_db()
    assert (late.state, late.leased_until) == (Assignment.State.LAPSED, LONG_AGO)


# ---------------------------------------------------------------- what has to be read first
def change_clause(project: Project, lead: User, words: str) -> RubricVersion:
    return cast.release_rubric(project, lead, replace(cast.quality_criterion(), description=words))


def test_it_notes_the_version_that_an_evaluator_begins_with(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assert not Acknowledgement.objects.exists()
    cast.claim(rosa, project)
    row = Acknowledgement.objects.get()
    assert (row.user, row.version, row.changed_from) == (rosa, version, None)


def test_it_gives_nothing_before_a_change_of_meaning_was_read(
    project: Project, version: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 3)
    cast.judge(rosa, project)
    second = change_clause(project, lena, "Judge the sharpness only.")
    assert claim_next_task(actor=rosa, project=project) is None
    assert cast.claim(ravi, project).version == second  # began with it
    acknowledge_version(actor=rosa, version=second)
    assert cast.claim(rosa, project).version == second


def test_it_knows_of_work_from_before_readings_were_noted(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    [task, _] = cast.make_tasks(project, mo, 2)
    Assignment.objects.create(
        task=task, project=project, evaluator=rosa, version=version, place=1, places=3,
        leased_until=LONG_AGO, closed_at=LONG_AGO, state="released",
    )  # fmt: skip
    change_clause(project, lena, "Judge the sharpness only.")
    assert claim_next_task(actor=rosa, project=project) is None
    assert Acknowledgement.objects.get().version == version


def test_it_lets_what_is_open_be_finished_before_a_change_is_read(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    held = cast.claim(rosa, project)
    change_clause(project, lena, "Judge the sharpness only.")
    assert cast.claim(rosa, project) == held
    release_assignment(actor=rosa, assignment=held)
    assert claim_next_task(actor=rosa, project=project) is None


def test_it_goes_on_over_a_change_of_wording(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    cast.judge(rosa, project)
    words = "How good is the **technical quality** of the photograph"
    second = change_clause(project, lena, words)
    assert cast.claim(rosa, project).version == second
    assert not Acknowledgement.objects.filter(version=second).exists()


# ---------------------------------------------------------------- the side of each image
def release_shuffled(project: Project, lead: User, version: RubricVersion) -> RubricVersion:
    draft = start_draft(actor=lead, rubric=version.rubric)
    spec = RubricSpec("", (cast.quality_criterion(),), presentation={"shuffles_sides": True})
    write_draft(actor=lead, version=draft, spec=spec)
    return publish_version(actor=lead, version=draft)


def test_it_deals_the_judged_images_anew_for_each_evaluator(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    release_shuffled(project, lena, version)
    tasks = cast.make_tasks(project, mo, 25)
    for task in tasks:
        image = task.images.get()
        task.task_images.update(role="source")
        for position in (1, 2, 3):
            TaskImage.objects.create(task=task, image=image, role="edit", position=position)
    for _ in tasks:
        cast.judge(rosa, project)
    orders = [tuple(order) for order in Assignment.objects.values_list("image_order", flat=True)]
    assert all(order[0] == 0 and sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len(set(orders)) > 1  # all 25 alike: once in 6 to the 24th


def test_it_keeps_a_single_image_and_an_unshuffled_rubric_in_order(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    assert cast.claim(rosa, project).image_order == []
    release_shuffled(project, lena, version)
    cast.judge(rosa, project)
    acknowledge_version(actor=rosa, version=version.rubric.current_version() or version)
    assert cast.claim(rosa, project).image_order == []
