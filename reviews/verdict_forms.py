"""The form in which a reviewer gives a verdict."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import Audit

LONGEST_COMMENT = 5_000


class VerdictForm(forms.Form):
    """A verdict, and what is wrong unless the reviewer agrees."""

    verdict = forms.ChoiceField(
        choices=Audit.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a verdict."},
    )
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_fault = cleaned.get("verdict") in {Audit.Verdict.MINOR, Audit.Verdict.MAJOR}
        if is_fault and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "Say what is wrong, so that the evaluator can learn from it.")
        return cleaned
