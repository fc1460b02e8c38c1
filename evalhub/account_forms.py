"""The forms in which an operator makes and mends accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from evalhub.models import User

if TYPE_CHECKING:
    _UserModelForm = forms.ModelForm[User]
    _UserCreationForm = BaseUserCreationForm[User]
else:
    _UserModelForm, _UserCreationForm = forms.ModelForm, BaseUserCreationForm

COLUMNS = ["username", "first_name", "last_name", "email", "is_superuser"]
LABELS = {
    "username": "Username",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "is_superuser": "Operator: manages accounts and reads the action log",
}
HELP_TEXTS = {
    "username": "Letters, digits and @ . + - _ only. People sign in with it, or with their email.",
    "is_superuser": "What one may do in a project is given there, by its manager.",
}


class AccountForm(_UserModelForm):
    """Who an account says it is."""

    class Meta:
        model = User
        fields = COLUMNS
        labels = LABELS
        help_texts = HELP_TEXTS


class NewAccountForm(_UserCreationForm):
    """A new account with its first password."""

    class Meta:
        model = User
        fields = COLUMNS
        labels = LABELS
        help_texts = HELP_TEXTS
