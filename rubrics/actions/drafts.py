"""Begin a rubric, and the draft of its next version."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Project, Role, User
from rubrics.content import COLUMNS, hash_version, spec_of
from rubrics.models import Criterion, ExampleImage, Level, Rubric, RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec


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
    draft = RubricVersion.objects.create(rubric=rubric, number=number)
    if newest:
        _write(draft, spec_of(newest))
    log_action(
        actor=actor,
        verb="rubric_version:draft",
        target=draft,
        project=rubric.project,
        after={"number": number},
    )
    return draft


@transaction.atomic
def write_draft(
    *, actor: User, version: RubricVersion, spec: RubricSpec, seen: str | None = None
) -> RubricVersion:
    """Make a draft say what `spec` says, all of it.

    `seen` is the hash of the draft that the lead began from: DraftConflictError where it has
    changed since. VersionNotDraftError for a published version; ValidationError for a criterion
    that cannot be stored, LookupError for an example image that is not there.
    """
    version = lock_version(version)
    require_role(actor, version.rubric.project, Role.LEAD)
    if not version.is_draft:
        raise VersionNotDraftError(version)
    before = hash_version(version)
    if seen is not None and seen != before:
        raise DraftConflictError(version)
    _write(version, spec)
    after = hash_version(version)
    if after != before:
        log_action(
            actor=actor,
            verb="rubric_version:write",
            target=version,
            project=version.rubric.project,
            before={"content": before},
            after={"content": after, "criteria": [criterion.key for criterion in spec.criteria]},
        )
    return version


def lock_version(version: RubricVersion) -> RubricVersion:
    """Lock the row of `version` until the transaction ends, and return it read afresh."""
    return (
        RubricVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("rubric__project")
        .get(pk=version.pk)
    )


def _write(version: RubricVersion, spec: RubricSpec) -> None:
    version.instruction = spec.instruction
    version.presentation, version.sample_task = spec.presentation, spec.sample_task
    version.save(update_fields=["instruction", "presentation", "sample_task"])
    version.criteria.all().delete()
    examples = {row.sha256: row for row in version.rubric.examples.all()}
    for position, criterion in enumerate(spec.criteria):
        _add_criterion(version, position, criterion, examples)


def _add_criterion(
    version: RubricVersion, position: int, spec: CriterionSpec, examples: dict[str, ExampleImage]
) -> None:
    columns = {name: getattr(spec, name) for name in COLUMNS}
    criterion = Criterion(version=version, position=position, **columns)
    criterion.full_clean()
    criterion.save(force_insert=True)
    Level.objects.bulk_create(_level(criterion, level, examples) for level in spec.levels)


def _level(criterion: Criterion, spec: LevelSpec, examples: dict[str, ExampleImage]) -> Level:
    if spec.example and spec.example not in examples:
        raise LookupError(f"The example image of “{spec.label}” is not in this rubric.")
    return Level(
        criterion=criterion,
        key=spec.stable_key,
        value=spec.value,
        label=spec.label,
        descriptor=spec.descriptor,
        group=spec.group,
        example=examples.get(spec.example),
    )
