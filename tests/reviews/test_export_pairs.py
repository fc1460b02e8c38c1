"""Rankings and pairwise answers come with the pairs that they come to."""

from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from reviews.actions import record_judgment
from rubrics.criteria import Answer, CriterionAnswer
from rubrics.spec import CriterionSpec
from tasks.models import TaskImage
from tests import cast
from tests.reviews.bundles import build

pytestmark = pytest.mark.django_db(transaction=True)


def judge_images(project: Project, people: list[User], mo: User, count: int, answer: Answer) -> Any:
    """Have one task of `count` candidate images judged; return the images' hashes in order."""
    tasks = cast.make_tasks(project, mo, count, judgments_per_task=1)
    spare = [task.task_images.get() for task in tasks]
    for position, link in enumerate(spare[1:], start=1):
        TaskImage.objects.create(task=tasks[0], image=link.image, position=position)
    held = cast.claim(people[0], project)
    assert held.task_id == tasks[0].pk
    [criterion] = held.version.criteria.all()
    record_judgment(
        actor=people[0],
        assignment=held,
        answers=[CriterionAnswer(criterion, answer)],
        submit_key=held.submit_key,
    )
    return [link.image.sha256 for link in spare]


def test_it_derives_the_pairs_of_a_ranking_with_its_ties(
    project: Project, lena: User, rosa: User, mo: User
) -> None:
    cast.release_rubric(
        project, lena, CriterionSpec("order", "rank", "Order", settings={"ties": True})
    )
    ranks = Answer(data={"ranks": [[2], [0, 1]]})
    a, b, c = judge_images(project, [rosa], mo, 3, ranks)
    bundle = build(project, mo)
    assert [(row["first"], row["second"], row["preferred"]) for row in bundle.lines("pairs")] == [
        (a, b, "tie"),
        (a, c, "second"),
        (b, c, "second"),
    ]
    [score] = bundle.lines("scores")
    assert score["data"] == {"ranks": [[2], [0, 1]]}
    assert bundle.lines("pairs")[0]["evaluator"] == score["evaluator"]


@pytest.mark.parametrize(
    ("answer", "preferred"),
    [
        (Answer(number=-2.0), "first"),
        (Answer(number=1.0), "second"),
        (Answer(number=0.0), "tie"),
        (Answer(data={"both_bad": True}), "neither"),
    ],
)
def test_it_says_which_of_two_was_preferred(
    project: Project, lena: User, rosa: User, mo: User, answer: Answer, preferred: str
) -> None:
    settings = {"steps": 5, "ties": True, "both_bad": True}
    cast.release_rubric(project, lena, CriterionSpec("better", "pairwise", "B", settings=settings))
    a, b = judge_images(project, [rosa], mo, 2, answer)
    [row] = build(project, mo).lines("pairs")
    assert (row["first"], row["second"], row["preferred"]) == (a, b, preferred)
