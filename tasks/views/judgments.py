"""An evaluator's own judgments: the last ones, and one as it is stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from evalhub.access import get_project_for, signed_in
from evalhub.models import Role
from tasks.access import get_judgment_for
from tasks.changeable import why_not_changeable
from tasks.models import Judgment
from tasks.models.judgment import CHANGEABLE
from tasks.own import last_judgments
from tasks.pictures import list_pictures
from tasks.revisions import revisions_of
from tasks.subject import subject_of
from tasks.wording import duration, judgment_in_words


@require_GET
def own_judgments(request: HttpRequest, slug: str) -> HttpResponse:
    """List the last own judgments in a project, with what can still be changed."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.EVALUATOR)
    context = {"project": project, "own": last_judgments(user, project), "most": CHANGEABLE}
    return render(request, "tasks/own_judgments.html", context)


@require_GET
def last_judgment(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the last own judgment as it is now; to the list, which says so, where is none."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.EVALUATOR)
    last = Judgment.objects.last_one_of(user, project)
    return redirect("judgment", last) if last else redirect("own-judgments", project.slug)


@require_GET
def judgment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the evaluator's own stored judgment."""
    stored = get_judgment_for(signed_in(request), pk)
    subject = subject_of(stored.task, stored.assignment.image_order)
    context = {
        "project": stored.project,
        "judgment": stored,
        "answers": judgment_in_words(stored, subject),
        "pictures": list_pictures(stored.task, stored.assignment.image_order),
        "active_time": None if stored.active_seconds is None else duration(stored.active_seconds),
        "revisions": revisions_of([stored], subject).get(stored.assignment_id, []),
        "why_not": why_not_changeable(stored) if stored.is_current else "",
    }
    return render(request, "tasks/judgment.html", context)
