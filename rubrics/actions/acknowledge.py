"""Store that somebody has read what a version says."""

from __future__ import annotations

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.models import Acknowledgement, RubricVersion
from rubrics.reading import known_version


class VersionNotPublishedError(Exception):
    """A draft is nothing to take note of: it still changes."""

    def __init__(self, version: RubricVersion) -> None:
        super().__init__(f"{version} is not published yet.")
        self.version = version


@transaction.atomic
def acknowledge_version(*, actor: User, version: RubricVersion) -> Acknowledgement:
    """Store that an evaluator has read what `version` changed; once, and never taken back.

    A version that was retired meanwhile counts as well: what came after it is read next.
    Raises PermissionDenied for anyone but an evaluator, VersionNotPublishedError for a draft.
    """
    project = version.rubric.project
    require_role(actor, project, Role.EVALUATOR)
    if version.is_draft:
        raise VersionNotPublishedError(version)
    known = known_version(actor, version)
    acknowledgement, is_new = Acknowledgement.objects.get_or_create(
        version=version,
        user=actor,
        # Of an older version than the known one nothing was shown as a change.
        defaults={"changed_from": known if known and known.number < version.number else None},
    )
    if is_new:
        log_action(
            actor=actor,
            verb="rubric_version:acknowledge",
            target=version,
            project=project,
            after={"changed_from": acknowledgement.changed_from_id},
        )
    return acknowledgement
