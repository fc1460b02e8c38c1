"""Begin again to ask the tasks that are there for another number of judgments."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from evalhub.access import get_project_for, signed_in
from evalhub.models import Role
from tasks.actions import retry_adjustment
from tasks.models import Adjustment


@require_POST
def adjustment_retry(request: HttpRequest, slug: str) -> HttpResponse:
    """Try a failed adjustment again, and say so on the project's page."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.MANAGER)
    retry_adjustment(actor=user, adjustment=get_object_or_404(Adjustment, project=project))
    messages.success(request, "It is tried again, from where it stopped.")
    return redirect(project)
