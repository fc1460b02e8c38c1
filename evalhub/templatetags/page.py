"""The frame of a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from evalhub.models import Project, User
from evalhub.navigation import navigation_for

register = template.Library()


@register.inclusion_tag("evalhub/_header.html", takes_context=True)
def site_header(context: Context) -> dict[str, Any]:
    """Show the bar on top: the context's `project`, if any, and what its user may do."""
    request, project = context.get("request"), context.get("project")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User):
        return {"user": None}
    project = project if isinstance(project, Project) else None
    return {
        "user": user,
        "project": project,
        "navigation": navigation_for(user, project, request.path),
        "is_home": request.path == "/",
    }
