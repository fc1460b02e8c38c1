"""Take feedback on a clause, and put away the answer to it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from evalhub.access import get_project_for, signed_in
from rubrics.actions import give_feedback, put_away_answer
from rubrics.feedback_forms import FeedbackForm
from rubrics.guideline import read_guideline, released_version, remarks_of
from rubrics.models import Feedback
from rubrics.views.guideline import is_fragment, render_guideline


@require_POST
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what is unclear in a clause of a released version."""
    user = signed_in(request)
    project = get_project_for(user, slug)
    version = released_version(project, request.POST.get("version", ""))
    if version is None:
        raise Http404("There is no guideline yet.")
    form = FeedbackForm(request.POST, version=version)
    if form.is_valid():
        key = form.cleaned_data["criterion"]
        give_feedback(
            actor=user, version=version, criterion_key=key, text=form.cleaned_data["text"]
        )
    if is_fragment(request):
        remarks = remarks_of(user, version, read_guideline(version)).get(form.clause)
        if remarks is None:
            raise Http404("There is no such clause.")
        context = {"project": project, "remarks": remarks, "refused": form, "is_answer": True}
        status = 200 if form.is_valid() else 422
        return render(request, "rubrics/_remarks.html", context, status=status)
    if not form.is_valid():
        return render_guideline(request, project, version, refused=form, status=422)
    messages.success(request, "Sent. A lead answers it; you find the answer on your home page.")
    address = reverse("guideline", args=[project.slug])
    query = urlencode({"version": version.number})
    return redirect(f"{address}?{query}#remarks{f'-{key}' if key else ''}")


@require_POST
def feedback_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the answer to an own remark away."""
    user = signed_in(request)
    remark = (
        Feedback.objects.filter(pk=pk, given_by=user, state=Feedback.State.ANSWERED)
        .select_related("version__rubric__project")
        .first()
    )
    if remark is None:
        raise Http404("There is no such answer, or it is not yours.")
    get_project_for(user, remark.version.rubric.project.slug)
    put_away_answer(actor=user, feedback=remark)
    return redirect("home")
