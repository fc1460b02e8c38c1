"""The action log, for operators to read."""

from __future__ import annotations

import json

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from evalhub.admin_options import RoleAdmin
from evalhub.models import ActionLog, User


@admin.register(ActionLog)
class ActionLogAdmin(RoleAdmin):
    section = "Action log"
    section_place = 6
    list_display = ("verb",)
    list_select_related = ("actor", "project")
    search_fields = ("=object_id", "verb__startswith", "actor__username__startswith", "=request_id")
    search_help_text = "Action, object, person"
    ordering = ("-pk",)

    @method_decorator(require_safe)
    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one entry in full."""
        entry: ActionLog = self.get_row(request, pk)
        context = self.context(
            request,
            title=entry.verb,
            entry=entry,
            before=json.dumps(entry.before, indent=2, ensure_ascii=False),
            after=json.dumps(entry.after, indent=2, ensure_ascii=False),
        )
        return render(request, "admin/evalhub/actionlog/change_form.html", context)

    def section_note(self, user: User) -> str:
        latest = ActionLog.objects.order_by("-pk").first()
        return f"Last entry {latest.at:%d %b %Y, %H:%M} UTC." if latest else "No entry yet."
