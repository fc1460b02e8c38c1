"""Change all tasks of a batch as a manager asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from evalhub.access import get_project_for, signed_in
from evalhub.models import Role
from tasks.actions import (
    BatchNotInHandError,
    pause_batch,
    remove_unjudged_tasks,
    restore_tasks,
    resume_batch,
    retry_batch_change,
    set_priority,
)
from tasks.batch_forms import BatchChangeForm
from tasks.models import Batch

CHANGES = {
    "pause": (pause_batch, "Its tasks are paused. What is held now may still be finished."),
    "resume": (resume_batch, "Its tasks are given out again."),
    "remove": (remove_unjudged_tasks, "Its tasks that nobody judges are withdrawn."),
    "restore": (restore_tasks, "Its withdrawn tasks are put back."),
    "retry": (retry_batch_change, "It is tried again, from where it stopped."),
}


@require_POST
def batch_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask what a button says of the tasks of a batch, and say so on its page."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.MANAGER)
    batch = get_object_or_404(Batch.objects.select_related("project"), pk=pk, project=project)
    form = BatchChangeForm(request.POST)
    if not form.is_valid():
        said = " ".join(str(problem) for problem in form.non_field_errors())
        messages.error(request, said or "Choose one of the buttons.")
        return redirect(batch)
    try:
        if form.cleaned_data["change"] == "priority":
            priority = form.cleaned_data["priority"]
            set_priority(actor=user, batch=batch, priority=priority)
            messages.success(request, f"Its open tasks get the priority {priority}.")
        else:
            action, said = CHANGES[form.cleaned_data["change"]]
            action(actor=user, batch=batch)
            messages.success(request, said)
    except BatchNotInHandError as error:
        messages.error(request, str(error))
    return redirect(batch)
