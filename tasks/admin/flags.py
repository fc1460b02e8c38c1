"""Flags: read by reviewers, leads and managers, answered by leads."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from evalhub.access import has_role, signed_in
from evalhub.admin_options import ChoiceFilter, ProjectFilter, RoleAdmin, sent_data
from evalhub.models import Project, Role, User
from rubrics.models import Criterion
from tasks.actions import FlagAnsweredError, answer_flag
from tasks.models import Flag, FlagKind
from tasks.pictures import list_pictures


class AnswerFlagForm(forms.Form):
    answer = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5_000,
        error_messages={"required": "Write an answer."},
        help_text="What holds in such a case, and where the guideline says so.",
    )


class FlagState(ChoiceFilter):
    title = "state"
    parameter_name = "state"
    column_choices = Flag.State.choices


class FlagKindFilter(ChoiceFilter):
    title = "kind"
    parameter_name = "kind"
    column_choices = FlagKind.choices


@admin.register(Flag)
class FlagAdmin(RoleAdmin):
    roles = (Role.REVIEWER, Role.LEAD, Role.MANAGER)
    project_path = "task__project"
    section = "Flags"
    section_place = 3
    list_display = ("kind",)
    list_filter = (FlagState, FlagKindFilter, ProjectFilter)
    list_select_related = ("task__project", "raised_by", "answered_by", "answered_in")
    ordering = ("-state", "-pk")  # open ones first, the newest on top

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flag]:
        """Return the rows with `clause_title`, the newest title of the clause each is about."""
        clauses = Criterion.objects.filter(
            version__rubric__project=OuterRef("task__project"), key=OuterRef("criterion_key")
        )
        newest = clauses.order_by("-version__number").values("title")[:1]
        rows: QuerySet[Flag] = super().get_queryset(request)
        return rows.annotate(clause_title=Subquery(newest))

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a flag with its task; a lead answers it here."""
        flag: Flag = self.get_row(request, pk)
        user, project = signed_in(request), flag.task.project
        form = AnswerFlagForm(sent_data(request))
        status, meanwhile = 200, None
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    answer_flag(actor=user, flag=flag, answer=form.cleaned_data["answer"])
                except FlagAnsweredError as error:
                    status, meanwhile = 409, error.flag
                else:
                    messages.success(request, "The flag is answered.")
                    return redirect("admin:tasks_flag_change", flag.pk)
        context = self.context(
            request,
            title=flag.get_kind_display(),
            flag=meanwhile or flag,
            about=flag,
            typed=form.cleaned_data["answer"] if meanwhile else "",
            form=form if flag.state == Flag.State.OPEN and not meanwhile else None,
            may_answer=has_role(user, project, Role.LEAD),
            # Reviewers audit without knowing whose work it is.
            shows_name=has_role(user, project, Role.LEAD, Role.MANAGER),
            pictures=list_pictures(flag.task),
        )
        return render(request, "admin/tasks/flag/change_form.html", context, status=status)

    def section_note(self, user: User) -> str:
        projects = Project.objects.for_member(user, *self.roles)
        count = Flag.objects.filter(task__project__in=projects, state=Flag.State.OPEN).count()
        wait = "flag waits" if count == 1 else "flags wait"
        return f"{count} {wait} for an answer." if count else "No flag waits for an answer."
