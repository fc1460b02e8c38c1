"""Release a draft: from then on it never changes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.actions.drafts import DraftConflictError, lock_version
from rubrics.content import hash_version, spec_of
from rubrics.criteria import find_type
from rubrics.models import RubricVersion


class RubricNotReadyError(Exception):
    """The draft cannot be published; `problems` says why, each in a plain sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def publish_problems(version: RubricVersion) -> list[str]:
    """Return what keeps `version` from being published, each in a plain sentence."""
    criteria = spec_of(version).criteria
    if not criteria:
        return ["The rubric has no criteria. Add at least one before you publish."]
    problems = []
    for criterion in criteria:
        try:
            problems += find_type(criterion.type).problems(criterion)
        except LookupError as error:
            problems.append(f"“{criterion.title}”: {error} Choose another type.")
    return problems


@transaction.atomic
def publish_version(
    *,
    actor: User,
    version: RubricVersion,
    release_notes: str | None = None,
    seen: str | None = None,
) -> RubricVersion:
    """Publish a draft and retire the version before it; work already open keeps its version.

    Raises PermissionDenied for anyone but a lead, RubricNotReadyError with what is missing,
    DraftConflictError where the draft no longer has the hash `seen`. Publishing a published
    version again changes nothing.
    """
    version = lock_version(version)
    project = version.rubric.project
    require_role(actor, project, Role.LEAD)
    if not version.is_draft:
        return version
    content = hash_version(version)
    if seen is not None and seen != content:
        raise DraftConflictError(version)
    if problems := publish_problems(version):
        raise RubricNotReadyError(problems)
    version.rubric.versions.filter(state=RubricVersion.State.PUBLISHED).update(
        state=RubricVersion.State.RETIRED
    )
    version.state = RubricVersion.State.PUBLISHED
    if release_notes is not None:
        version.release_notes = release_notes
    version.published_at = timezone.now()
    version.published_by = actor
    version.save(update_fields=["state", "release_notes", "published_at", "published_by"])
    log_action(
        actor=actor,
        verb="rubric_version:publish",
        target=version,
        project=project,
        before={"state": RubricVersion.State.DRAFT},
        after={
            "state": RubricVersion.State.PUBLISHED,
            "number": version.number,
            "content": content,
        },
    )
    return version
