"""Begin a rubric, and the draft of its next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Project, Role, User
from rubrics.content import hash_version
from rubrics.models import Criterion, Level, Rubric, RubricVersion


class VersionNotDraftError(Exception):
    """The version was published meanwhile, so it never changes again."""

    def __init__(self, version: RubricVersion) -> None:
        super().__init__(
            f"{version} is published and never changes. Begin the next draft to go on editing."
        )
        self.version = version


class DraftConflictError(Exception):
    """Somebody else saved the draft after it was opened for editing."""

    def __init__(self, version: RubricVersion) -> None:
        super().__init__("Somebody else saved this draft while you were editing it.")
        self.version = version


@dataclass(frozen=True)
class NewLevel:
    """A level to be written, in plain data."""

    value: int
    label: str
    descriptor: str = ""
    key: str = ""


@dataclass(frozen=True)
class NewCriterion:
    """A criterion to be written, in plain data; `fields` are further columns of Criterion."""

    key: str
    type: str
    title: str
    description: str = ""
    levels: tuple[NewLevel, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def start_rubric(*, actor: User, project: Project, name: str) -> Rubric:
    """Give `project` its rubric with an empty draft, or return the one it has."""
    require_role(actor, project, Role.LEAD, Role.MANAGER)
    rubric, is_new = Rubric.objects.get_or_create(project=project, defaults={"name": name})
    if is_new:
        RubricVersion.objects.create(rubric=rubric, number=1)
        log_action(actor=actor, verb="rubric:start", target=rubric, project=project)
    return rubric


@transaction.atomic
def start_draft(*, actor: User, rubric: Rubric) -> RubricVersion:
    """Return the rubric's draft; where there is none, begin it as a copy of the newest version."""
    rubric = Rubric.objects.select_for_update(no_key=True).get(pk=rubric.pk)
    require_role(actor, rubric.project, Role.LEAD)
    if draft := rubric.draft():
        return draft
    newest = rubric.versions.order_by("-number").first()
    number = (rubric.versions.aggregate(newest=Max("number"))["newest"] or 0) + 1
    draft = RubricVersion.objects.create(
        rubric=rubric, number=number, instruction=newest.instruction if newest else ""
    )
    if newest:
        _copy_criteria(newest, draft)
    log_action(
        actor=actor,
        verb="rubric_version:draft",
        target=draft,
        project=rubric.project,
        after={"number": number},
    )
    return draft


@transaction.atomic
def write_criteria(
    *,
    actor: User,
    version: RubricVersion,
    criteria: Sequence[NewCriterion],
    instruction: str | None = None,
    seen: str | None = None,
) -> RubricVersion:
    """Replace the criteria of a draft by `criteria`, in the order given, and its instruction.

    `seen` is the hash of the draft that the lead began from: DraftConflictError where it has
    changed since. VersionNotDraftError for a published version.
    """
    version = lock_version(version)
    require_role(actor, version.rubric.project, Role.LEAD)
    if not version.is_draft:
        raise VersionNotDraftError(version)
    before = hash_version(version)
    if seen is not None and seen != before:
        raise DraftConflictError(version)
    if instruction is not None and instruction != version.instruction:
        version.instruction = instruction
        version.save(update_fields=["instruction"])
    version.criteria.all().delete()
    for position, new in enumerate(criteria):
        _add_criterion(version, position, new)
    after = hash_version(version)
    if after != before:
        log_action(
            actor=actor,
            verb="rubric_version:write",
            target=version,
            project=version.rubric.project,
            before={"content": before},
            after={"content": after, "criteria": [criterion.key for criterion in criteria]},
        )
    return version


def lock_version(version: RubricVersion) -> RubricVersion:
    """Lock the row of `version` until the transaction ends, and return it read afresh."""
    return (
        RubricVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("rubric__project")
        .get(pk=version.pk)
    )


def _add_criterion(version: RubricVersion, position: int, new: NewCriterion) -> None:
    criterion = Criterion(
        version=version,
        key=new.key,
        position=position,
        type=new.type,
        title=new.title,
        description=new.description,
        **new.fields,
    )
    criterion.full_clean()
    criterion.save(force_insert=True)
    Level.objects.bulk_create(
        Level(
            criterion=criterion,
            key=level.key or f"level_{level.value}".replace("-", "minus_"),
            value=level.value,
            label=level.label,
            descriptor=level.descriptor,
        )
        for level in new.levels
    )


def _copy_criteria(source: RubricVersion, draft: RubricVersion) -> None:
    for criterion in source.criteria.in_order():
        levels = list(criterion.levels.all())
        criterion.pk, criterion.version = None, draft
        criterion._state.adding = True
        criterion.save(force_insert=True)
        for level in levels:
            level.pk, level.criterion = None, criterion
        Level.objects.bulk_create(levels)
