"""Fill the demo: projects with drawn pictures, judged in part by simulated evaluators."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from evalhub.demo.pictures import Drawn, draw_set, encode
from evalhub.models import Membership, Project, Role, User
from evalhub.work import WorkState, want_work
from reviews.actions import request_export
from reviews.demo.people import PASSWORD, SIMULATED, VISITORS
from reviews.demo.rubrics import DRAWN_PROJECTS, OWN_PICTURES, DemoProject
from reviews.demo.simulate import audit_some, judge_as
from rubrics.actions import publish_version, start_draft, start_rubric, write_draft
from tasks import jobs
from tasks.actions import release_holds, start_import
from tasks.intake import PictureInTask, add_task, open_tasks, take_picture
from tasks.models import Batch, Image, TaskImage

SEED = 26
# Of a project's tasks, the share that the simulated evaluators work through.
SHARE_JUDGED = 0.7
SHARE_AUDITED = 0.5

Say = Callable[[str], object]


def fill_demo(say: Say) -> None:
    """Make the demo's people and projects; what an earlier run has left undone is taken up."""
    people = _make_people()
    for number, demo in enumerate(DRAWN_PROJECTS):
        project = _get_or_make_project(demo, people)
        batch = _get_or_make_batch(project, people["mo"])
        if not batch.is_done:
            say(f"{demo.name}: drawing {demo.tasks} tasks …")
            _draw_tasks(demo, batch, SEED + number)
        if not project.exports.exists():
            say(f"{demo.name}: {len(SIMULATED)} simulated evaluators are judging …")
            _simulate(project, demo.tasks, people, random.Random(f"{SEED}:{demo.slug}"))  # noqa: S311


def import_own_pictures(folder: Path, say: Say) -> Batch:
    """Begin the import of a person's own pictures into a project of their own; a worker does it."""
    people = _make_people()
    project = _get_or_make_project(OWN_PICTURES, people)
    say(f"{project.name}: importing {folder} …")
    return start_import(
        actor=people["mo"],
        project=project,
        name=folder.name,
        source=Batch.Source.FOLDER,
        paths=[folder],
    )


@transaction.atomic
def _make_people() -> dict[str, User]:
    people = {}
    for visitor in VISITORS:
        user, is_new = User.objects.get_or_create(
            username=visitor.username,
            defaults={
                "first_name": visitor.first_name,
                "email": f"{visitor.username}@example.com",
            },
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        people[user.username] = user
    for simulated in SIMULATED:
        user, is_new = User.objects.get_or_create(
            username=simulated.username,
            defaults={"first_name": simulated.username.capitalize()},
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        people[user.username] = user
    return people


def _get_or_make_project(demo: DemoProject, people: dict[str, User]) -> Project:
    return Project.objects.filter(slug=demo.slug).first() or _make_project(demo, people)


@transaction.atomic
def _make_project(demo: DemoProject, people: dict[str, User]) -> Project:
    project = Project.objects.create(
        slug=demo.slug, name=demo.name, description=demo.description, audit_rate=0.15
    )
    roles = [(visitor.username, visitor.role) for visitor in VISITORS]
    roles += [(simulated.username, Role.EVALUATOR) for simulated in SIMULATED]
    Membership.objects.bulk_create(
        Membership(project=project, user=people[username], role=role) for username, role in roles
    )
    lead = people["lena"]
    rubric = start_rubric(actor=lead, project=project, name=demo.name)
    draft = start_draft(actor=lead, rubric=rubric)
    write_draft(actor=lead, version=draft, spec=demo.rubric)
    publish_version(actor=lead, version=draft, release_notes="First release.")
    return project


def _get_or_make_batch(project: Project, manager: User) -> Batch:
    """Return the batch of drawn pictures; it counts as running until all of them are there."""
    batch, _ = Batch.objects.get_or_create(
        project=project,
        source=Batch.Source.DEMO,
        defaults={
            "name": "Drawn pictures",
            "created_by": manager,
            "work_state": WorkState.RUNNING,
            "is_listed": True,
        },
    )
    return batch


def _draw_tasks(demo: DemoProject, batch: Batch, seed: int) -> None:
    for drawn in draw_set(demo.pictures, demo.tasks, seed):
        pictures = [
            PictureInTask(_store(drawn, image), TaskImage.Role(role))
            for role, image in drawn.images
        ]
        add_task(
            batch=batch,
            key=drawn.key,
            pictures=pictures,
            prompt=drawn.prompt,
            tags=drawn.tags,
            hidden_context={"planted": _planted(drawn)},
        )
    open_tasks(batch)
    Batch.objects.filter(pk=batch.pk).update(work_state=WorkState.DONE)


def _store(drawn: Drawn, picture: Any) -> Image:
    image = take_picture(encode(picture, drawn.format))
    want_work(Image, jobs.make_renditions, image.pk)
    return image


def _planted(drawn: Drawn) -> dict[str, Any]:
    """Return the truth that the statistics can be compared with; evaluators never get it."""
    return {"truth": drawn.truth, "levels": drawn.levels, "notes": drawn.notes}


def _simulate(project: Project, tasks: int, people: dict[str, User], rng: random.Random) -> None:
    wanted = tasks * project.judgments_per_task * SHARE_JUDGED
    each = round(wanted / len(SIMULATED))
    # In rounds of a few tasks each, so that every pair of evaluators shares some.
    judging = [
        judge_as(people[manner.username], manner, project, each, rng) for manner in SIMULATED
    ]
    while judging:
        rng.shuffle(judging)
        judging = [one for one in judging if next(one, None) is not None]
    for manner in SIMULATED:  # they go home: what they held ahead is for those who try the demo
        with transaction.atomic():
            release_holds(user=people[manner.username], project=project)
    audit_some(people["ada"], project, SHARE_AUDITED, rng)
    request_export(actor=people["mo"], project=project)


def sign_ins(address: str) -> str:
    """Return what to print when the demo is up: the address and a sign-in for each role."""
    width = max(len(visitor.username) for visitor in VISITORS)
    lines = [f"  {visitor.username:<{width}}  {visitor.role.label.lower()}" for visitor in VISITORS]
    return "\n".join(
        [
            "",
            f"evalhub runs at {address}",
            "",
            f"Sign in as any of these; the password is {PASSWORD}",
            *lines,
            "",
            f"Everything lies in {settings.DATA_DIR}. Press Ctrl-C to stop.",
        ]
    )
