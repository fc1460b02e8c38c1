"""The levels of one criterion, as rows of a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.forms.renderers import get_default_renderer

from rubrics.draft.fields import ProseField, make_key, make_unique, repeated
from rubrics.models import KEY
from rubrics.spec import LevelSpec

if TYPE_CHECKING:
    _LevelFormSet = forms.BaseFormSet["LevelForm"]
else:
    _LevelFormSet = forms.BaseFormSet

MOST_LEVELS = 30
SMALLEST, GREATEST = -32_768, 32_767
NAME = re.compile(r"^[0-9a-f]{64}\Z")
SHA256 = RegexValidator(NAME, "Choose the picture again.")
TYPED = ("value", "label", "descriptor", "group", "example")

StorePicture = Callable[[bytes], str]


class LevelForm(forms.Form):
    """One row of the levels; a row left empty is no level."""

    value = forms.IntegerField(
        required=False,
        label="Number",
        validators=[MinValueValidator(SMALLEST), MaxValueValidator(GREATEST)],
    )
    label = forms.CharField(required=False, max_length=80, label="Label")
    descriptor = ProseField(rows=1, max_length=2_000, label="When to give it")
    key = forms.CharField(required=False, max_length=60, validators=[KEY], label="Key")
    group = forms.CharField(required=False, max_length=80, label="Group")
    example = forms.CharField(
        required=False, max_length=64, validators=[SHA256], widget=forms.HiddenInput
    )
    upload = forms.FileField(
        required=False,
        label="Example image",
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    takes_away = forms.BooleanField(required=False, label="Remove the image")

    @property
    def is_blank(self) -> bool:
        """Return whether nobody typed anything into the row."""
        return not any(self[name].data for name in (*TYPED, "upload"))

    @property
    def has_more(self) -> bool:
        """Return whether what stands folded away holds something to see."""
        shown = {"value", "label", "descriptor"}
        return bool(self["group"].value() or self["example"].value() or set(self.errors) - shown)

    @property
    def shown_example(self) -> str:
        """Return the name of the example's content, empty where none or no name is there."""
        value = str(self["example"].value() or "")
        return value if NAME.match(value) else ""

    def take_upload(self, store: StorePicture) -> None:
        """Put the picture that came with the row into its place, or take the present one away."""
        if self.cleaned_data.get("takes_away"):
            self.cleaned_data["example"] = ""
        if upload := self.cleaned_data.get("upload"):
            self.cleaned_data["example"] = store(upload.read())


class LevelRows(_LevelFormSet):
    """The levels of one criterion."""

    form = LevelForm
    renderer = get_default_renderer()
    min_num, max_num, absolute_max = 0, MOST_LEVELS, MOST_LEVELS
    validate_min, validate_max = False, True
    can_order = can_delete = can_delete_extra = False
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": f"A criterion has {MOST_LEVELS} levels at most. Empty some rows.",
    }
    # Whether the numbers mean something, so that each has to be typed.
    is_ordered = True

    def clean(self) -> None:
        """Refuse two levels with one number or one key, in words."""
        for n in repeated(form.cleaned_data.get("value") for form in self.filled()):
            raise ValidationError(f"Two levels have the number {n}. Change one of them.")
        for key in repeated(form.cleaned_data.get("key") for form in self.filled()):
            raise ValidationError(f"Two levels have the key “{key}”. Change one of them.")
        if self.is_ordered:
            for form in self.filled():
                if form.cleaned_data.get("value") is None and not form.errors:
                    form.add_error("value", "Give this level a number, or empty the whole row.")

    def filled(self) -> list[LevelForm]:
        return [form for form in self.forms if not form.is_blank and hasattr(form, "cleaned_data")]

    def levels(self) -> tuple[LevelSpec, ...]:
        """Return the levels of valid rows by number; a level that has a key keeps it.

        Where the numbers mean nothing, rows without one are numbered as they stand.
        """
        rows = [form.cleaned_data for form in self.filled()]
        taken: set[str] = set()
        free = self._free_numbers()
        found = []
        for row in sorted(rows, key=lambda row: not row["key"]):
            value = row["value"]
            if value is None:
                value = next(free)
            found.append(
                LevelSpec(
                    value=value,
                    label=row["label"],
                    descriptor=row["descriptor"],
                    key=make_unique(row["key"] or self.key_for(value, row["label"]), taken),
                    group=row["group"],
                    example=row["example"],
                )
            )
        return tuple(sorted(found, key=lambda level: level.value))

    def _free_numbers(self) -> Iterator[int]:
        """Yield numbers that no row has: those above all others, then the gaps below them."""
        taken = {form.cleaned_data["value"] for form in self.filled()} - {None}
        above = range(max(taken, default=0) + 1, GREATEST + 1)
        return (number for number in chain(above, range(1, GREATEST)) if number not in taken)

    def key_for(self, value: int | None, label: str) -> str:
        """Return the key of a new level: by its number where that means something."""
        if self.is_ordered or not label:
            return f"level_{value}".replace("-", "minus_")
        return make_key(label, "level")

    def offered(self) -> list[tuple[str, str]]:
        """Return the levels as choices, whether the rows are valid or not."""
        found = []
        for form in self.forms:
            label, value = str(form["label"].value() or ""), form["value"].value()
            key = form["key"].value() or (label and self.key_for(value, label))
            if key:
                found.append((str(key), label or str(key)))
        return found


def level_initial(level: LevelSpec) -> dict[str, Any]:
    """Return what fills the row of `level`."""
    return {
        "value": level.value,
        "label": level.label,
        "descriptor": level.descriptor,
        "key": level.key,
        "group": level.group,
        "example": level.example,
    }
