"""The form by which a manager asks something of all tasks of a batch."""

from __future__ import annotations

from typing import Any

from django import forms

from tasks.models.task import HIGHEST_PRIORITY, LOWEST_PRIORITY

CHANGES = ("priority", "pause", "resume", "remove", "restore", "retry")


class BatchChangeForm(forms.Form):
    """One of the buttons of the batch page, and the number beside it."""

    change = forms.ChoiceField(
        choices=[(name, name) for name in CHANGES],
    )
    priority = forms.IntegerField(
        min_value=LOWEST_PRIORITY, max_value=HIGHEST_PRIORITY, required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("change") != "priority":
            self.errors.pop("priority", None)  # another button than that beside the number
        elif given.get("priority") is None:
            raise forms.ValidationError(
                f"Give a whole number from {LOWEST_PRIORITY} to {HIGHEST_PRIORITY} as priority."
            )
        return given
