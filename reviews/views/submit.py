"""Take the judging form: store the judgment and go on with the next task."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from evalhub.access import signed_in
from reviews.actions import record_judgment
from tasks.access import get_assignment_for
from tasks.actions import SubmitConflictError
from tasks.views.conflict import show_conflict
from tasks.views.in_place import lead_to
from tasks.views.work import go_on
from tasks.views.work_page import WorkForms, render_work_page


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was sent, or show the same page with what is missing and everything typed."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if request.method == "GET":  # a sign-in leads back here when a session had ended
        return redirect("assignment", held.pk)
    forms = WorkForms.sent(held, request.POST)
    if not (forms.answers.is_valid() and forms.work.is_valid()):
        return render_work_page(request, held, forms, status=422)
    try:
        submission = record_judgment(
            actor=user,
            assignment=held,
            answers=forms.answers.answers(),
            submit_key=forms.work.cleaned_data["submit_key"],
            viewing=forms.work.viewing(),
        )
    except SubmitConflictError as conflict:
        return show_conflict(request, forms.answers, conflict)
    if submission.parked:
        return lead_to(request, "parked", submission.parked.pk)
    return go_on(request, held.task.project)
