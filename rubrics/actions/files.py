"""Take a rubric over from a file."""

from __future__ import annotations

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.actions.drafts import start_draft, write_draft
from rubrics.content import hash_version
from rubrics.examples import store_example
from rubrics.files import RubricFile
from rubrics.models import Rubric, RubricVersion


@transaction.atomic
def import_rubric(
    *, actor: User, rubric: Rubric, file: RubricFile, seen: str | None = None
) -> RubricVersion:
    """Make the rubric's draft say what `file` says, and keep its example images; return the draft.

    A draft is begun where there is none; the rubric keeps its name. Raises PermissionDenied for
    anyone but a lead, DraftConflictError where the draft no longer has the hash `seen`, and
    Refused, in words, for an example image that cannot be used.
    """
    require_role(actor, rubric.project, Role.LEAD)
    draft = start_draft(actor=actor, rubric=rubric)
    before = hash_version(draft)
    for webp in file.examples.values():
        store_example(rubric, webp)
    draft = write_draft(actor=actor, version=draft, spec=file.spec, seen=seen)
    after = hash_version(draft)
    if after != before:
        log_action(
            actor=actor,
            verb="rubric_version:import",
            target=draft,
            project=rubric.project,
            before={"content": before},
            after={"content": after, "name": file.name, "examples": len(file.examples)},
        )
    return draft
