"""The small forms of the work page; they parse and validate, and never save."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from rubrics.models import Criterion
from tasks.actions import Viewing
from tasks.models import Assignment, FlagKind, Judgment, SkipReason

LONGEST_NOTE = 500
LONGEST_DAY = 86_400.0
KEY_LOST = "The page had lost its submit key. Nothing you typed is lost: submit again."


class FactField(forms.FloatField):
    """A figure that the browser tells; one that makes no sense is left out, never refused."""

    widget = forms.HiddenInput

    def __init__(self, *, most: float) -> None:
        super().__init__(required=False, min_value=0, max_value=most)

    def clean(self, value: Any) -> float | None:
        try:
            figure: float | None = super().clean(value)
        except ValidationError:
            return None
        return figure


class WorkForm(forms.Form):
    """What the work page sends beside the answers: its submit key, and how it was looked at."""

    prefix = "work"

    submit_key: forms.Field = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), KEY_LOST),
    )
    active_seconds = FactField(most=LONGEST_DAY)
    viewport_width = FactField(most=100_000)
    viewport_height = FactField(most=100_000)
    pixel_ratio = FactField(most=100)
    largest_zoom = FactField(most=1_000)

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.initial.setdefault("submit_key", assignment.submit_key)

    def clean_submit_key(self) -> uuid.UUID:
        key: uuid.UUID = self.cleaned_data["submit_key"]
        if key != self.assignment.submit_key:
            raise ValidationError(KEY_LOST)
        return key

    @property
    def key_to_send(self) -> str:
        """Return the submit key that the page carries, also where it came back without."""
        return str(self.assignment.submit_key)

    @property
    def opened_at(self) -> datetime:
        """Return when the page was opened: the server's own knowledge, never the browser's."""
        return self.assignment.opened_at or self.assignment.created_at

    def viewing(self) -> Viewing:
        """Return how the task was looked at, active for no longer than the page was open."""
        facts = {
            name: figure
            for name, figure in self.cleaned_data.items()
            if name not in {"submit_key", "active_seconds"} and figure is not None
        }
        active = self.cleaned_data["active_seconds"]
        if active is not None:
            active = int(min(active, (timezone.now() - self.opened_at).total_seconds()))
        return Viewing(opened_at=self.opened_at, active_seconds=active, facts=facts)


@dataclass(frozen=True)
class ChangeKey:
    """The submit key of a page on which a judgment is changed, and when that page was opened."""

    key: uuid.UUID = field(default_factory=uuid.uuid4)
    opened_at: datetime = field(default_factory=timezone.now)

    def sign(self, judgment: Judgment) -> str:
        """Return it as the page carries it: good for that one judgment."""
        return signing.dumps([str(self.key), self.opened_at.isoformat()], salt=_salt(judgment))

    @classmethod
    def read(cls, signed: str | None, judgment: Judgment) -> ChangeKey | None:
        """Return what `sign` was given, None for anything else."""
        try:
            key, opened_at = signing.loads(signed or "", salt=_salt(judgment))
        except signing.BadSignature:
            return None
        return cls(uuid.UUID(key), datetime.fromisoformat(opened_at))


def _salt(judgment: Judgment) -> str:
    return f"tasks.change.{judgment.pk}"


class ChangeForm(WorkForm):
    """What the page sends beside the answers on which a judgment is changed."""

    submit_key = forms.CharField(widget=forms.HiddenInput, error_messages={"required": KEY_LOST})

    def __init__(self, *args: Any, judgment: Judgment, **kwargs: Any) -> None:
        super().__init__(*args, assignment=judgment.assignment, **kwargs)
        self.judgment = judgment
        self.sent_key = ChangeKey.read(self["submit_key"].data, judgment)
        self.key = self.sent_key or ChangeKey()

    def clean_submit_key(self) -> uuid.UUID:
        if self.sent_key is None:
            raise ValidationError(KEY_LOST)
        return self.sent_key.key

    @property
    def key_to_send(self) -> str:
        return self.key.sign(self.judgment)

    @property
    def opened_at(self) -> datetime:
        return self.key.opened_at


class NoteField(forms.CharField):
    """A remark of a line or two; its line breaks become spaces."""

    widget = forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE})

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class SkipForm(forms.Form):
    """Why a task is skipped; another reason needs a note."""

    prefix = "skip"

    reason = forms.ChoiceField(
        label="Why do you skip it?",
        choices=[("", "Choose a reason"), *SkipReason.choices],
        error_messages={"required": "Skip: choose a reason."},
    )
    note = NoteField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="Needed for “another reason”.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == SkipReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "Skip: say in a few words what the other reason is.")
        return cleaned


class FlagForm(forms.Form):
    """What is doubtful about a task, in one line, and which of `clauses` it is about, if one."""

    prefix = "flag"

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[("", "Choose a kind"), *FlagKind.choices],
        error_messages={"required": "Flag: choose what it is."},
    )
    note = NoteField(
        label="In one line",
        max_length=LONGEST_NOTE,
        error_messages={"required": "Flag: say in one line what is doubtful."},
    )

    def __init__(self, *args: Any, clauses: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [(row.key, f"{number} {row.title}") for number, row in enumerate(clauses, start=1)]
        self.fields["clause"] = forms.ChoiceField(
            label="About which clause?",
            choices=[("", "None in particular"), *titles],
            required=False,
            error_messages={"invalid_choice": "Flag: choose a clause of this rubric, or none."},
        )
        self.order_fields(["kind", "clause", "note"])
