"""The people and things that the tests play with, made by the product's own actions."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from dataclasses import asdict
from typing import Any

from evalhub.models import Membership, Project, Role, User
from rubrics.actions import publish_version, start_draft, start_rubric, write_draft
from rubrics.actions.acknowledge import acknowledge_version
from rubrics.criteria import Answer, Asked, CriterionAnswer, find_type
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tasks.actions import (
    Revision,
    Submission,
    claim_next_task,
    hold_tasks_ahead,
    revise_judgment,
    submit_judgment,
)
from tasks.counters import count_batch
from tasks.models import Assignment, Batch, Image, Judgment, QueueWalk, Task, TaskImage

PASSWORD = "correct horse battery staple"
QUALITY_WORDS = ("Bad", "Poor", "Fair", "Good", "Excellent")

_counter = itertools.count(1)


def make_user(username: str, **fields: Any) -> User:
    user = User(username=username, email=f"{username}@example.com", **fields)
    user.first_name = user.first_name or username.capitalize()
    user.set_password(PASSWORD)
    user.save()
    return user


def make_project(slug: str = "photos", **fields: Any) -> Project:
    """Make a project whose evaluators hold one task at a time, unless `fields` say otherwise."""
    fields = {"name": slug.capitalize(), "holds_ahead": 0, **fields}
    return Project.objects.create(slug=slug, **fields)


def join(project: Project, user: User, *roles: Role) -> None:
    """Give `user` roles; an evaluator meets the tasks in the order in which they were made."""
    if Role.EVALUATOR in roles:
        QueueWalk.objects.create(project=project, evaluator=user, seed=0)
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role=role) for role in roles
    )


def quality_criterion(**fields: Any) -> CriterionSpec:
    return CriterionSpec(
        key="quality",
        type="ordinal",
        title="Quality",
        description="How good is the **technical quality** of the photograph?",
        levels=tuple(
            LevelSpec(value=value, label=word, descriptor=f"The photograph is {word.lower()}.")
            for value, word in enumerate(QUALITY_WORDS, start=1)
        ),
        direction="higher",
        **fields,
    )


def release_rubric(
    project: Project,
    lead: User,
    *criteria: CriterionSpec,
    instruction: str = "Look closely.",
    presentation: dict[str, Any] | None = None,
) -> RubricVersion:
    """Publish a version with `criteria` (one quality criterion where none is given)."""
    rubric = start_rubric(actor=lead, project=project, name=f"{project.name} rubric")
    draft = start_draft(actor=lead, rubric=rubric)
    write_draft(
        actor=lead,
        version=draft,
        spec=RubricSpec(instruction, criteria or (quality_criterion(),), presentation or {}),
    )
    return publish_version(actor=lead, version=draft)


def make_tasks(project: Project, by: User, count: int = 1, **fields: Any) -> list[Task]:
    """Make open tasks in one finished batch, each with an image row that has no file."""
    batch = Batch.objects.create(
        project=project, name="Batch", source="folder", created_by=by, work_state="done"
    )
    fields.setdefault("judgments_per_task", project.judgments_per_task)
    fields.setdefault("free_places", fields["judgments_per_task"])
    tasks = []
    for _ in range(count):
        n = next(_counter)
        sha256 = hashlib.sha256(f"image {n}".encode()).hexdigest()
        image = Image.objects.create(
            sha256=sha256,
            key=f"images/{sha256}",
            format="JPEG",
            width=1200,
            height=900,
            bytes=1000,
            work_state="done",
        )
        task = Task.objects.create(
            project=project,
            batch=batch,
            key=f"picture {n}",
            state=Task.State.OPEN,
            shuffle=n,
            **fields,
        )
        TaskImage.objects.create(task=task, image=image)
        tasks.append(task)
    Batch.objects.filter(pk=batch.pk).update(**asdict(count_batch(batch)))
    return tasks


def answer(
    version: RubricVersion, values: dict[str, Any], why: dict[str, str] | None = None
) -> list[CriterionAnswer]:
    """Return answers by criterion key: a level's value, or a number or text for other types."""
    given = []
    for criterion in version.criteria.in_order():
        if criterion.key not in values:
            continue
        kind, value = find_type(criterion.type), values[criterion.key]
        if kind.has_levels:
            value = criterion.levels.get(value=value)
        read = kind.read(Asked(criterion), value)
        assert read is not None
        given.append(CriterionAnswer(criterion, read, (why or {}).get(criterion.key, "")))
    return given


def ticks(version: RubricVersion, key: str, ticked: list[str]) -> CriterionAnswer:
    """Return an answer to the criterion `key`, of which any options can be ticked."""
    criterion = version.criteria.get(key=key)
    data = {"ticked": ticked, "severities": {}}
    return CriterionAnswer(criterion, Answer(number=float(len(ticked)), data=data))


def claim(user: User, project: Project) -> Assignment:
    """Claim as the work page does: the next task, and then those ahead of it."""
    assignment = claim_next_task(actor=user, project=project)
    assert assignment is not None
    assignment.refresh_from_db(fields=["leased_until"])
    if project.holds_ahead:
        hold_tasks_ahead(actor=user, project=project)
    return assignment


def read_changes(user: User, project: Project) -> None:
    """Acknowledge the current version as `user`, whatever it changed."""
    version = project.rubric.current_version()
    assert version is not None
    acknowledge_version(actor=user, version=version)


def judge(user: User, project: Project, **values: Any) -> Submission:
    """Claim the next task as `user` and submit `values` for it (quality=4 where none given)."""
    return submit(claim(user, project), **values)


def submit(assignment: Assignment, **values: Any) -> Submission:
    """Submit `values` for a claimed task (quality=4 where none given)."""
    return submit_answers(assignment, answer(assignment.version, values or {"quality": 4}))


def submit_answers(assignment: Assignment, answers: list[CriterionAnswer]) -> Submission:
    return submit_judgment(
        actor=assignment.evaluator,
        assignment=assignment,
        answers=answers,
        submit_key=assignment.submit_key,
    )


def judged(user: User, project: Project, **values: Any) -> Judgment:
    """Claim and judge as `judge` does, where a place is sure; return the judgment."""
    judgment = judge(user, project, **values).judgment
    assert judgment is not None
    return judgment


def revise(
    judgment: Judgment,
    given: dict[str, Any] | None = None,
    *,
    key: uuid.UUID | None = None,
    actor: User | None = None,
    **values: Any,
) -> Revision:
    """Change a judgment to `given` and `values`, as its evaluator who has seen it as it is here."""
    return revise_judgment(
        actor=actor or judgment.evaluator,
        judgment=judgment,
        answers=answer(judgment.version, {**(given or {}), **values}),
        submit_key=key or uuid.uuid4(),
    )
