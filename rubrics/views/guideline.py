from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evalhub.access import get_project_for, roles_of, signed_in
from evalhub.models import Role
from rubrics.guideline import read_guideline
from rubrics.models import RubricVersion


@require_safe
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published rubric version as a document to read."""
    user = signed_in(request)
    project = get_project_for(user, slug)
    version = (
        RubricVersion.objects.filter(rubric__project=project, state=RubricVersion.State.PUBLISHED)
        .select_related("rubric")
        .first()
    )
    context = {
        "project": project,
        "version": version,
        "clauses": read_guideline(version) if version else [],
        "is_lead": Role.LEAD in roles_of(user, project),
    }
    return render(request, "rubrics/guideline.html", context)
