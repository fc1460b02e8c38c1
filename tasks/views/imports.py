"""Bring pictures in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from evalhub.access import get_project_for, signed_in
from evalhub.models import Heartbeat, Project, Role
from tasks.actions import start_import
from tasks.import_forms import ImportForm
from tasks.models import Batch
from tasks.uploads import kept_uploads, receive_upload


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_images(request: HttpRequest, slug: str) -> HttpResponse:
    """Take pictures and archives for a new batch; a job does the rest.

    The check of the form's token reads the whole body, so it comes after what needs none of it:
    strangers, and members who are no managers, are turned away before they have sent anything.
    """
    project = get_project_for(signed_in(request), slug, Role.MANAGER)
    if request.method != "POST":
        return _show(request, project, ImportForm(project=project))
    if problem := receive_upload(request):
        name = request.POST.get("name")
        form = ImportForm(project=project, initial={"name": name} if name else None)
        return _show(request, project, form, problem, status=413)
    return _begin(request, project)


@csrf_protect
def _begin(request: HttpRequest, project: Project) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, project=project)
    if not form.is_valid():
        return _show(request, project, form, status=422)
    with kept_uploads(form.cleaned_data["pictures"]) as folder:
        batch = start_import(
            actor=signed_in(request),
            project=project,
            name=form.cleaned_data["name"],
            source=Batch.Source.UPLOAD,
            paths=[folder],
        )
    return redirect(batch)


def _show(
    request: HttpRequest, project: Project, form: ImportForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "problem": problem,
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "most_files": settings.UPLOAD_MAX_FILES,
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    return render(request, "tasks/import.html", context, status=status)
