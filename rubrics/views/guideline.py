"""The guideline: a released version to read, with a field under each clause to ask back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from evalhub.access import get_project_for, roles_of, signed_in
from evalhub.models import Project, Role
from rubrics.feedback_forms import FeedbackForm
from rubrics.guideline import read_guideline, released_version, remarks_of
from rubrics.models import RubricVersion


@require_safe
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a released rubric version as a document to read; the one in use where none is named."""
    project = get_project_for(signed_in(request), slug)
    version = released_version(project, request.GET.get("version", ""))
    return render_guideline(request, project, version)


def render_guideline(
    request: HttpRequest,
    project: Project,
    version: RubricVersion | None,
    refused: FeedbackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the guideline, for the work page's drawer only the document itself.

    `refused` is a remark that could not be taken; it stands again under its clause.
    """
    user = signed_in(request)
    context: dict[str, Any] = {
        "project": project,
        "version": version,
        "refused": refused,
        "is_lead": Role.LEAD in roles_of(user, project),
        "is_drawer": is_fragment(request),
    }
    if version:
        clauses = read_guideline(version)
        remarks = remarks_of(user, version, clauses)
        context |= {
            "opening": remarks[""],
            "clauses": [(clause, remarks[clause.criterion.key]) for clause in clauses],
            "draft_key": f"evalhub-remark-{user.pk}-{version.pk}",
        }
    template = "_document.html" if is_fragment(request) else "guideline.html"
    response = render(request, f"rubrics/{template}", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks, so that a part of the page is enough."""
    return bool(getattr(request, "htmx", False))
