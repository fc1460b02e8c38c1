"""A version's own pages: the editor of a draft, or the text of what was published."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from evalhub.access import signed_in
from evalhub.admin_options import RoleAdmin
from evalhub.imaging.errors import Refused
from evalhub.models import Role
from rubrics.actions import (
    DraftConflictError,
    VersionNotDraftError,
    start_draft,
)
from rubrics.actions.examples import add_example
from rubrics.admin.editing import (
    last_writer,
    read_form,
    read_release,
    save_draft,
    seen_from,
    version_url,
)
from rubrics.changes import Kind, proposed_changes
from rubrics.content import hash_version, spec_of
from rubrics.draft import DraftForm
from rubrics.files import Format, file_name, file_of, write_rubric
from rubrics.models import RubricVersion


@admin.register(RubricVersion)
class RubricVersionAdmin(RoleAdmin):
    """The editor of a draft, else the version's text."""

    roles = (Role.LEAD,)
    project_path = "rubric__project"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RubricVersion]:
        rows: QuerySet[RubricVersion] = super().get_queryset(request)
        return rows.select_related("rubric__project", "published_by")

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/change/", self.row_view, "change"),
            self.page("<int:pk>/preview/", require_POST(self.preview_view), "preview"),
            self.page("<int:pk>/autosave/", require_POST(self.autosave_view), "autosave"),
            self.page("<int:pk>/example/", require_POST(self.example_view), "example"),
            self.page("<int:pk>/export/", require_safe(self.export_view), "export"),
        ]

    # ------------------------------------------------------------ the editor
    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit a draft, or read a version that never changes."""
        version: RubricVersion = self.get_row(request, pk)
        if request.method == "POST" and {"refresh", "restore"} & set(request.POST):
            form = DraftForm(request.POST, version=version)
            return self._editor(request, version, form, is_in_between=True)
        if request.method == "POST":
            return self._save(request, version)
        if not version.is_draft:
            return self._page(request, version, "read.html", **read_release(version))
        blank = 1 if "blank" in request.GET else 0
        return self._editor(request, version, DraftForm(version=version, blank=blank))

    def _save(self, request: HttpRequest, version: RubricVersion) -> HttpResponse:
        form = read_form(request, version)
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
            return redirect("admin:tasks_release_publish", version.pk)
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
        every = proposed_changes(spec_of(version), form.spec())
        latest = published or version
        return self._editor(
            request,
            version,
            form,
            status=409,
            published=published,
            other=last_writer(latest),
            changes=[change for change in every if change.proposed != Kind.UNCHANGED],
        )

    def _editor(
        self,
        request: HttpRequest,
        version: RubricVersion,
        form: DraftForm,
        status: int = 200,
        **variables: Any,
    ) -> HttpResponse:
        variables |= {"form": form, **seen_from(version), "is_conflict": status == 409}
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

    # ------------------------------------------------------------ what the page's script asks for
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
            shown = {"version": version, **seen_from(version)}
            response = render(request, "admin/rubrics/rubricversion/_beside.html", shown)
            transaction.set_rollback(True)
        return response

    def autosave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save the draft as it is typed; the answer is JSON, in words where it is not saved."""
        version: RubricVersion = self.get_row(request, pk)
        form = DraftForm(request.POST, version=version)
        if not form.is_valid():
            return JsonResponse({"problems": list(form.problems())}, status=422)
        try:
            version = save_draft(signed_in(request), version, form)
        except DraftConflictError as conflict:
            who = last_writer(conflict.version)
            sentence = f"{who or 'Somebody else'} saved this draft meanwhile. Save to see both."
            return JsonResponse({"problems": [["", sentence]]}, status=409)
        except VersionNotDraftError as published:
            sentence = f"Version {published.version.number} was published meanwhile. Save to go on."
            return JsonResponse({"problems": [["", sentence]]}, status=409)
        answer = {"seen": hash_version(version), "saved_at": timezone.now().isoformat()}
        return JsonResponse(answer)

    def example_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take an example image for a level; the answer is JSON: its content's name and address."""
        version: RubricVersion = self.get_row(request, pk)
        upload = request.FILES.get("picture")
        if upload is None:
            return JsonResponse({"problem": "Choose a picture first."}, status=422)
        try:
            example = add_example(
                actor=signed_in(request), rubric=version.rubric, data=upload.read()
            )
        except Refused as refused:
            return JsonResponse({"problem": refused.reason}, status=422)
        where = reverse("example", args=[version.rubric.project.slug, example.sha256])
        return JsonResponse({"sha256": example.sha256, "url": where})

    # ------------------------------------------------------------ as a file
    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the version as a rubric file: YAML, or JSON where `format` says so."""
        version: RubricVersion = self.get_row(request, pk)
        kind: Format = "json" if request.GET.get("format") == "json" else "yaml"
        content = write_rubric(file_of(version), kind)
        response = HttpResponse(content, content_type=f"application/{kind}; charset=utf-8")
        name = content_disposition_header(True, file_name(version, kind))
        response.headers["Content-Disposition"] = name or "attachment"
        return response
