"""Datasets for managers: ask for one, watch it being built, download it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from evalhub.access import get_project_for, signed_in
from evalhub.downloads import send_download
from evalhub.models import Heartbeat, Project, Role, User
from reviews.actions import request_export, retry_export
from reviews.exports.bundle import bundle_path
from reviews.models import Export
from tasks.models import Judgment

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """List the exports of a project, the newest first; a POST begins one."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.MANAGER)
    if request.method == "POST":
        return redirect(request_export(actor=user, project=project))
    found = Export.objects.filter(project=project).select_related("project", "requested_by")
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(number__lt=min(int(before), 2**31 - 1))
    rows = list(found[: PAGE + 1])
    context = {
        "project": project,
        "exports": rows[:PAGE],
        "older_than": rows[PAGE - 1].number if len(rows) > PAGE else None,
        "is_first_page": not before,
        "is_building": any(row.is_pending for row in rows),
        "has_judgments": Judgment.objects.filter(project=project).exists(),
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    return render(request, "reviews/exports.html", context)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one export and how far it is; a POST builds a failed one again.

    htmx asks for the changing part alone, as long as that says that it goes on changing.
    """
    user = signed_in(request)
    found = _get_export_for(user, slug, number)
    if request.method == "POST":
        return redirect(retry_export(actor=user, export=found))
    context = {
        "project": found.project,
        "export": found,
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(
        request, "reviews/_export_status.html" if is_part else "reviews/export.html", context
    )


@require_safe
def export_download(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Send the archive of a finished export."""
    found = _get_export_for(signed_in(request), slug, number)
    if not found.is_done:
        messages.warning(request, "This export is not built yet.")
        return redirect(found)
    try:
        return send_download(bundle_path(found), found.file_name, "application/zip")
    except FileNotFoundError:
        messages.error(request, "The file is not on the server any more. Make a new export.")
        return redirect(found)


def _get_export_for(user: User, slug: str, number: int) -> Export:
    project: Project = get_project_for(user, slug, Role.MANAGER)
    exports = Export.objects.select_related("project", "requested_by")
    return get_object_or_404(exports, project=project, number=number)
