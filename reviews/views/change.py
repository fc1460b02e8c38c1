"""Change an own judgment: its form filled in with what is stored, then a revision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from evalhub.access import signed_in
from reviews.actions import record_revision
from tasks.access import get_judgment_for
from tasks.actions import RevisionRefusedError
from tasks.changeable import why_not_changeable
from tasks.views.change_page import ChangeForms, render_change_page
from tasks.views.conflict import show_conflict


@require_http_methods(["GET", "POST"])
def change_judgment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the judging form filled in with an own judgment, and store what is changed in it."""
    user = signed_in(request)
    seen = get_judgment_for(user, pk)
    if request.method == "GET":
        if not seen.is_current or why_not_changeable(seen):
            return redirect("judgment", seen.assignment.judgment_id)
        return render_change_page(request, seen, ChangeForms.stored(seen))
    forms = ChangeForms.sent(seen, request.POST)
    if not forms.are_valid():
        return render_change_page(request, seen, forms, status=422)
    try:
        revision = record_revision(
            actor=user,
            judgment=seen,
            answers=forms.answers.answers(),
            submit_key=forms.work.cleaned_data["submit_key"],
            viewing=forms.work.viewing(),
        )
    except RevisionRefusedError as refused:
        return show_conflict(request, forms.answers, refused)
    if revision.judgment == seen:
        messages.info(request, "Nothing was different, so your judgment stays as it was.")
    else:
        messages.success(request, "Your judgment is changed. Your first answer is kept.")
    return redirect("judgment", revision.judgment.pk)
