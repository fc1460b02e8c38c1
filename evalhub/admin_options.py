"""What every page of admin shares: permission by role, closed lookups, no Django log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from evalhub.access import signed_in
from evalhub.models import Membership, Project, Role, User

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

AdminView = Callable[..., HttpResponse]


class PagedList(ChangeList):
    """A change list that tells its template which rows and pages there are."""

    model_admin: RoleAdmin

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows with what the list shows of each."""
        return self.model_admin.for_list(super().get_queryset(request, exclude_parameters))

    @property
    def first_row(self) -> int:
        return (self.page_num - 1) * self.list_per_page + 1 if self.result_count else 0

    @property
    def last_row(self) -> int:
        return min(self.page_num * self.list_per_page, self.result_count)

    @property
    def previous_query(self) -> str:
        """Return the query string of the page before, empty on the first."""
        return self.get_query_string({PAGE_VAR: self.page_num - 1}) if self.page_num > 1 else ""

    @property
    def next_query(self) -> str:
        """Return the query string of the page after, empty on the last."""
        is_last = self.last_row >= self.result_count
        return "" if is_last else self.get_query_string({PAGE_VAR: self.page_num + 1})

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """Return the filters that a new search keeps."""
        return [item for item in self.params.items() if item[0] != SEARCH_VAR]


class ChoiceFilter(admin.SimpleListFilter):
    """Narrow a list by a column of fixed choices, called as the parameter is."""

    column_choices: ClassVar[Sequence[tuple[str, Any]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.column_choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.column_choices):
            return queryset
        return queryset.filter(**{str(self.parameter_name): self.value()})


class ProjectFilter(admin.SimpleListFilter):
    """Narrow a list to one of one's own projects, where there are several."""

    title = "project"
    parameter_name = "project"

    def __init__(
        self, request: HttpRequest, params: Any, model: type[Model], model_admin: RoleAdmin
    ) -> None:
        self.path = f"{model_admin.project_path}__slug"
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        own = Project.objects.for_member(signed_in(request), *model_admin.roles)
        found = list(own.values_list("slug", "name"))
        return found if len(found) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        is_known = asked in dict(self.lookup_choices)
        return queryset.filter(**{self.path: asked}) if is_known else queryset


class RoleAdmin(_ModelAdmin):
    """The rows of projects in which one holds one of `roles`; no roles: operators only.

    Nothing is added, changed or deleted unless a subclass says so, and then by an action,
    which asks for the permission again and writes the action log.
    """

    roles: ClassVar[tuple[Role, ...]] = ()
    project_path: ClassVar[str] = "project"
    # The entry in admin's navigation: its words, and its place; no words, no entry.
    section: ClassVar[str] = ""
    section_place: ClassVar[int] = 0

    actions = None
    list_display_links = None
    list_per_page = 50
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    # ------------------------------------------------------------ permission
    def is_open_to(self, user: User, held: set[Role]) -> bool:
        """Return whether `user`, who holds the roles `held` somewhere, finds anything here."""
        return bool(held & set(self.roles)) if self.roles else user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_open(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._is_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _is_open(self, request: HttpRequest) -> bool:
        user = signed_in(request)
        return self.is_open_to(user, held_roles(user))

    def require_open(self, request: HttpRequest) -> None:
        """Raise PermissionDenied, in words, for whoever has no role here."""
        if not self._is_open(request):
            who = " or ".join(role.label.lower() for role in self.roles)
            whom = f"a {who} of a project" if who else "an operator of this site"
            raise PermissionDenied(f"Only {whom} may open this page.")

    # ------------------------------------------------------------ rows
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if not self.roles:
            return rows
        projects = Project.objects.for_member(signed_in(request), *self.roles)
        return rows.filter(**{f"{self.project_path}__in": projects})

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return `rows` with what only the list needs, in a fixed number of queries."""
        return rows

    def get_row(self, request: HttpRequest, pk: int) -> Any:
        """Return the row `pk` of one's own projects.

        Raises PermissionDenied for whoever has no role here, and Http404 for another project's
        row, as for one that does not exist; an account or a log entry is there for operators only.
        """
        if self.roles:
            self.require_open(request)
        elif not self._is_open(request):
            raise Http404("There is no such page.")
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404("There is no such page, or it belongs to another project.")
        return row

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow the declared filters only, so that no address can ask about hidden columns."""
        return lookup in {getattr(item, "parameter_name", None) for item in self.list_filter}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PagedList

    # ------------------------------------------------------------ pages
    @method_decorator(require_safe)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the rows."""
        self.require_open(request)
        return super().changelist_view(request, {"title": self.section, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Serve the list, one page per row, and what a subclass adds; nothing else exists."""
        return [
            self.page("", self.changelist_view, "changelist"),
            self.page("<int:pk>/change/", self.row_view, "change"),
        ]

    def page(self, route: str, view: AdminView, name: str) -> URLPattern:
        """Return a guarded URL pattern called app_model_name."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return self.admin_site.admin_view(view)(request, *args, **kwargs)

        full_name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(route, update_wrapper(guarded, view), name=full_name)

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one row; subclasses that have such a page override it."""
        raise Http404("This list has no page per row.")

    def context(self, request: HttpRequest, **variables: Any) -> dict[str, Any]:
        """Return the variables of an admin page, with `variables` added."""
        return {**self.admin_site.each_context(request), "opts": self.opts, **variables}

    def section_note(self, user: User) -> str:
        """Return one line for admin's first page: what waits here."""
        return ""

    # ------------------------------------------------------------ our action log is the only one
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None


def sent_data(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, None where it was not: an empty POST is bound too."""
    return request.POST if request.method == "POST" else None


def held_roles(user: User) -> set[Role]:
    """Return the roles that `user` holds in any project."""
    held = Membership.objects.filter(user=user).order_by().values_list("role", flat=True)
    return {Role(role) for role in held.distinct()}
