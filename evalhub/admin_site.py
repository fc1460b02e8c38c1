"""The admin site: entered by a role in any project, with a second factor."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from evalhub.models import Membership, Role, User

ADMIN_ROLES = (Role.REVIEWER, Role.LEAD, Role.MANAGER)


class EvalhubAdminSite(AdminSite):
    site_header = "evalhub"
    site_title = "evalhub admin"
    index_title = "Rubrics and reviews"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in operators and whoever reviews, leads or manages a project."""
        user = request.user
        return (
            isinstance(user, User)
            and user.is_active
            and may_enter_admin(user)
            and has_second_factor(user)
        )

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send a stranger to the one sign-in page, and a person without it to the second factor."""
        user = request.user
        if not isinstance(user, User):
            wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
            return redirect_to_login(wanted)
        if self.has_permission(request):
            return redirect("admin:index")
        if user.is_active and may_enter_admin(user):
            return redirect("mfa_activate_totp")
        raise PermissionDenied("Admin is for reviewers, leads and managers of a project.")


def may_enter_admin(user: User) -> bool:
    """Return whether some role of `user` has work in admin."""
    return user.is_superuser or Membership.objects.filter(user=user, role__in=ADMIN_ROLES).exists()


def has_second_factor(user: User) -> bool:
    """Return whether `user` has the second factor, where this site asks for one."""
    return not settings.ADMIN_REQUIRES_SECOND_FACTOR or bool(is_mfa_enabled(user))
