"""The list of rubrics, and the page of one with its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from evalhub.access import get_project_for, signed_in
from evalhub.admin_options import RoleAdmin, sent_data
from evalhub.imaging.errors import Refused
from evalhub.models import Project, Role, User
from rubrics.actions import DraftConflictError, start_draft, start_rubric
from rubrics.actions.files import import_rubric
from rubrics.admin.editing import version_url
from rubrics.draft import ImportForm
from rubrics.files import FileProblem, RubricFileError, read_rubric
from rubrics.models import Rubric, RubricVersion


@admin.register(Rubric)
class RubricAdmin(RoleAdmin):
    roles = (Role.LEAD,)
    section = "Rubrics"
    section_place = 2
    list_display = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rubric]:
        rows: QuerySet[Rubric] = super().get_queryset(request)
        return rows.select_related("project").prefetch_related("versions")

    def get_urls(self) -> list[URLPattern]:
        return [
            *super().get_urls(),
            self.page("start/<slug:slug>/", require_POST(self.start_view), "start"),
            self.page("<int:pk>/draft/", require_POST(self.draft_view), "draft"),
            self.page("<int:pk>/import/", self.import_view, "import"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the rubrics, and the projects that have none yet."""
        led = Project.objects.for_member(signed_in(request), Role.LEAD)
        without = led.filter(rubric=None)
        return super().changelist_view(request, {"without": without, **(extra_context or {})})

    @method_decorator(require_safe)
    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the versions of one rubric."""
        rubric: Rubric = self.get_row(request, pk)
        versions = rubric.versions.select_related("published_by").order_by("-number")
        context = self.context(
            request,
            title=rubric.name,
            project=rubric.project,
            rubric=rubric,
            versions=versions,
            draft=rubric.draft(),
        )
        return render(request, "admin/rubrics/rubric/change_form.html", context)

    def start_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Begin the rubric of a project that has none."""
        user = signed_in(request)
        project = get_project_for(user, slug, Role.LEAD)
        rubric = start_rubric(actor=user, project=project, name=project.name)
        return redirect(version_url(start_draft(actor=user, rubric=rubric)))

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go to the next draft, which begins as a copy of the newest version."""
        rubric = self.get_row(request, pk)
        return redirect(version_url(start_draft(actor=signed_in(request), rubric=rubric)))

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the draft say what a rubric file says, or say what is wrong with the file."""
        rubric: Rubric = self.get_row(request, pk)
        draft = rubric.draft()
        form = ImportForm(sent_data(request), request.FILES or None, draft=draft)
        problems: list[FileProblem] = []
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            try:
                return self._take_over(request, rubric, form)
            except RubricFileError as error:
                problems = error.problems
            except Refused as refused:
                form.add_error("file", refused.reason)
            except DraftConflictError:
                status = 409
                form.add_error(None, "Somebody else saved the draft meanwhile. Look at it first.")
        context = self.context(
            request,
            title=f"Import a file into {rubric.name}",
            rubric=rubric,
            project=rubric.project,
            draft=draft,
            form=form,
            problems=problems,
        )
        return render(request, "admin/rubrics/rubric/import.html", context, status=status)

    def _take_over(self, request: HttpRequest, rubric: Rubric, form: ImportForm) -> HttpResponse:
        draft = import_rubric(
            actor=signed_in(request),
            rubric=rubric,
            file=read_rubric(form.cleaned_data["file"].read()),
            seen=form.cleaned_data["seen"] or None,
        )
        messages.success(request, f"Draft v{draft.number} says what the file says.")
        return redirect(version_url(draft))

    def section_note(self, user: User) -> str:
        rows = RubricVersion.objects.filter(
            rubric__project__in=Project.objects.for_member(user, Role.LEAD)
        )
        drafts = rows.filter(state=RubricVersion.State.DRAFT).count()
        if drafts:
            return f"{drafts} draft{'s' if drafts > 1 else ''} being written."
        return "Begin the next draft, or read what was published."
