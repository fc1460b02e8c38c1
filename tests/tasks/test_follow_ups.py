"""The tasks by which a release has older work judged again, and the judgments they give."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.actions import acknowledge_version
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.actions import claim_next_task, submit_judgment
from tasks.follow_ups import SUBMITS_WITHIN, follow_ups_behind
from tasks.models import Batch, FollowUp, Judgment, Task, TaskTag
from tasks.progress import Progress, progress_of
from tests import cast
from tests.tasks.release_data import (
    KEYS,
    five_criteria,
    make_again,
    read_and_claim,
    release_next,
    reworded,
)

ALL_GOOD: dict[str, Any] = dict.fromkeys(KEYS, 3)


def break_light(project: Project, lena: User, older_work: str = "reask") -> RubricVersion:
    criteria = reworded(five_criteria(), "light")
    return release_next(project, lena, criteria, {"light": "breaking"}, older_work)


def test_it_asks_those_who_judged_only_the_criterion_that_broke(
    client: Client, project: Project, first: RubricVersion,
    rosa: User, ravi: User, lena: User, mo: User,
) -> None:  # fmt: skip
    [task] = cast.make_tasks(
        project, mo, judgments_per_task=1, prompt="A pier", tags=["sea"], hidden_context={"m": 1}
    )
    before = cast.judge(rosa, project, **ALL_GOOD).judgment
    version = break_light(project, lena)
    [again] = make_again(version)
    assert (again.follows, again.criteria, again.judgments_per_task) == (task, ["light"], 1)
    assert TaskTag.objects.get(task=again).tag == "sea"
    assert (again.prompt, again.tags, again.hidden_context) == ("A pier", ["sea"], {"m": 1})
    assert [row.image_id for row in again.task_images.all()] == [
        row.image_id for row in task.task_images.all()
    ]
    assert again.batch.source == Batch.Source.FOLLOW_UP

    cast.make_tasks(project, mo)
    assert read_and_claim(ravi, project, version).task != again
    held = read_and_claim(rosa, project, version)
    assert held.task == again  # before all others
    client.force_login(rosa)
    page = client.get(reverse("assignment", args=[held.pk])).text
    assert 'name="light"' in page
    assert not any(f'name="{key}"' in page for key in KEYS if key != "light")
    response = client.post(
        reverse("submit", args=[held.pk]), {"work-submit_key": held.submit_key, "light": "bad"}
    )
    assert response.status_code == 302
    judgment = Judgment.objects.get(task=again)
    assert judgment.version == version
    scores = {score.criterion.key: score for score in judgment.scores.all()}
    assert {key: score.number for key, score in scores.items()} == {**ALL_GOOD, "light": 1}
    assert {key: score.carried_from for key, score in scores.items()} == {
        **dict.fromkeys(KEYS, before),
        "light": None,
    }
    assert {score.criterion.version for score in scores.values()} == {version}
    assert {s.level.criterion.version for s in scores.values() if s.level} == {version}


def test_it_makes_nothing_twice_and_grows_with_late_judgments(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    late = cast.claim(ravi, project)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena)
    [again] = make_again(version)
    assert again.judgments_per_task == 1
    held = read_and_claim(rosa, project, version)
    answers = cast.answer(version, {"light": 2})
    submit_judgment(actor=rosa, assignment=held, answers=answers, submit_key=held.submit_key)
    again.refresh_from_db()
    assert again.state == Task.State.FINISHED

    FollowUp.objects.update(finished_at=timezone.now() - 2 * SUBMITS_WITHIN)
    submit_judgment(
        actor=ravi,
        assignment=late,
        answers=cast.answer(first, ALL_GOOD),
        submit_key=late.submit_key,
    )
    assert follow_ups_behind() == [version.follow_up.pk]
    jobs.sweep()
    assert make_again(version) == [again]
    again.refresh_from_db()
    assert (again.judgments_per_task, again.state) == (2, Task.State.OPEN)
    assert read_and_claim(ravi, project, version).task == again


def test_it_is_not_behind_once_nothing_older_can_come_any_more(
    project: Project, first: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena)
    make_again(version)
    FollowUp.objects.update(finished_at=timezone.now() + 2 * SUBMITS_WITHIN)
    assert follow_ups_behind() == []


def test_it_has_everybody_judge_anew_in_full(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena, "redo")
    [again] = make_again(version)
    assert (again.criteria, again.judgments_per_task) == ([], 2)
    held = read_and_claim(ravi, project, version)
    assert held.task == again
    judgment = cast.submit(held, **ALL_GOOD).judgment
    assert judgment is not None
    assert not judgment.scores.exclude(carried_from=None).exists()


@pytest.mark.parametrize("is_made", [False, True])
def test_it_collects_no_more_on_a_task_that_is_judged_anew(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User,
    is_made: bool,
) -> None:  # fmt: skip
    """From the release on, also before its job ran: each judgment is asked for once."""
    [task, untouched] = cast.make_tasks(project, mo, 2, judgments_per_task=2)
    assert cast.judge(rosa, project, **ALL_GOOD).judgment is not None
    version = break_light(project, lena, "redo")
    made = make_again(version) if is_made else []
    acknowledge_version(actor=ravi, version=version)
    given = []
    while assignment := claim_next_task(actor=ravi, project=project):
        cast.submit(assignment, **ALL_GOOD)
        given.append(assignment.task)
    assert sorted(given, key=lambda one: one.pk) == [untouched, *made]
    assert task not in given


def test_it_is_done_when_what_is_judged_anew_is_done(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=2)
    late = cast.claim(ravi, project)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena, "redo")
    make_again(version)
    assert progress_of([project])[project.pk] == Progress(tasks=2, finished=1, judgments=1, asked=3)
    submission = cast.submit(late, **ALL_GOOD)  # begun before the release: it counts as well
    assert submission.judgment is not None
    for person in (rosa, ravi):
        acknowledge_version(actor=person, version=version)
        cast.judge(person, project, **ALL_GOOD)
    task.refresh_from_db()
    assert task.judgments_done == 2
    assert progress_of([project])[project.pk] == Progress(tasks=2, finished=2, judgments=4, asked=4)


def test_it_leaves_an_open_task_open_under_the_new_version(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=2)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena)
    make_again(version)
    held = read_and_claim(ravi, project, version)
    assert (held.task, held.version) == (task, version)


def test_it_follows_work_that_was_kept_from_still_earlier_versions(
    project: Project, first: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=1)
    cast.judge(rosa, project, **ALL_GOOD)
    kept = reworded(five_criteria(), "noise", "How good is the grain of the photograph, then?")
    release_next(project, lena, kept, {"noise": "clarifying"}, "keep")
    version = release_next(project, lena, reworded(kept, "light"), {"light": "breaking"}, "reask")
    [again] = make_again(version)
    assert again.follows == task


def test_it_asks_as_well_what_a_later_release_broke(
    client: Client, project: Project, first: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    """The follow-up of the second version is judged under the third."""
    cast.make_tasks(project, mo, judgments_per_task=1)
    cast.judge(rosa, project, **ALL_GOOD)
    second = break_light(project, lena)
    [again] = make_again(second)
    criteria = reworded(reworded(five_criteria(), "light"), "colour")
    third = release_next(project, lena, criteria, {"colour": "breaking"}, "reask")
    assert make_again(third) == []  # nothing was judged under the second
    held = read_and_claim(rosa, project, third)
    assert held.task == again
    client.force_login(rosa)
    page = client.get(reverse("assignment", args=[held.pk])).text
    assert [key for key in KEYS if f'name="{key}"' in page] == ["light", "colour"]
    for values in ({"light": 1}, {"light": 1, "colour": 1, "noise": 1}):
        with pytest.raises(ValueError, match="do not fit"):
            submit_judgment(
                actor=rosa,
                assignment=held,
                answers=cast.answer(third, values),
                submit_key=uuid.uuid4(),
            )
    answers = cast.answer(third, {"light": 1, "colour": 2})
    submit_judgment(actor=rosa, assignment=held, answers=answers, submit_key=held.submit_key)
    judgment = Judgment.objects.get(task=again)
    numbers = dict(judgment.scores.values_list("criterion__key", "number"))
    assert numbers == {**ALL_GOOD, "light": 1, "colour": 2}


def test_it_gives_nothing_to_who_did_not_judge_the_task(
    project: Project, first: RubricVersion, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    cast.judge(rosa, project, **ALL_GOOD)
    version = break_light(project, lena)
    make_again(version)
    assert claim_next_task(actor=ravi, project=project) is None
