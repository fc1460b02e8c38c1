"""The admin site: entered by a role in any project, with a second factor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, TypeVar, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evalhub.access import signed_in
from evalhub.admin_options import RoleAdmin, held_roles
from evalhub.models import Role, User

ADMIN_ROLES = {Role.REVIEWER, Role.LEAD, Role.MANAGER}

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Section:
    """An entry in admin's navigation."""

    label: str
    url: str
    is_current: bool
    admin: RoleAdmin


class EvalhubAdminSite(AdminSite):
    site_header = "evalhub"
    site_title = "evalhub admin"
    index_title = "Rubrics and reviews"
    site_url = "/"

    def register(
        self,
        model_or_iterable: type[Row] | Iterable[type[Row]],
        admin_class: type[ModelAdmin[Row]] | None = None,
        **options: Any,
    ) -> None:
        """Register an admin whose permissions are roles, and pass over every other.

        Trap: the libraries register theirs too, and one of them shows second-factor secrets.
        """
        if admin_class is not None and issubclass(admin_class, RoleAdmin):
            super().register(model_or_iterable, admin_class, **options)

    # ------------------------------------------------------------ who may enter
    def has_permission(self, request: HttpRequest) -> bool:
        """Let in operators and whoever reviews, leads or manages a project."""
        user = request.user
        return (
            isinstance(user, User)
            and user.is_active
            and may_enter_admin(user)
            and has_second_factor(user)
        )

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a page: refuse the wrong person in words, ask for a missing second factor."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = signed_in(request)
            if not may_enter_admin(user):
                raise PermissionDenied("Admin is for reviewers, leads and managers of a project.")
            if not has_second_factor(user):
                return redirect("mfa_activate_totp")
            return view(request, *args, **kwargs)

        return cast(View, update_wrapper(never_cache(guarded), view))

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send a stranger to the one sign-in page, and everybody else to admin."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if isinstance(request.user, User):
            return redirect("admin:index")
        return redirect_to_login(wanted)

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Serve the first page, the way to sign in, and the registered admins; nothing else.

        Django's jump to any object by its id, its password pages and its autocompletion are
        left out: the first would tell other projects' addresses, the others have their place.
        """
        urls: list[URLResolver | URLPattern] = [
            path("", self.admin_view(self.index), name="index"),
            path("login/", self.login, name="login"),
        ]
        for model, model_admin in self._registry.items():
            meta = model._meta
            urls.append(path(f"{meta.app_label}/{meta.model_name}/", include(model_admin.urls)))
        return urls

    @method_decorator(require_safe)
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Say what waits in each section."""
        context = self.each_context(request)
        context["notes"] = [
            (section, section.admin.section_note(signed_in(request)))
            for section in context["sections"]
        ]
        context |= {"title": self.index_title, **(extra_context or {})}
        return TemplateResponse(request, "admin/index.html", context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "sections": self.sections(request),
        }

    def sections(self, request: HttpRequest) -> list[Section]:
        """Return the entries of the navigation that the signed-in person has a role for."""
        user = signed_in(request)
        held = held_roles(user)
        admins = [item for item in self._registry.values() if isinstance(item, RoleAdmin)]
        found = []
        for item in sorted(admins, key=lambda item: item.section_place):
            if item.section and item.is_open_to(user, held):
                name = f"admin:{item.opts.app_label}_{item.opts.model_name}_changelist"
                url = reverse(name)
                # Without the last slash: the pages of a rubric's versions belong to the rubrics.
                is_current = request.path.startswith(url.removesuffix("/"))
                found.append(Section(item.section, url, is_current, item))
        return found


def may_enter_admin(user: User) -> bool:
    """Return whether some role of `user` has work in admin."""
    return user.is_active and (user.is_superuser or bool(held_roles(user) & ADMIN_ROLES))


def has_second_factor(user: User) -> bool:
    """Return whether `user` has the second factor, where this site asks for one."""
    return not settings.ADMIN_REQUIRES_SECOND_FACTOR or bool(is_mfa_enabled(user))
