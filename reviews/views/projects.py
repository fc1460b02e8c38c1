"""A project's own page, and the forms to start one and to change its settings."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from evalhub.access import get_project_for, may_start_project, signed_in
from evalhub.actions.projects import (
    ProjectConflictError,
    ProjectNameTakenError,
    ProjectSettings,
)
from evalhub.models import Heartbeat, Role
from reviews.actions.projects import change_settings, start_project
from reviews.overview import overview_of
from reviews.project_forms import NewProjectForm, ProjectSettingsForm
from tasks.progress import tasks_there


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the project stands, as far as the member's roles go."""
    user = signed_in(request)
    found = get_project_for(user, slug)
    overview = overview_of(user, found)
    context = {
        "project": found,
        "overview": overview,
        "worker_is_alive": Heartbeat.objects.worker_is_alive() if overview.is_staff else True,
    }
    page = "reviews/project.html" if overview.is_staff else "reviews/project_for_evaluators.html"
    return render(request, page, context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Start a project; its page then says what comes next."""
    user = signed_in(request)
    if not may_start_project(user):
        raise PermissionDenied("Only an operator, or a manager of a project, may start another.")
    form = NewProjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            started = start_project(actor=user, settings=form.settings(), ready=form.ready())
        except ProjectNameTakenError as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"{started.name} is started. {_left_to_do(form.ready())}")
            return redirect(started)
    status = 422 if form.errors else 200
    return render(request, "reviews/project_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def project_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a manager decides; a change that was overtaken by another is shown beside it."""
    user = signed_in(request)
    found = get_project_for(user, slug, Role.MANAGER)
    page, context = "reviews/project_settings.html", {"project": found}
    there = tasks_there(found)
    if request.method != "POST":
        form = ProjectSettingsForm.showing(ProjectSettings.of(found), there)
        return render(request, page, context | {"form": form})
    form = ProjectSettingsForm(request.POST, there=there)
    if not form.is_valid():
        return render(request, page, context | {"form": form}, status=422)
    try:
        changed = change_settings(
            actor=user,
            project=found,
            settings=form.settings(),
            seen=form.cleaned_data["seen"],
            adjusts_tasks=form.adjusts_tasks(),
        )
    except ProjectConflictError as conflict:
        stored = form.differing(conflict.current)
        form = ProjectSettingsForm.showing(conflict.current, there, typed=request.POST.dict())
        return render(request, page, context | {"form": form, "stored": stored}, status=409)
    follow = " The tasks that are there follow." if form.adjusts_tasks() else ""
    messages.success(request, f"The settings are saved.{follow}")
    return redirect(changed)


def _left_to_do(ready: str) -> str:
    """Return what has to follow before evaluators can begin; `ready` as `start_project` has it."""
    if ready:
        return "Its rubric is drafted: publish it, import images and add evaluators."
    return "Write and publish its rubric, import images and add evaluators."
