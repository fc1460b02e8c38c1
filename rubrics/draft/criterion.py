"""One criterion of a draft as a form, with its settings and its levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms

from rubrics.criteria import CriterionType, all_types, find_type, type_choices
from rubrics.draft import settings as settings_fields
from rubrics.draft.fields import OpenChoiceField, ProseField, plain_number
from rubrics.draft.levels import LevelRows, level_initial
from rubrics.models import KEY, Criterion
from rubrics.spec import CriterionSpec

if TYPE_CHECKING:
    _CriterionModelForm = forms.ModelForm[Criterion]
else:
    _CriterionModelForm = forms.ModelForm

COLUMNS = [
    "key",
    "type",
    "title",
    "section",
    "description",
    "direction",
    "is_required",
    "is_per_image",
    "allows_not_applicable",
    "justification_rule",
    "justification_band_low",
    "justification_band_high",
    "justification_min_length",
    "justification_cites",
    "gate_low",
    "gate_high",
    "condition_effect",
    "condition_criterion",
    "condition_low",
    "condition_high",
]
NUMBERS = [name for name in COLUMNS if name.endswith(("_low", "_high"))]
SWAP = "It begins above its end. Swap the two numbers."


class CriterionForm(_CriterionModelForm):
    """One criterion of a draft, with its levels nested below it."""

    key = forms.CharField(
        required=False,
        max_length=60,
        validators=[KEY],
        help_text="Its name in exports. Keep it: scores are compared across versions by it. "
        "Left empty, it is made from the title.",
    )
    type = forms.ChoiceField(choices=type_choices, initial="ordinal")
    description = ProseField(
        rows=3, label="Clause", help_text="What the evaluator judges by. Markdown."
    )
    condition_criterion = OpenChoiceField(label="The criterion before it", max_length=60)

    class Meta:
        model = Criterion
        fields = COLUMNS
        labels = {
            "is_required": "An answer is required",
            "is_per_image": "Asked of each image",
            "allows_not_applicable": "“Not applicable” may be chosen",
            "justification_rule": "Justification",
            "justification_band_low": "From score",
            "justification_band_high": "To score",
            "justification_min_length": "Least characters",
            "justification_cites": "It must cite",
            "gate_low": "Ends the form from answer",
            "gate_high": "To answer",
            "condition_effect": "Condition",
            "condition_low": "Was answered from",
            "condition_high": "To",
        }
        help_texts = {
            "section": "A heading above this criterion and those after it with the same section.",
        }
        error_messages = {"title": {"required": "Give the criterion a title."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = _find(self["type"].value())
        self.fields.update(settings_fields.make_fields(self.kind))
        self.levels = LevelRows(
            self.data if self.is_bound else None,
            self.files if self.is_bound else None,
            prefix=f"{self.prefix}-levels",
            initial=self.initial.get("levels", []),
        )
        self.levels.extra = 1 if self.initial.get("levels") else 3
        self.levels.is_ordered = self.kind.measurement == "ordinal"
        self._offer_levels()

    def _offer_levels(self) -> None:
        for name, field in self.fields.items():
            if name.startswith(f"{settings_fields.PREFIX}-") and isinstance(field, OpenChoiceField):
                chosen = str(self[name].value() or "")
                field.offer(self.levels.offered(), chosen, "not a level of this criterion")

    # ------------------------------------------------------------ for the template
    @property
    def setting_fields(self) -> list[forms.BoundField]:
        """Return the fields of the settings that the chosen type declares."""
        return [self[name] for name, _ in settings_fields.make_fields(self.kind)]

    @property
    def hides_rules(self) -> bool:
        """Return whether the rules may stay folded away: nothing in them is to be mended."""
        shown = {"title", "type", "section", "description", "__all__"}
        return not {name for name in self.errors if not name.startswith("set-")} - shown

    # ------------------------------------------------------------ reading
    def has_changed(self) -> bool:
        """Return whether anything was written, apart from the place in the order."""
        typed = any(self[name].data for name in ("title", "description", "key", "section"))
        return typed or any(not row.is_blank for row in self.levels.forms)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.kind.levels_are and not self.levels.is_valid():
            self.add_error(None, "Mend the levels.")
        self._leave_out_what_has_no_place(cleaned)
        if cleaned.get("justification_rule") == Criterion.JustificationRule.IN_BAND:
            self._check_band(
                "justification_band",
                "Say from which to which score a justification is required, "
                "or choose another rule.",
            )
        if cleaned.get("gate_low") is not None or cleaned.get("gate_high") is not None:
            self._check_band("gate", "Say from which to which answer the form ends, or from none.")
        if cleaned.get("condition_effect"):
            missing = "Say from which to which answer the condition holds, or choose no condition."
            self._check_band("condition", missing)
            if not cleaned.get("condition_criterion"):
                self.add_error("condition_criterion", "Choose a criterion that stands before it.")
        keys = {key for key, _ in self.levels.offered()}
        for name, sentence in settings_fields.setting_problems(self.kind, cleaned, keys):
            self.add_error(name, sentence)
        return cleaned

    def _leave_out_what_has_no_place(self, cleaned: dict[str, Any]) -> None:
        """Forget what was typed for another type or rule; its fields are not seen any more."""
        unseen: list[str] = []
        if cleaned.get("justification_rule") != Criterion.JustificationRule.IN_BAND:
            unseen += ["justification_band_low", "justification_band_high"]
        if not self.kind.has_number:
            unseen += ["gate_low", "gate_high"]
        if not cleaned.get("condition_effect"):
            unseen += ["condition_low", "condition_high"]
            cleaned["condition_criterion"] = ""
        cleaned.update(dict.fromkeys(unseen))
        for name in unseen:
            self.errors.pop(name, None)
        if not self.kind.may_be_per_image:
            cleaned["is_per_image"] = False

    def _check_band(self, name: str, missing: str) -> None:
        low, high = (self.cleaned_data.get(f"{name}_{end}") for end in ("low", "high"))
        if {f"{name}_low", f"{name}_high"} & set(self.errors):
            return
        if low is None or high is None:
            self.add_error(f"{name}_{'low' if low is None else 'high'}", missing)
        elif low > high:
            self.add_error(f"{name}_low", SWAP)

    def validate_constraints(self) -> None:
        """Leave the table's constraints to `clean`, which says the same in words."""

    def as_new(self, key: str, before: Mapping[str, Any]) -> CriterionSpec:
        """Return the criterion of a valid form as plain data; `before` are the settings it had."""
        row = self.cleaned_data
        columns = {name: row[name] for name in COLUMNS}
        return CriterionSpec(
            **{**columns, "key": key},
            settings=settings_fields.read_settings(self.kind, row, before),
            levels=self.levels.levels() if self.kind.levels_are else (),
        )


