"""The one field beside each clause of the guideline."""

from __future__ import annotations

from typing import Any

from django import forms

from rubrics.models import Feedback, RubricVersion

LONGEST = Feedback.LONGEST_TEXT


class FeedbackForm(forms.Form):
    """What is unclear, and in which clause of a version; the empty clause is the instruction."""

    criterion = forms.CharField(required=False, max_length=60)
    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": "Say what is unclear, then send it.",
            "max_length": f"Say it in {LONGEST} characters at most.",
        },
    )

    def __init__(self, *args: Any, version: RubricVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version

    def clean_criterion(self) -> str:
        key: str = self.cleaned_data["criterion"]
        if key and not self.version.criteria.filter(key=key).exists():
            raise forms.ValidationError("The guideline has no such clause. Open it again.")
        return key

    @property
    def clause(self) -> str:
        """Return the key of the clause that was sent, right or wrong."""
        return str(self.data.get("criterion", ""))

    @property
    def typed(self) -> str:
        return str(self.data.get("text", ""))

    @property
    def problem(self) -> str:
        """Return the first thing that is wrong, in words; empty where nothing is."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")
