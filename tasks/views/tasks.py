"""Tasks for those who look after a project: reviewers, leads, managers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evalhub.access import get_project_for, signed_in
from evalhub.models import Role
from tasks.listing import TaskFilter, batches_of, judgments_of, page_of_tasks
from tasks.models import Task
from tasks.pictures import list_pictures

ROLES = (Role.REVIEWER, Role.LEAD, Role.MANAGER)


@require_safe
def tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """List the tasks of a project with their thumbnails, a page at a time."""
    project = get_project_for(signed_in(request), slug, *ROLES)
    wanted = TaskFilter.read(request.GET.dict())
    rows, next_after = page_of_tasks(project, wanted)
    kept = {"state": wanted.state, "batch": wanted.batch or ""}
    context = {
        "project": project,
        "tasks": rows,
        "batches": batches_of(project),
        "states": Task.State.choices,
        "wanted": wanted,
        "is_filtered": bool(wanted.state or wanted.batch),
        "first_page": urlencode(kept),
        "next_page": urlencode({**kept, "after": next_after}) if next_after else "",
    }
    return render(request, "tasks/tasks.html", context)


@require_safe
def task(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one task: its images, its context, and the judgments that count side by side."""
    project = get_project_for(signed_in(request), slug, *ROLES)
    found = get_object_or_404(Task.objects.select_related("batch"), pk=pk, project=project)
    context = {
        "project": project,
        "task": found,
        "pictures": list_pictures(found),
        "judgments": judgments_of(found),
        "flags": list(found.flags.select_related("raised_by")),
    }
    return render(request, "tasks/task.html", context)
