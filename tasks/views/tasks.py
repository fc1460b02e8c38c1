"""Tasks for those who look after a project: reviewers, leads, managers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evalhub.access import get_project_for, roles_of, signed_in
from evalhub.models import Role
from tasks.comparison import compare_judgments
from tasks.listing import TaskFilter, batches_offered, page_of_tasks
from tasks.measured import measured_facts
from tasks.models import Assignment, Task
from tasks.pictures import list_pictures
from tasks.wording import spread_out

ROLES = (Role.REVIEWER, Role.LEAD, Role.MANAGER)


@require_safe
def tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """List the tasks of a project with their thumbnails, a page at a time."""
    user = signed_in(request)
    project = get_project_for(user, slug, *ROLES)
    wanted = TaskFilter.read(project, request.GET.dict())
    rows, next_after = page_of_tasks(project, wanted)
    kept = wanted.as_query()
    context = {
        "project": project,
        "tasks": rows,
        "batches": batches_offered(project, wanted.batch),
        "states": Task.State.choices,
        "wanted": wanted,
        "is_manager": Role.MANAGER in roles_of(user, project),
        "first_page": urlencode(kept),
        "next_page": urlencode(kept | {"after": next_after}) if next_after else "",
    }
    return render(request, "tasks/tasks.html", context)


@require_safe
def task(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one task: its images, its context, and the judgments that count side by side."""
    user = signed_in(request)
    project = get_project_for(user, slug, *ROLES)
    found = get_object_or_404(Task.objects.select_related("batch"), pk=pk, project=project)
    if Assignment.objects.filter(task=found, evaluator=user, state=Assignment.State.OPEN).exists():
        raise PermissionDenied(
            "You hold this task yourself. Submit your judgment or give the task back first: "
            "then you can see what others said."
        )
    leads = not roles_of(user, project).isdisjoint({Role.LEAD, Role.MANAGER})
    pictures = list_pictures(found)
    context = {
        "project": project,
        "task": found,
        "pictures": pictures,
        "measured": measured_facts(pictures),
        "comparisons": compare_judgments(found, by_name=leads),
        "held": Assignment.objects.held().filter(task=found).count(),
        "flags": list(found.flags.select_related("raised_by", "answered_by")),
        "context": list(spread_out(found.hidden_context)),
        "leads": leads,
    }
    return render(request, "tasks/task.html", context)
