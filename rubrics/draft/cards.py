"""The criteria of a draft as a formset: order, removal, keys, and which stand before which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer

from rubrics.draft.criterion import CriterionForm
from rubrics.draft.fields import OpenChoiceField, make_key, make_unique, repeated
from rubrics.spec import CriterionSpec

if TYPE_CHECKING:
    _CriterionFormSet = forms.BaseFormSet["CriterionForm"]
else:
    _CriterionFormSet = forms.BaseFormSet

MOST_CRITERIA = 60


class CriterionCards(_CriterionFormSet):
    """The criteria of a draft; keys and order are settled here."""

    form = CriterionForm
    renderer = get_default_renderer()
    min_num, max_num, absolute_max = 0, MOST_CRITERIA, MOST_CRITERIA
    validate_min, validate_max = False, True
    can_order = can_delete = can_delete_extra = True
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": f"A rubric has {MOST_CRITERIA} criteria at most. Remove some.",
    }

    def clean(self) -> None:
        """Refuse two criteria with one key, in words."""
        for key in repeated(form.cleaned_data.get("key") for form in self.kept()):
            raise ValidationError(f"Two criteria have the key “{key}”. Change one of them.")

    def kept(self) -> list[CriterionForm]:
        """Return the filled forms that are not to be removed, in the order asked for."""
        forms_ = [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        return sorted(forms_, key=lambda form: _order(form.cleaned_data.get("ORDER")))

    def specs(self, settings: Mapping[str, Mapping[str, Any]]) -> list[CriterionSpec]:
        """Return the criteria of valid forms as plain data, in order, each with a key.

        `settings` are those the criteria had before, by key.
        """
        kept = self.kept()
        taken = {form.cleaned_data["key"] for form in kept if form.cleaned_data["key"]}
        found = []
        for form in kept:
            key = form.cleaned_data["key"] or make_unique(
                make_key(form.cleaned_data["title"]), taken
            )
            found.append(form.as_new(key, settings.get(key, {})))
        return found

    def offer_earlier(self) -> None:
        """Let each condition choose among the criteria before it that are answered by a number."""
        earlier: list[tuple[str, str]] = []
        for form in sorted(self.forms, key=lambda form: _order(form["ORDER"].value())):
            field = form.fields["condition_criterion"]
            if isinstance(field, OpenChoiceField):
                chosen = str(form["condition_criterion"].value() or "")
                field.offer(list(earlier), chosen, "does not stand before this one")
            title = str(form["title"].value() or "")
            if title and form.kind.has_number and not form["DELETE"].value():
                earlier.append((str(form["key"].value() or make_key(title)), title))


def _order(typed: Any) -> tuple[bool, int]:
    """Return where a form stands; those without a place come last."""
    try:
        return False, int(typed)
    except (TypeError, ValueError):
        return True, 0
