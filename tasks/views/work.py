"""The evaluator's pages: get a task, look at it, give it back, doubt it, see what was stored."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evalhub.access import get_project_for, signed_in
from evalhub.models import Heartbeat, Project, Role
from rubrics.actions import acknowledge_version
from tasks.access import get_answered_flag_for, get_assignment_for, get_parked_for
from tasks.actions import (
    AssignmentClosedError,
    claim_next_task,
    hold_tasks_ahead,
    open_assignment,
    put_away_flag,
    raise_flag,
    release_assignment,
    renew_assignment,
    skip_task,
)
from tasks.forms import FlagForm, SkipForm
from tasks.models import Assignment, FlagKind, SkipReason
from tasks.pictures import list_pictures, pictures_ahead
from tasks.queue import explain_empty_queue
from tasks.subject import subject_of
from tasks.today import work_today
from tasks.views.in_place import confirm, is_in_place, is_prepared, lead_to, page_tag
from tasks.views.work_page import WorkForms, render_work_page
from tasks.wording import parked_in_words


@require_GET
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the evaluator a task, or say why there is none."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.EVALUATOR)
    assignment = claim_next_task(actor=user, project=project)
    if assignment:
        return redirect("assignment", assignment.pk)
    context = {
        "project": project,
        "empty": explain_empty_queue(user, project),
        "today": work_today(user, project),
        "total": project.judgments.filter(evaluator=user, revision=1).count(),
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    return render(request, "tasks/empty_queue.html", context)


@require_POST
def ahead(request: HttpRequest, slug: str) -> JsonResponse:
    """Hold the next tasks for the evaluator; say which pictures to fetch for them meanwhile.

    A page that takes the next one into itself gets that as well, drawn ahead and not opened.
    """
    user = signed_in(request)
    project = get_project_for(user, slug)  # the action asks for the role, under a lock
    held = hold_tasks_ahead(actor=user, project=project)
    answer: dict[str, Any] = {"pictures": pictures_ahead(held)}
    if held and is_in_place(request):
        following = held[0]
        page = render_work_page(request, following, WorkForms.blank(following))
        answer["next"] = {"tag": page_tag(following), "html": page.text}
    return JsonResponse(answer)


def go_on(request: HttpRequest, project: Project) -> HttpResponse:
    """Give the next task and show it or lead there; to the page that says why there is none."""
    user = signed_in(request)
    following = claim_next_task(actor=user, project=project)
    if following is None:
        return lead_to(request, "work", project.slug)
    if not is_in_place(request):
        return redirect("assignment", following.pk)
    if following.opened_at is None:
        open_assignment(actor=user, assignment=following)
    if is_prepared(request, following):
        return confirm(following)
    return render_work_page(request, following, WorkForms.blank(following))


@require_GET
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the task of an own assignment with the judging form."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if held.judgment_id:
        return redirect("judgment", held.judgment_id)
    if held.state in {Assignment.State.SKIPPED, Assignment.State.RELEASED}:
        context = {"assignment": held, "project": held.task.project}
        return render(request, "tasks/given_back.html", context)
    if held.state == Assignment.State.OPEN:
        open_assignment(actor=user, assignment=held)
        if held.leased_until <= timezone.now():
            with suppress(AssignmentClosedError):  # taken over this moment: the page says so
                renew_assignment(actor=user, assignment=held)
            held = get_assignment_for(user, pk)
    return render_work_page(request, held, WorkForms.blank(held))


@require_http_methods(["GET", "POST"])
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the task back with a reason; what was typed stays where the reason is not complete."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if request.method == "GET":
        return redirect("assignment", held.pk)
    forms = WorkForms.blank(held, typed=request.POST)
    forms.skip = SkipForm(request.POST)
    if not forms.skip.is_valid():
        return render_work_page(request, held, forms, status=422)
    try:
        skip_task(
            actor=user,
            assignment=held,
            reason=SkipReason(forms.skip.cleaned_data["reason"]),
            note=forms.skip.cleaned_data["note"],
        )
        messages.success(request, "Skipped. That task does not come to you again.")
    except AssignmentClosedError as closed:
        messages.warning(request, str(closed))
    return go_on(request, held.task.project)


@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise doubt about the task, and go on judging it with all that was typed."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if request.method == "GET" or held.judgment_id:
        return lead_to(request, "assignment", held.pk)
    forms = WorkForms.blank(held, typed=request.POST)
    forms.flag = FlagForm(request.POST, clauses=forms.answers.criteria)
    if not forms.flag.is_valid():
        return render_work_page(request, held, forms, status=422)
    said = forms.flag.cleaned_data
    kind = FlagKind(said["kind"])
    raise_flag(
        actor=user, task=held.task, kind=kind, note=said["note"], criterion_key=said["clause"]
    )
    forms.flag = FlagForm(clauses=forms.answers.criteria)
    done = f"Flagged as {kind.label.lower()}, for a lead to look at. Please judge the task as well."
    return render_work_page(request, held, forms, done=done)


@require_POST
def flag_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the answer to an own flag away."""
    user = signed_in(request)
    put_away_flag(actor=user, flag=get_answered_flag_for(user, pk))
    return redirect("home")


@require_http_methods(["GET", "POST"])
def noted(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the notice of an editorial change away, and go on judging with all that was typed."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if request.method == "GET" or held.judgment_id:
        return lead_to(request, "assignment", held.pk)
    acknowledge_version(actor=user, version=held.version)
    forms = WorkForms.blank(held, typed=request.POST)
    return render_work_page(request, held, forms)


@require_POST
def renew(request: HttpRequest, pk: int) -> JsonResponse:
    """Let the hold run anew while the page is visible; 409 and a sentence where it is over."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    try:
        held = renew_assignment(actor=user, assignment=held)
    except AssignmentClosedError as closed:
        return JsonResponse({"message": str(closed)}, status=409)
    return JsonResponse({"leased_until": held.leased_until})


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the task back to the queue, to stop working for now."""
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    if request.method == "GET":
        return redirect("assignment", held.pk)
    try:
        release_assignment(actor=user, assignment=held)
        messages.success(request, "The task went back to the queue. See you soon.")
    except AssignmentClosedError as closed:
        messages.warning(request, str(closed))
    return redirect("project", held.task.project.slug)


@require_GET
def parked(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a submit that came too late to count: what was typed, and what happens with it."""
    kept = get_parked_for(signed_in(request), pk)
    held = kept.assignment
    context = {
        "project": held.task.project,
        "parked": kept,
        "version": held.version,
        "answers": parked_in_words(
            held.version, kept.answers, subject_of(held.task, held.image_order)
        ),
        "pictures": list_pictures(held.task, held.image_order),
    }
    return render(request, "tasks/parked.html", context)
