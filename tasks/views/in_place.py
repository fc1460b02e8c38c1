"""Lead on from a work page: by a redirect, or in the place of the page that asks for that.

A work page with scripts sends IN_PLACE along and swaps what comes back into itself: the next task
without its frame, or where else to go. It has the page of the next task drawn ahead, and names that
by its tag as PREPARED: where that is the next one, it is told just so. Without scripts the same
addresses answer with redirects.
"""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tasks.models import Assignment

IN_PLACE = "X-In-Place"
PREPARED = "X-Prepared"


def is_in_place(request: HttpRequest) -> bool:
    """Return whether the page that asks takes the answer into itself."""
    return IN_PLACE in request.headers


def page_tag(assignment: Assignment) -> str:
    """Return what its page goes by: under another version of the rubric it is another page."""
    return f"{assignment.pk}.{assignment.version_id}"


def is_prepared(request: HttpRequest, assignment: Assignment) -> bool:
    """Return whether the asking page has that of `assignment`, and nothing is to be said on it."""
    has_page = request.headers.get(PREPARED) == page_tag(assignment)
    return has_page and not len(get_messages(request))


def confirm(assignment: Assignment) -> HttpResponse:
    """Say that the page which was drawn ahead is the next one."""
    return _on_page_of(assignment, HttpResponse(status=204))


def lead_to(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """Lead to the page `name`: by a redirect, or by its address where that is taken in place."""
    if is_in_place(request):
        return JsonResponse({"location": reverse(name, args=args)})
    return redirect(name, *args)


def render_in_place(
    request: HttpRequest, assignment: Assignment, context: dict[str, Any], *, status: int
) -> HttpResponse:
    """Draw the work page of `assignment`, in its frame or without it; say whose page it is."""
    frame = "tasks/_in_place.html" if is_in_place(request) else "base.html"
    page = render(request, "tasks/work.html", {**context, "frame": frame}, status=status)
    return _on_page_of(assignment, page)


def _on_page_of(assignment: Assignment, response: HttpResponse) -> HttpResponse:
    response.headers["Content-Location"] = reverse("assignment", args=[assignment.pk])
    return response
