"""The QA queue, and the page on which a reviewer gives a verdict on one judgment."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from evalhub.access import signed_in
from evalhub.admin_options import ChoiceFilter, ProjectFilter, RoleAdmin, sent_data
from evalhub.models import Role, User
from reviews.actions import AuditDecidedError, decide_audit
from reviews.admin.words import (
    flags_in_words,
    reviewed_criteria,
    revisions_in_words,
    viewing_in_words,
)
from reviews.models import Audit
from reviews.verdict_forms import VerdictForm
from rubrics.presentation import Presentation
from tasks.models import Flag, TaskImage
from tasks.pictures import find_comparison, is_long_prompt, list_pictures


class AuditState(ChoiceFilter):
    title = "state"
    parameter_name = "state"
    column_choices = Audit.State.choices


class AuditReason(ChoiceFilter):
    title = "reason"
    parameter_name = "reason"
    column_choices = Audit.Reason.choices


@admin.register(Audit)
class AuditAdmin(RoleAdmin):
    roles = (Role.REVIEWER,)
    section = "QA"
    section_place = 1
    list_display = ("pk",)
    list_filter = (AuditState, AuditReason, ProjectFilter)
    ordering = ("-state", "reason", "pk")  # waiting ones first, in the queue's order

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audit]:
        """Return the audits of one's own projects, never those of one's own judgments."""
        rows = Audit.objects.for_reviewer(signed_in(request)).order_by(*self.ordering)
        return rows.select_related(
            "project", "reviewer", "judgment__task", "judgment__version", "judgment__assignment"
        )

    def for_list(self, rows: QuerySet[Audit]) -> QuerySet[Audit]:
        flags = Flag.objects.filter(task=OuterRef("judgment__task"), state=Flag.State.OPEN)
        images = TaskImage.objects.select_related("image").prefetch_related("image__renditions")
        return rows.annotate(has_open_flag=Exists(flags)).prefetch_related(
            Prefetch("judgment__task__task_images", queryset=images.order_by("position"))
        )

    def get_urls(self) -> list[URLPattern]:
        return [*super().get_urls(), self.page("next/", self.next_view, "next")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the queue, the waiting ones first."""
        waiting = self.get_queryset(request).filter(state=Audit.State.WAITING).count()
        return super().changelist_view(request, {"waiting": waiting, **(extra_context or {})})

    @method_decorator(require_safe)
    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Go to the first audit that waits, or to the queue's end."""
        self.require_open(request)
        waiting = Audit.objects.for_reviewer(signed_in(request)).waiting().in_queue_order()
        return redirect(waiting.first() or "admin:reviews_audit_changelist")

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one judgment with all that speaks about it, and take the verdict."""
        audit: Audit = self.get_row(request, pk)
        form = VerdictForm(sent_data(request))
        if request.method != "POST":
            return self._page(request, audit, form)
        if not form.is_valid():
            return self._page(request, audit, form, status=422)
        verdict = Audit.Verdict(form.cleaned_data["verdict"])
        comment = form.cleaned_data["comment"]
        try:
            decide_audit(actor=signed_in(request), audit=audit, verdict=verdict, comment=comment)
        except AuditDecidedError as conflict:
            return self._conflict(request, conflict.audit, verdict, comment)
        waiting = Audit.objects.for_reviewer(signed_in(request)).waiting()
        messages.success(request, f"Recorded: {verdict.label.lower()}.")
        return redirect(waiting.next_after(audit) or "admin:reviews_audit_changelist")

    def _page(
        self, request: HttpRequest, audit: Audit, form: VerdictForm, status: int = 200
    ) -> HttpResponse:
        judgment, task = audit.judgment, audit.judgment.task
        waiting = Audit.objects.for_reviewer(signed_in(request)).waiting()
        # In the evaluator's order: the justification may speak of image A.
        pictures = list_pictures(task, judgment.assignment.image_order)
        context = self.context(
            request,
            title="Audit",
            audit=audit,
            form=form,
            place=waiting.before(audit).count() + 1,
            waiting=waiting.count(),
            after=waiting.next_after(audit),
            pictures=pictures,
            comparison=find_comparison(pictures),
            prompt_is_long=is_long_prompt(task.prompt),
            presentation=Presentation.read(judgment.version.presentation),
            criteria=reviewed_criteria(judgment),
            flags=flags_in_words(audit),
            viewing=viewing_in_words(judgment),
            revisions=revisions_in_words(judgment),
        )
        return render(request, "admin/reviews/audit/change_form.html", context, status=status)

    def _conflict(
        self, request: HttpRequest, audit: Audit, verdict: Audit.Verdict, comment: str
    ) -> HttpResponse:
        """Show both verdicts; the one that came first stands."""
        waiting = Audit.objects.for_reviewer(signed_in(request)).waiting()
        context = self.context(
            request,
            title="Decided meanwhile",
            audit=audit,
            verdict=verdict,
            comment=comment,
            after=waiting.next_after(audit),
        )
        return render(request, "admin/reviews/audit/conflict.html", context, status=409)

    def section_note(self, user: User) -> str:
        count = Audit.objects.for_reviewer(user).waiting().count()
        wait = "judgment waits" if count == 1 else "judgments wait"
        return f"{count} {wait} for a verdict." if count else "Nothing waits."
