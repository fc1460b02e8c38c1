"""A rubric of five criteria, and releases that change it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evalhub.models import Project, User
from evalhub.work import WorkState
from rubrics.actions import acknowledge_version, start_draft, write_draft
from rubrics.models import Rubric, RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tasks import jobs
from tasks.actions import release_version
from tasks.models import Assignment, FollowUp, Task
from tests import cast

KEYS = ("sharpness", "light", "colour", "noise", "framing")
REPLY = ("Bad", "Fair", "Good")


def five_criteria() -> tuple[CriterionSpec, ...]:
    return tuple(
        CriterionSpec(
            key=key,
            type="ordinal",
            title=key.capitalize(),
            description=f"How good is the {key} of the photograph?",
            direction="higher",
            levels=tuple(LevelSpec(n, word, key=word.lower()) for n, word in enumerate(REPLY, 1)),
        )
        for key in KEYS
    )


def reworded(
    criteria: tuple[CriterionSpec, ...], key: str, description: str = "Judge the edges instead."
) -> tuple[CriterionSpec, ...]:
    """Return `criteria` with another clause under `key`."""
    return tuple(
        replace(one, description=description) if one.key == key else one for one in criteria
    )


def draft_next(project: Project, lead: User, criteria: tuple[CriterionSpec, ...]) -> RubricVersion:
    """Write the next draft of the project's rubric."""
    draft = start_draft(actor=lead, rubric=Rubric.objects.get(project=project))
    return write_draft(actor=lead, version=draft, spec=RubricSpec("Look closely.", criteria))


def release_next(
    project: Project,
    lead: User,
    criteria: tuple[CriterionSpec, ...],
    decisions: dict[str, str],
    older_work: str,
    **options: Any,
) -> RubricVersion:
    """Release the next version, with the classes decided for what changed."""
    return release_version(
        actor=lead,
        version=draft_next(project, lead, criteria),
        release_notes="Look at the edges.",
        decisions=decisions,
        older_work=older_work,
        **options,
    )


def make_again(version: RubricVersion) -> list[Task]:
    """Run the job of the version's follow-up and return its tasks."""
    jobs.make_follow_ups(version.follow_up.pk)
    follow_up = FollowUp.objects.get(version=version)
    assert follow_up.work_state == WorkState.DONE
    return list(Task.objects.filter(batch=follow_up.batch).order_by("pk"))


def read_and_claim(user: User, project: Project, version: RubricVersion) -> Assignment:
    acknowledge_version(actor=user, version=version)
    return cast.claim(user, project)
