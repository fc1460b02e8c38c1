"""Late submits whose place was taken: kept whole, for the lead to read."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from evalhub.admin_options import ProjectFilter, RoleAdmin
from evalhub.models import Project, Role, User
from tasks.models import ParkedSubmit
from tasks.pictures import list_pictures
from tasks.subject import subject_of
from tasks.wording import parked_in_words


@admin.register(ParkedSubmit)
class ParkedSubmitAdmin(RoleAdmin):
    roles = (Role.LEAD, Role.MANAGER)
    project_path = "assignment__task__project"
    section = "Parked submits"
    section_place = 4
    list_display = ("pk",)
    list_filter = (ProjectFilter,)
    list_select_related = ("assignment__task__project", "assignment__evaluator")
    ordering = ("-pk",)

    @method_decorator(require_safe)
    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the evaluator had answered, and why it does not count."""
        parked: ParkedSubmit = self.get_row(request, pk)
        assignment = parked.assignment
        context = self.context(
            request,
            title="Parked submit",
            parked=parked,
            answers=parked_in_words(
                assignment.version,
                parked.answers,
                subject_of(assignment.task, assignment.image_order),
            ),
            pictures=list_pictures(assignment.task, assignment.image_order),
        )
        return render(request, "admin/tasks/parkedsubmit/change_form.html", context)

    def section_note(self, user: User) -> str:
        projects = Project.objects.for_member(user, *self.roles)
        count = ParkedSubmit.objects.filter(assignment__task__project__in=projects).count()
        return f"{count} kept." if count else "None. Every submit found its place."
