"""Watch a batch being filled, and read what became of its files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from evalhub.access import get_project_for, has_role, signed_in
from evalhub.models import Heartbeat, Role, User
from tasks.actions import retry_import
from tasks.batches import page_of_left_out, report_lines, status_of
from tasks.listing import read_id
from tasks.models import Batch


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far an import is and what it left out; a POST goes on with a failed one.

    htmx asks for the changing part alone, as long as that says that it goes on changing.
    """
    user = signed_in(request)
    found = _get_batch_for(user, slug, pk)
    if request.method == "POST":
        return redirect(retry_import(actor=user, batch=found))
    context = {
        "project": found.project,
        "status": status_of(found),
        "is_manager": has_role(user, found.project, Role.MANAGER),
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    if request.headers.get("HX-Request") == "true":
        if "importing" in request.GET and not found.is_pending:
            return HttpResponseClientRefresh()  # now there is a report to show
        return render(request, "tasks/_batch_status.html", context)
    after = read_id(request.GET.get("after", ""))
    context["left_out"], context["next_after"] = page_of_left_out(found, after)
    context["is_first_page"] = not after
    return render(request, "tasks/batch.html", context)


@require_safe
def batch_report(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """Send what became of every file of an import, as CSV."""
    found = _get_batch_for(signed_in(request), slug, pk)
    response = StreamingHttpResponse(report_lines(found), content_type="text/csv; charset=utf-8")
    name = f"{found.project.slug}-batch-{found.pk}-report.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _get_batch_for(user: User, slug: str, pk: int) -> Batch:
    project = get_project_for(user, slug, Role.MANAGER, Role.LEAD)
    batches = Batch.objects.select_related("project", "created_by")
    return get_object_or_404(batches, pk=pk, project=project)
