"""Record what a reviewer found in a judgment."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from reviews.models import Audit


class AuditDecidedError(Exception):
    """Another verdict was recorded before; `audit` carries it."""

    def __init__(self, audit: Audit) -> None:
        super().__init__(f"{audit.reviewer} has decided this audit meanwhile.")
        self.audit = audit


@transaction.atomic
def decide_audit(*, actor: User, audit: Audit, verdict: Audit.Verdict, comment: str = "") -> Audit:
    """Record a reviewer's verdict on a judgment of somebody else.

    A verdict other than “agree” needs a comment. The same verdict again changes nothing; a
    different one, or another reviewer's, raises AuditDecidedError.
    """
    audit = (
        Audit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project", "judgment", "reviewer")
        .get(pk=audit.pk)
    )
    require_role(actor, audit.project, Role.REVIEWER)
    if audit.judgment.evaluator_id == actor.pk:
        raise PermissionDenied("You cannot audit your own judgment.")
    comment = comment.strip()
    if verdict != Audit.Verdict.AGREE and not comment:
        raise ValidationError("Say what is wrong, so that the evaluator can learn from it.")
    if audit.state == Audit.State.DONE:
        if (audit.reviewer_id, audit.verdict, audit.comment) == (actor.pk, verdict, comment):
            return audit
        raise AuditDecidedError(audit)
    audit.state, audit.verdict, audit.comment = Audit.State.DONE, verdict, comment
    audit.reviewer, audit.decided_at = actor, timezone.now()
    audit.save(update_fields=["state", "verdict", "comment", "reviewer", "decided_at"])
    log_action(
        actor=actor,
        verb="audit:decide",
        target=audit,
        project=audit.project,
        before={"state": Audit.State.WAITING},
        after={"state": Audit.State.DONE, "verdict": verdict, "judgment": audit.judgment_id},
    )
    return audit
