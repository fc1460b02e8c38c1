"""Published protocols, each run from its rubric file alone: file, version, work page, export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Project, User
from rubrics.actions import publish_version, start_rubric
from rubrics.actions.files import import_rubric
from rubrics.files.convert import RubricFile, to_data
from rubrics.library import load_ready, ready_rubrics
from rubrics.models import RubricVersion
from rubrics.spec import RubricSpec
from rubrics.subject import questions_as_data, read_questions
from tasks.actions import save_draft
from tasks.models import Assignment, Task
from tasks.subject import subject_of
from tests import cast, paint
from tests.protocols.answers import Evaluator, Given, fields_of
from tests.reviews.bundles import Bundle, build
from tests.rubrics.html_fields import fields_sent

# The export reads by a second connection, which sees committed rows alone.
pytestmark = pytest.mark.django_db(transaction=True)

SLUGS = [ready.slug for ready in ready_rubrics()]
PROMPT = "A red kite over a pier"
# Where an answer decides what else is asked: by protocol, the reserved evaluator, then the other.
EVALUATORS = {
    "heim": (Evaluator(True), Evaluator(False, void={"copies"})),
    "image-editing": (
        Evaluator(
            True,
            void={
                *("unsafe", "faults", "following", "preservation", "naturalness"),
                *("artifacts", "aesthetics", "overall", "better"),
            },
        ),
        Evaluator(False, {"unsafe": "safe"}),
    ),
    "moderation": (Evaluator(True, void={"category", "severity"}), Evaluator(False)),
    "product-photo": (Evaluator(True, void={"fault_boxes"}), Evaluator(False)),
}
USUAL = (Evaluator(True), Evaluator(False))


@pytest.mark.parametrize("slug", SLUGS)
def test_it_runs_from_a_rubric_file_alone(
    slug: str, client: Client, project: Project, lena: User, mo: User, rosa: User, ravi: User
) -> None:
    version = release(project, lena, slug)
    task = make_task(project, mo, version)
    spec = load_ready(slug).spec
    judged = {}
    for user, evaluator in zip((rosa, ravi), EVALUATORS.get(slug, USUAL), strict=True):
        given = judge(client, user, project, evaluator, spec)
        judged[Assignment.objects.get(evaluator=user).judgment_id] = given
    task.refresh_from_db()
    assert task.state == Task.State.FINISHED
    bundle = build(project, mo)
    assert bundle.document("rubric/v1.json")["file"] == to_data(with_keys(load_ready(slug)))
    for judgment, given in judged.items():
        assert exported(bundle, judgment, task) == expected(given)


def with_keys(file: RubricFile) -> RubricFile:
    """Spell out the keys of the levels, as every stored version does."""
    criteria = tuple(
        replace(row, levels=tuple(replace(level, key=level.stable_key) for level in row.levels))
        for row in file.spec.criteria
    )
    return replace(file, spec=replace(file.spec, criteria=criteria))


def release(project: Project, lena: User, slug: str) -> RubricVersion:
    """Publish what stands in the file of `slug`, and nothing else."""
    file = load_ready(slug)
    rubric = start_rubric(actor=lena, project=project, name=file.name)
    draft = import_rubric(actor=lena, rubric=rubric, file=file)
    return publish_version(actor=lena, version=draft)


def make_task(project: Project, mo: User, version: RubricVersion) -> Task:
    """Make a task like the sample of the version, with a picture for each of its images."""
    sample = version.sample_task
    [task] = cast.make_tasks(
        project,
        mo,
        judgments_per_task=2,
        prompt=sample.get("prompt", PROMPT),
        questions=questions_as_data(read_questions(sample.get("questions", []))),
    )
    pictures = [
        (image["role"], paint.draw_scene(320, 240, sun=(250, 40 * number, 90)))
        for number, image in enumerate(sample["images"])
    ]
    paint.hang(task, *pictures)
    return task


def judge(
    client: Client, user: User, project: Project, evaluator: Evaluator, spec: RubricSpec
) -> dict[tuple[str, int | None], Given]:
    """Open the work page as `user`, type into it, come back and send it; return what was typed."""
    client.force_login(user)
    page = client.get(f"/projects/{project.slug}/work/", follow=True)
    held = Assignment.objects.get(evaluator=user)
    given = evaluator.give(spec, subject_of(held.task, held.image_order))
    html = page.content.decode()
    for name, _ in fields_of(given):
        assert f'name="{name}"' in html
    # What is sent comes from the page opened anew: a draft holds every kind of answer.
    save_draft(actor=user, assignment=held, sequence=1, typed=dict(fields_of(given)))
    data = fields_sent(client.get(f"/assignments/{held.pk}/").content.decode())
    response = client.post(f"/assignments/{held.pk}/submit/", dict(data.lists()))
    assert response.status_code == 302, page_problems(response)
    return given


def page_problems(response: Any) -> list[str]:
    return [str(problem) for problem in response.context["problems"]]


def exported(
    bundle: Bundle, judgment: int | None, task: Task
) -> dict[tuple[str, int | None], dict[str, Any]]:
    """Return the scores of one judgment as the export has them, by criterion and position."""
    positions = {row.image.sha256: row.position for row in task.task_images.all()}
    names = ("state", "number", "level", "text", "data", "justification")
    return {
        (row["criterion"], positions[row["image"]] if row["image"] else None): {
            name: row[name] for name in names
        }
        for row in bundle.lines("scores")
        if row["judgment"] == judgment
    }


def expected(
    given: dict[tuple[str, int | None], Given],
) -> dict[tuple[str, int | None], dict[str, Any]]:
    return {
        place: {
            "state": one.state,
            "number": one.number,
            "level": one.level,
            "text": one.text,
            "data": one.data,
            "justification": one.why,
        }
        for place, one in given.items()
    }
