"""Begin a failed follow-up anew."""

from __future__ import annotations

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.work import retry_failed
from evalhub.models import Role, User
from tasks import jobs
from tasks.models import FollowUp


@transaction.atomic
def retry_follow_up(*, actor: User, follow_up: FollowUp) -> FollowUp:
    """Go on with a failed follow-up where it stopped; any other is left as it is."""
    follow_up = (
        FollowUp.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__rubric__project")
        .get(pk=follow_up.pk)
    )
    project = follow_up.version.rubric.project
    require_role(actor, project, Role.LEAD, Role.MANAGER)
    retry_failed(
        follow_up, jobs.make_follow_ups, actor=actor, verb="follow_up:retry", project=project
    )
    return follow_up
