"""How people sign in: allauth's forms in our words, with failed attempts counted by axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from evalhub.models import User

LENGTH_HINT = "At least 12 characters. Several words in a row are easy to remember."


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an operator, never by signing up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The username or the password is not right. Check both.",
        "email_password_mismatch": "The e-mail address or the password is not right. Check both.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def client_address(request: HttpRequest) -> str | None:
    """Return the address that attempts count under; behind proxies, the one they vouch for."""
    if "REMOTE_ADDR" not in request.META:
        return None  # signed in or out by code, not by a browser
    address: str = account_adapter().get_client_ip(request)
    return address


def attempted_account(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the name that an attempt is counted under, the same however the account is spelt.

    Without this each spelling of a username, and the e-mail address, had attempts of its own.
    """
    given: Mapping[str, Any] = credentials or request.POST
    typed = str(given.get("login") or given.get("username") or given.get("email") or "").strip()
    user = (
        User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).order_by("pk")
        if typed
        else User.objects.none()
    ).first()
    return user.username if user else typed.lower()[:150]


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["login"].label = "Username or e-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["remember"].label = "Keep me signed in on this computer"


class ReauthenticateForm(AllauthReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class ChangePasswordForm(AllauthChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["oldpassword"].label = "Your password now"
        self.fields["password2"].label = "New password again"


class ResetPasswordForm(AllauthResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["email"].label = "E-mail address"


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["password2"].label = "New password again"


class AuthenticateForm(AllauthAuthenticateForm):
    """Ask for the second factor; wrong codes count like wrong passwords."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        request, credentials = context.request, {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials
            raise ValidationError("There were too many wrong codes. Wait, then sign in again.")
        try:
            code: str = super().clean_code()
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise
        return code


class CodeAgainForm(AllauthCodeAgainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class ActivateForm(AllauthActivateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


def plain(form: forms.Form) -> None:
    """Take away allauth's placeholders and its hints in markup; the label says what is asked."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = LENGTH_HINT if name == "password1" else ""
