"""Bring pictures in, and watch a batch being filled."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from evalhub.access import get_project_for, signed_in
from evalhub.csv_cells import csv_cell
from evalhub.models import Heartbeat, Project, Role
from tasks.actions import retry_import, start_import
from tasks.import_forms import ImportForm
from tasks.imports import count_outcomes
from tasks.listing import read_id
from tasks.models import Batch, Image, ImportFile
from tasks.uploads import CappedUploadHandler, keep_uploads, too_large

PAGE = 100
REPORT_COLUMNS = ("file", "outcome", "reason")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_images(request: HttpRequest, slug: str) -> HttpResponse:
    """Take pictures and archives for a new batch; a job does the rest.

    Who asks is checked before the body is read, and so is the limit on it while it is read:
    therefore the check of the form's token comes second.
    """
    project = get_project_for(signed_in(request), slug, Role.MANAGER)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_MAX_BYTES:
        return _show_form(request, project, ImportForm(), status=413, problem=too_large())
    if request.method == "POST":
        request.upload_handlers = [CappedUploadHandler(request)]
    return _import_images(request, project)


@csrf_protect
def _import_images(request: HttpRequest, project: Project) -> HttpResponse:
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            batch = start_import(
                actor=signed_in(request),
                project=project,
                name=form.cleaned_data["name"],
                source=Batch.Source.UPLOAD,
                paths=[keep_uploads(form.cleaned_data["pictures"])],
            )
            return redirect(batch)
    return _show_form(request, project, form, status=422 if form.errors else 200)


def _show_form(
    request: HttpRequest, project: Project, form: ImportForm, *, status: int, problem: str = ""
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "problem": problem,
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    return render(request, "tasks/import.html", context, status=status)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far an import is and its report; a POST goes on with a failed one.

    htmx asks for the changing part alone, as long as that says that it goes on changing.
    """
    user = signed_in(request)
    project = get_project_for(user, slug, Role.MANAGER, Role.LEAD)
    found = get_object_or_404(Batch.objects.select_related("project"), pk=pk, project=project)
    if request.method == "POST":
        return redirect(retry_import(actor=user, batch=found))
    if request.headers.get("HX-Request") == "true":
        return render(request, "tasks/_batch_status.html", _status(found))
    rows = found.files.exclude(outcome__in=["accepted", "waiting"]).order_by("pk")
    if after := read_id(request.GET.get("after", "")):
        rows = rows.filter(pk__gt=after)
    page = list(rows[: PAGE + 1])
    context = {
        **_status(found),
        "project": project,
        "rows": page[:PAGE],
        "next_after": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_first_page": not after,
    }
    return render(request, "tasks/batch.html", context)


@require_safe
def batch_report(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """Send what became of every file of an import, as CSV."""
    project = get_project_for(signed_in(request), slug, Role.MANAGER, Role.LEAD)
    found = get_object_or_404(Batch, pk=pk, project=project)
    response = StreamingHttpResponse(_report_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-report-{found.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _status(found: Batch) -> dict[str, object]:
    counts = count_outcomes(found)
    images = Image.objects.filter(task_images__task__batch=found).distinct()
    prepared = images.exclude(work_state__in=["waiting", "running"]).count()
    total = images.count()
    return {
        "batch": found,
        "counts": counts,
        "seen": sum(counts.values()) - counts[ImportFile.Outcome.WAITING],
        "total": sum(counts.values()),
        "images": total,
        "images_prepared": prepared,
        "broken": list(images.filter(work_state="failed")[:10]),
        "goes_on": found.is_pending or prepared < total,
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }


class _Line:
    """A file-like thing that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _report_lines(found: Batch) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(REPORT_COLUMNS)
    rows = found.files.order_by("pk").values_list("name", "outcome", "reason")
    for row in rows.iterator(chunk_size=1000):
        yield writer.writerow([csv_cell(value) for value in row])
