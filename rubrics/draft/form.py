"""The form in which a lead writes a draft: the version, and its criteria with their levels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from rubrics.content import hash_version, spec_of
from rubrics.criteria import all_types
from rubrics.draft.cards import CriterionCards
from rubrics.draft.criterion import CriterionForm, SettingsForm, all_settings, criterion_initial
from rubrics.draft.fields import make_unique
from rubrics.draft.levels import StorePicture
from rubrics.draft.sample import (
    VersionFields,
    read_presentation,
    read_sample,
    version_initial,
)
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, RubricSpec

MEND = "Mend the"


class SeenForm(forms.Form):
    """A form that knows which text of a draft it was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def begin_again_from(self, version: RubricVersion) -> None:
        """Let the next submit of what was typed stand on `version` as it is now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = hash_version(version)
        self.data = data


class DraftForm(VersionFields, SeenForm):
    """A whole draft: the version's own fields, and the criteria as a formset in `criteria`."""

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        version: RubricVersion,
        blank: int = 0,
    ) -> None:
        before = spec_of(version)
        shown = version_initial(before.instruction, before.presentation, before.sample_task)
        super().__init__(data, files, initial={**shown, "seen": hash_version(version)})
        self._before = before
        # A page that was opened before it was saved has its rows at other places than the draft
        # now: what was sent stands for itself.
        rows = [] if data is not None else [criterion_initial(one) for one in before.criteria]
        self.criteria = CriterionCards(data, files, prefix="criteria", initial=rows)
        self.criteria.extra = blank if rows else 1
        self.criteria.offer_earlier()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.criteria.is_valid():
            self.add_error(None, f"{MEND} criteria.")
        return cleaned

    def take_uploads(self, store: StorePicture) -> None:
        """Give `store` each picture that came with a valid form; it returns the content's name."""
        for card in self.criteria.kept():
            for row in card.levels.filled():
                row.take_upload(store)

    def spec(self, copy: str = "") -> RubricSpec:
        """Return what a valid form says, with a copy of the card whose prefix is `copy`."""
        criteria = self.new_criteria()
        prefixes = [card.prefix for card in self.criteria.kept()]
        if copy in prefixes:
            place = prefixes.index(copy)
            key = make_unique(criteria[place].key, {criterion.key for criterion in criteria})
            criteria.insert(place + 1, replace(criteria[place], key=key))
        return RubricSpec(
            instruction=self.cleaned_data["instruction"],
            criteria=tuple(criteria),
            presentation=read_presentation(self.cleaned_data, self._before.presentation),
            sample_task=read_sample(self.cleaned_data, self._before.sample_task),
        )

    def new_criteria(self) -> list[CriterionSpec]:
        """Return the criteria of a valid form as plain data, in order, each with a key."""
        return self.criteria.specs({one.key: one.settings for one in self._before.criteria})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be mended: the id to go to, and a sentence."""
        yield from _problems(self, "")
        for sentence in self.criteria.non_form_errors():
            yield "criteria", str(sentence)
        for number, form in enumerate(self.criteria.forms, start=1):
            if form.empty_permitted and not form.has_changed():
                continue
            title = form["title"].value() or f"Criterion {number}"
            yield from _problems(form, title)
            for sentence in form.levels.non_form_errors() if form.kind.levels_are else ():
                yield f"{form.prefix}", f"{title}: {sentence}"
            for place, row in enumerate(form.levels.forms, start=1):
                yield from _problems(row, f"{title}, level {place}")

    # ------------------------------------------------------------ for the page's script
    @property
    def kinds(self) -> str:
        """Return, as JSON, what the page has to know about each type, by its name."""
        return json.dumps(
            {
                kind.name: {
                    "label": kind.label,
                    "help": kind.help,
                    "levels": kind.levels_are,
                    "hasNumber": kind.has_number,
                    "isOrdered": kind.measurement == "ordinal",
                    "mayBePerImage": kind.may_be_per_image,
                }
                for kind in all_types()
            }
        )

    @property
    def setting_sets(self) -> list[SettingsForm]:
        """Return the settings of every type, to be put into a card."""
        return all_settings("criteria-__prefix__")

    @property
    def blank_card(self) -> CriterionForm:
        return self.criteria.empty_form


def _problems(form: forms.BaseForm, where: str) -> Iterator[tuple[str, str]]:
    for name, sentences in form.errors.items():
        if name == "__all__" and str(sentences[0]).startswith(MEND):
            continue  # what is below says it better
        is_field = name in form.fields
        anchor = form[name].id_for_label if is_field else str(form.prefix or "")
        label = str(form[name].label).lower() if is_field else ""
        path = ", ".join(part for part in (where, label) if part)
        for sentence in sentences:
            yield anchor, f"{path}: {sentence}" if path else str(sentence)
