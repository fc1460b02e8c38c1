"""Begin again what a release asks of older work."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from evalhub.access import get_project_for, signed_in
from evalhub.models import Role
from tasks.actions.follow_ups import retry_follow_up
from tasks.models import FollowUp


@require_POST
def follow_up_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Try a failed follow-up again, and say so on the project's page."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.LEAD, Role.MANAGER)
    follow_up = get_object_or_404(FollowUp, pk=pk, version__rubric__project=project)
    retry_follow_up(actor=user, follow_up=follow_up)
    messages.success(request, "It is tried again. The tasks appear when a worker has made them.")
    return redirect(project)
