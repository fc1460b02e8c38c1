"""Late submits whose place was taken: kept whole, and taken or discarded by a lead."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from evalhub.access import has_role, require_role, signed_in
from evalhub.admin_options import ChoiceFilter, ProjectFilter, RoleAdmin, sent_data
from evalhub.models import Project, Role, User
from reviews.actions import record_parked_submit
from tasks.actions import ParkedDecidedError, ParkedRefusedError, discard_parked_submit
from tasks.models import ParkedSubmit
from tasks.models.parked import LONGEST_NOTE
from tasks.pictures import list_pictures
from tasks.subject import subject_of
from tasks.wording import parked_in_words


class DecisionForm(forms.Form):
    """Whether a parked submit counts; a reason where it does not."""

    decision = forms.ChoiceField(
        choices=[("take", "Take it as a judgment"), ("discard", "Discard it")],
        error_messages={"required": "Choose whether to take the submit or to discard it."},
    )
    note = forms.CharField(
        label="What the evaluator reads about it",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed to discard it. Nobody else but leads and managers reads it.",
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        is_discard = cleaned.get("decision") == "discard"
        if is_discard and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "Say why it is discarded: the evaluator reads it.")
        return cleaned


class ParkedState(ChoiceFilter):
    title = "state"
    parameter_name = "state"
    column_choices = ParkedSubmit.State.choices


@admin.register(ParkedSubmit)
class ParkedSubmitAdmin(RoleAdmin):
    roles = (Role.LEAD, Role.MANAGER)
    project_path = "assignment__task__project"
    section = "Parked submits"
    section_place = 4
    list_display = ("pk",)
    list_filter = (ParkedState, ProjectFilter)
    list_select_related = ("assignment__task__project", "assignment__evaluator", "decided_by")
    ordering = ("-state", "-pk")  # waiting ones first, the newest on top

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the evaluator had answered and why it does not count; a lead decides here."""
        parked: ParkedSubmit = self.get_row(request, pk)
        form = DecisionForm(sent_data(request))
        if request.method != "POST":
            return self._page(request, parked, form)
        user = signed_in(request)
        require_role(user, parked.assignment.task.project, Role.LEAD)
        if not form.is_valid():
            return self._page(request, parked, form, status=422)
        try:
            said = _decide(user, parked, form)
        except (ParkedDecidedError, ParkedRefusedError) as error:
            form.add_error(None, str(error))
            return self._page(request, self.get_row(request, pk), form, status=409)
        messages.success(request, said)
        return redirect("admin:tasks_parkedsubmit_change", parked.pk)

    def _page(
        self, request: HttpRequest, parked: ParkedSubmit, form: DecisionForm, status: int = 200
    ) -> HttpResponse:
        assignment, user = parked.assignment, signed_in(request)
        context = self.context(
            request,
            title="Parked submit",
            parked=parked,
            form=form,
            may_decide=has_role(user, assignment.task.project, Role.LEAD),
            is_own=assignment.evaluator_id == user.pk,
            answers=parked_in_words(
                assignment.version,
                parked.answers,
                subject_of(assignment.task, assignment.image_order),
            ),
            pictures=list_pictures(assignment.task, assignment.image_order),
        )
        page = "admin/tasks/parkedsubmit/change_form.html"
        return render(request, page, context, status=status)

    def section_note(self, user: User) -> str:
        projects = Project.objects.for_member(user, *self.roles)
        count = ParkedSubmit.objects.filter(
            assignment__task__project__in=projects, state=ParkedSubmit.State.WAITING
        ).count()
        wait = "waits" if count == 1 else "wait"
        return f"{count} {wait} for a decision." if count else "None waits for a decision."


def _decide(user: User, parked: ParkedSubmit, form: DecisionForm) -> str:
    note = form.cleaned_data["note"]
    if form.cleaned_data["decision"] == "discard":
        discard_parked_submit(actor=user, parked=parked, note=note)
        return "Discarded. The evaluator reads why."
    record_parked_submit(actor=user, parked=parked, note=note)
    return "Taken. It counts as a judgment of its task."
