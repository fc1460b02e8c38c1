"""Keep what an evaluator has typed and not submitted."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from evalhub.access import require_role
from evalhub.models import Role, User
from tasks.actions.holds import AssignmentClosedError, what_became_of
from tasks.drafts import Typed, check_size
from tasks.models import Assignment, Draft

OVER = {Assignment.State.SUBMITTED, Assignment.State.SKIPPED, Assignment.State.RELEASED}


class NewerDraftError(Exception):
    """Another page has saved a draft that this save must not overwrite; both texts are kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            "A newer draft of this task was saved in another tab or on another machine."
        )
        self.draft = draft


@transaction.atomic
def save_draft(*, actor: User, assignment: Assignment, sequence: int, typed: Typed) -> Draft:
    """Keep `typed` as the draft of what `assignment` asks, unless a newer one is kept.

    A save whose sequence is not above the stored one raises NewerDraftError, but for the very same
    save again. A hold that lapsed still takes drafts, as it takes a submit. Nothing goes to the
    action log: a draft is no record, it comes every few seconds and is gone with the submit.
    """
    # A submit and a skip write this row before they delete the draft: none is left behind them.
    assignment = (
        Assignment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project")
        .get(pk=assignment.pk)
    )
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    require_role(actor, assignment.project, Role.EVALUATOR)
    if assignment.state in OVER:
        raise AssignmentClosedError(what_became_of(assignment))
    check_size(typed)
    written = {"sequence": sequence, "typed": typed, "saved_at": Now()}
    first = Draft(
        evaluator_id=assignment.evaluator_id,
        task_id=assignment.task_id,
        version_id=assignment.version_id,
        **written,
    )
    Draft.objects.bulk_create([first], ignore_conflicts=True)
    # The database compares as it writes: whatever was read before may be overtaken by now.
    own = Draft.objects.of(assignment)
    own.filter(sequence__lt=sequence).update(**written)
    draft = own.get()
    if (draft.sequence, draft.typed) != (sequence, typed):
        raise NewerDraftError(draft)
    return draft
