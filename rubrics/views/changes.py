"""What changed in the rubric, before and after; an evaluator says here that it was read."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from evalhub.access import get_project_for, roles_of, signed_in
from evalhub.models import Project, Role, User
from rubrics.actions import acknowledge_version
from rubrics.changes import changes_between
from rubrics.models import RubricVersion
from rubrics.reading import releases_between, shown_change, unread_change


@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed since the version that one knows, and take the word that it was read."""
    user = signed_in(request)
    if request.method == "POST":
        return _acknowledge(request, user, get_project_for(user, slug, Role.EVALUATOR))
    project = get_project_for(user, slug)
    version = _released(project).first()
    unread = unread_change(user, version) if version else None
    change = unread or (shown_change(user, version) if version else None)
    context = {
        "project": project,
        "version": version,
        "change": change,
        "asks": unread is not None and Role.EVALUATOR in roles_of(user, project),
        "releases": releases_between(change.earlier, change.later) if change else [],
        "clauses": changes_between(change.earlier, change.later) if change else [],
    }
    return render(request, "rubrics/changes.html", context)


def _acknowledge(request: HttpRequest, user: User, project: Project) -> HttpResponse:
    number = request.POST.get("version", "")
    version = get_object_or_404(
        _released(project), number=number if number.isdecimal() and len(number) < 9 else 0
    )
    acknowledge_version(actor=user, version=version)
    newest = _released(project).first()
    if newest and newest.number > version.number:
        messages.info(request, f"Version {newest.number} has come out meanwhile. Read it as well.")
        return redirect("changes", project.slug)
    return redirect("work", project.slug)


def _released(project: Project) -> QuerySet[RubricVersion]:
    """Return the released versions of the project's rubric, the newest first."""
    return (
        RubricVersion.objects.filter(rubric__project=project)
        .exclude(state=RubricVersion.State.DRAFT)
        .select_related("rubric__project")
        .order_by("-number")
    )