class SettingsForm(forms.Form):
    """The fields of one type's settings by themselves, for the page's script to put into a card."""

    def __init__(self, kind: CriterionType, prefix: str) -> None:
        super().__init__(prefix=prefix, initial=settings_fields.initial_values(kind, {}))
        self.kind = kind
        self.fields.update(settings_fields.make_fields(kind))
        for field in self.fields.values():
            if isinstance(field, OpenChoiceField):
                field.offer([], "", "")


def all_settings(prefix: str) -> list[SettingsForm]:
    """Return the settings of every type, under `prefix`."""
    return [SettingsForm(kind, prefix) for kind in all_types()]


def criterion_initial(criterion: CriterionSpec) -> dict[str, Any]:
    """Return what fills the form of `criterion`."""
    columns = {name: value for name, value in asdict(criterion).items() if name in COLUMNS}
    columns |= {name: plain_number(columns[name]) for name in NUMBERS}
    return {
        **columns,
        **settings_fields.initial_values(_find(criterion.type), criterion.settings),
        "levels": [level_initial(level) for level in criterion.levels],
    }


def _find(name: Any) -> CriterionType:
    """Return the type called `name`; the form's own check says what is wrong with another."""
    try:
        return find_type(str(name))
    except LookupError:
        return find_type("ordinal")
