"""Ask for a dataset."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.actions.work import retry_failed
from evalhub.models import Project, Role, User
from evalhub.work import WorkState, want_work
from reviews import jobs
from reviews.models import Export


@transaction.atomic
def request_export(*, actor: User, project: Project) -> Export:
    """Begin the next numbered export of `project`; one that is being built is returned instead."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    require_role(actor, project, Role.MANAGER)
    exports = Export.objects.filter(project=project)
    pending = exports.filter(work_state__in=[WorkState.WAITING, WorkState.RUNNING]).first()
    if pending:
        return pending
    newest = exports.aggregate(newest=Max("number"))["newest"] or 0
    export = Export.objects.create(project=project, number=newest + 1, requested_by=actor)
    want_work(Export, jobs.build_export, export.pk)
    log_action(
        actor=actor,
        verb="export:request",
        target=export,
        project=project,
        after={"number": export.number},
    )
    return export


@transaction.atomic
def retry_export(*, actor: User, export: Export) -> Export:
    """Build a failed export again; any other is left as it is."""
    export = (
        Export.objects.select_for_update(no_key=True).select_related("project").get(pk=export.pk)
    )
    require_role(actor, export.project, Role.MANAGER)
    retry_failed(
        export, jobs.build_export, actor=actor, verb="export:retry", project=export.project
    )
    return export
