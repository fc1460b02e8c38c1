"""The frame of a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from evalhub.models import Project, User
from evalhub.navigation import Place, navigation_for

register = template.Library()


@register.inclusion_tag("evalhub/_header.html", takes_context=True)
def site_header(context: Context) -> dict[str, Any]:
    """Show the bar on top: where one is, and what the user may do there.

    A page of admin gives the `sections` of admin, any other its `project`, if it has one.
    """
    request, project = context.get("request"), context.get("project")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User):
        return {"user": None}
    sections = context.get("sections")
    project = project if isinstance(project, Project) and sections is None else None
    navigation = navigation_for(user, project, request.path)
    crumb = None
    if sections is not None:
        crumb = Place("Admin", reverse("admin:index"))
    elif project:
        crumb = Place(project.name, project.get_absolute_url())
    return {
        "user": user,
        "crumb": crumb,
        "places": navigation.places if sections is None else sections,
        "may_enter_admin": navigation.may_enter_admin and sections is None,
        "is_home": request.path == "/",
    }
