"""Where leads write their projects' rubrics and publish them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from evalhub.access import get_project_for, signed_in
from evalhub.admin_options import RoleAdmin, sent_data
from evalhub.models import ActionLog, Project, Role, User
from rubrics.actions import (
    DraftConflictError,
    RubricNotReadyError,
    VersionNotDraftError,
    publish_problems,
    publish_version,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.draft_forms import DraftForm, PublishForm
from rubrics.forms import AnswersForm
from rubrics.guideline import read_guideline
from rubrics.layout import judging_helper
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

    def section_note(self, user: User) -> str:
        rows = RubricVersion.objects.filter(
            rubric__project__in=Project.objects.for_member(user, Role.LEAD)
        )
        drafts = rows.filter(state=RubricVersion.State.DRAFT).count()
        if drafts:
            return f"{drafts} draft{'s' if drafts > 1 else ''} being written."
        return "Begin the next draft, or read what was published."


@admin.register(RubricVersion)
class RubricVersionAdmin(RoleAdmin):
    """A version's own pages: the editor and the publish page of a draft, else its text."""

    roles = (Role.LEAD,)
    project_path = "rubric__project"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RubricVersion]:
        rows: QuerySet[RubricVersion] = super().get_queryset(request)
        return rows.select_related("rubric__project", "published_by")

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/change/", self.row_view, "change"),
            self.page("<int:pk>/preview/", require_POST(self.preview_view), "preview"),
            self.page("<int:pk>/publish/", self.publish_view, "publish"),
        ]

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit a draft, or read a version that never changes."""
        version: RubricVersion = self.get_row(request, pk)
        if request.method == "POST":
            return self._save(request, version)
        if not version.is_draft:
            return self._page(request, version, "read.html", clauses=read_guideline(version))
        blank = 1 if "blank" in request.GET else 0
        return self._editor(request, version, DraftForm(version=version, blank=blank))

    def _save(self, request: HttpRequest, version: RubricVersion) -> HttpResponse:
        form = DraftForm(request.POST, version=version)
        if not form.is_valid():
            return self._editor(request, version, form, status=422)
        try:
            save_draft(signed_in(request), version, form)
        except DraftConflictError as conflict:
            return self._conflict(request, conflict.version, form)
        except VersionNotDraftError as published:
            draft = start_draft(actor=signed_in(request), rubric=published.version.rubric)
            return self._conflict(request, draft, form, published=published.version)
        if "publish" in request.POST:
            return redirect("admin:rubrics_rubricversion_publish", version.pk)
        messages.success(request, f"Draft v{version.number} is saved.")
        query = "?blank=1#new-criterion" if "add" in request.POST else ""
        return redirect(version_url(version) + query)

    def _conflict(
        self,
        request: HttpRequest,
        version: RubricVersion,
        form: DraftForm,
        published: RubricVersion | None = None,
    ) -> HttpResponse:
        """Show what the lead typed beside what somebody else saved; a save now is deliberate."""
        version.refresh_from_db()
        form.begin_again_from(version)
        latest = published or version
        return self._editor(
            request,
            version,
            form,
            status=409,
            published=published,
            other=last_writer(latest),
        )

    def _editor(
        self,
        request: HttpRequest,
        version: RubricVersion,
        form: DraftForm,
        status: int = 200,
        **variables: Any,
    ) -> HttpResponse:
        variables |= {"form": form, "preview": preview_of(version), "is_conflict": status == 409}
        return self._page(request, version, "change_form.html", status, **variables)

    def _page(
        self,
        request: HttpRequest,
        version: RubricVersion,
        template: str,
        status: int = 200,
        **variables: Any,
    ) -> HttpResponse:
        context = self.context(
            request,
            title=str(version),
            version=version,
            rubric=version.rubric,
            project=version.rubric.project,
            **variables,
        )
        return render(request, f"admin/rubrics/rubricversion/{template}", context, status=status)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the evaluator's form as the draft in the editor, not yet saved, would make it.

        The draft is written, shown and rolled back, so that the preview is the real thing.
        Nothing comes back where the draft could not be saved: the preview stays as it is.
        """
        version: RubricVersion = self.get_row(request, pk)
        form = DraftForm(request.POST, version=version)
        if not form.is_valid():
            return HttpResponse(status=204)
        with transaction.atomic():
            try:
                version = save_draft(signed_in(request), version, form, ignore_seen=True)
            except VersionNotDraftError:
                return HttpResponse(status=204)
            preview = render(
                request,
                "admin/rubrics/rubricversion/_preview.html",
                {"preview": preview_of(version), "version": version},
            )
            transaction.set_rollback(True)
        return preview

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what publishing does, ask for release notes, and publish."""
        version: RubricVersion = self.get_row(request, pk)
        if not version.is_draft:
            messages.info(request, f"{version} is published already.")
            return redirect(version_url(version))
        form = PublishForm(sent_data(request), version=version)
        problems = publish_problems(version)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                publish_version(actor=signed_in(request), version=version, **form.cleaned_data)
            except RubricNotReadyError as error:
                problems, status = error.problems, 422
            except DraftConflictError:
                form.begin_again_from(version)
                status = 409
            else:
                messages.success(request, f"{version} is published. New tasks open with it.")
                return redirect("admin:rubrics_rubric_change", version.rubric_id)
        elif request.method == "POST":
            status = 422
        before = version.rubric.current_version()
        return self._page(
            request,
            version,
            "publish.html",
            status,
            form=form,
            problems=problems,
            before=before,
            preview=preview_of(version),
            is_conflict=status == 409,
        )


def save_draft(
    actor: User, version: RubricVersion, form: DraftForm, *, ignore_seen: bool = False
) -> RubricVersion:
    """Write what a valid `form` says into the draft."""
    return write_draft(
        actor=actor,
        version=version,
        spec=form.spec(),
        seen=None if ignore_seen else form.cleaned_data["seen"],
    )


def preview_of(version: RubricVersion) -> dict[str, Any]:
    """Return, for a template, the form that evaluators get from `version`, and its layout."""
    form = AnswersForm(version=version, auto_id="preview-%s")
    return {"form": form, "layout": judging_helper(form)}


def last_writer(version: RubricVersion) -> User | None:
    """Return who wrote or published `version` last, as the action log has it."""
    entry = (
        ActionLog.objects.filter(
            object_type=RubricVersion._meta.label_lower, object_id=str(version.pk)
        )
        .select_related("actor")
        .order_by("-pk")
        .first()
    )
    return entry.actor if entry else None


def version_url(version: RubricVersion) -> str:
    """Return the address of the version's own page."""
    return reverse("admin:rubrics_rubricversion_change", args=[version.pk])
