"""Accounts, for operators; what people may do in a project is given on its members page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from evalhub.access import signed_in
from evalhub.account_forms import COLUMNS, AccountForm, NewAccountForm
from evalhub.actions.accounts import (
    OwnAccountError,
    activate_user,
    change_account,
    create_account,
    require_operator,
    reset_password,
)
from evalhub.admin_options import RoleAdmin, sent_data
from evalhub.models import User
from tasks.actions import deactivate_user


class IsActive(admin.SimpleListFilter):
    title = "account"
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Active"), ("0", "Deactivated")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        value = self.value()
        return queryset.filter(is_active=value == "1") if value in {"0", "1"} else queryset


@admin.register(User)
class UserAdmin(RoleAdmin):
    section = "People"
    section_place = 5
    list_display = ("username",)
    list_filter = (IsActive,)
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = "Name or email"
    ordering = ("username",)

    def for_list(self, rows: QuerySet[User]) -> QuerySet[User]:
        return rows.prefetch_related("memberships__project")

    def get_urls(self) -> list[URLPattern]:
        return [
            *super().get_urls(),
            self.page("add/", self.new_view, "add"),
            self.page("<int:pk>/password/", self.password_view, "password"),
            self.page("<int:pk>/deactivate/", require_POST(self.deactivate_view), "deactivate"),
            self.page("<int:pk>/activate/", require_POST(self.activate_view), "activate"),
        ]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Make an account."""
        actor = signed_in(request)
        require_operator(actor)
        form = NewAccountForm(sent_data(request))
        if request.method == "POST" and form.is_valid():
            values = {name: form.cleaned_data[name] for name in COLUMNS}
            user = create_account(actor=actor, password=form.cleaned_data["password1"], **values)
            messages.success(request, f"{user} can sign in now. Give them roles in a project next.")
            return redirect("admin:evalhub_user_change", user.pk)
        return self._page(request, "new.html", form, title="Make an account")

    def row_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change who an account says it is."""
        user: User = self.get_row(request, pk)
        form = AccountForm(sent_data(request), instance=User.objects.get(pk=user.pk))
        if request.method == "POST" and form.is_valid():
            values = {name: form.cleaned_data[name] for name in COLUMNS}
            try:
                change_account(actor=signed_in(request), user=user, **values)
            except OwnAccountError as error:
                form.add_error("is_superuser", str(error))
            else:
                messages.success(request, "The account is changed.")
                return redirect("admin:evalhub_user_change", user.pk)
        return self._page(request, "change_form.html", form, title=str(user), account=user)

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give an account a new password."""
        user: User = self.get_row(request, pk)
        form = SetPasswordForm(user, sent_data(request))
        if request.method == "POST" and form.is_valid():
            password = form.cleaned_data["new_password1"]
            reset_password(actor=signed_in(request), user=user, password=password)
            messages.success(request, f"{user} has a new password and is signed out everywhere.")
            return redirect("admin:evalhub_user_change", user.pk)
        title = f"A new password for {user}"
        return self._page(request, "password.html", form, title=title, account=user)

    def deactivate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End an account's access, and free what its person holds."""
        user: User = self.get_row(request, pk)
        actor = signed_in(request)
        if user == actor:
            messages.error(request, "Ask another operator to deactivate your account.")
        else:
            deactivate_user(actor=actor, user=user)
            messages.success(request, f"{user} can no longer sign in. Held tasks are free again.")
        return redirect("admin:evalhub_user_change", user.pk)

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a deactivated account sign in again."""
        user: User = self.get_row(request, pk)
        activate_user(actor=signed_in(request), user=user)
        messages.success(request, f"{user} can sign in again, with the roles of before.")
        return redirect("admin:evalhub_user_change", user.pk)

    def _page(
        self, request: HttpRequest, template: str, form: Any, **variables: Any
    ) -> HttpResponse:
        context = self.context(request, form=form, **variables)
        status = 422 if form.is_bound else 200
        return render(request, f"admin/evalhub/user/{template}", context, status=status)

    def section_note(self, user: User) -> str:
        active = User.objects.filter(is_active=True).count()
        return f"{active} active account{'s' if active != 1 else ''}."
