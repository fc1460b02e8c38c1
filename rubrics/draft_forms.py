"""The form in which a lead writes a draft: criteria in order, each with its levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import model_to_dict
from django.forms.renderers import get_default_renderer
from django.http import QueryDict
from django.utils.text import slugify

from rubrics.content import hash_version
from rubrics.criteria import find_type, type_choices
from rubrics.models import KEY, Criterion, RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

if TYPE_CHECKING:
    _CriterionModelForm = forms.ModelForm[Criterion]
    _LevelFormSet = forms.BaseFormSet["LevelForm"]
    _CriterionFormSet = forms.BaseFormSet["CriterionForm"]
else:
    _CriterionModelForm = forms.ModelForm
    _LevelFormSet = _CriterionFormSet = forms.BaseFormSet

COLUMNS = [
    "key",
    "type",
    "title",
    "description",
    "direction",
    "is_required",
    "allows_not_applicable",
    "justification_rule",
    "justification_band_low",
    "justification_band_high",
    "justification_min_length",
]
LIMITS = {
    "scale": ("min", "max"),
    "count": ("min", "max"),
    "text": ("min_length", "max_length"),
}
MOST_CRITERIA = 60
MOST_LEVELS = 30
SMALL_INTEGER = [MinValueValidator(-32_768), MaxValueValidator(32_767)]


class ProseField(forms.CharField):
    """Text of several lines; line ends come out the same from every browser."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LevelForm(forms.Form):
    """One row of the levels; a row left empty is no level."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60, validators=[KEY])
    value = forms.IntegerField(required=False, validators=SMALL_INTEGER)
    label = forms.CharField(required=False, max_length=80)
    descriptor = ProseField(rows=2, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.is_blank and not self.errors and cleaned["value"] is None:
            self.add_error("value", "Give this level a number, or empty the whole row.")
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Return whether nobody typed anything into the row."""
        return all(not self[name].data for name in ("value", "label", "descriptor"))


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

    def clean(self) -> None:
        """Refuse two levels with one number, in words."""
        numbers = [form.cleaned_data.get("value") for form in self.filled()]
        twice = sorted({n for n in numbers if n is not None and numbers.count(n) > 1})
        if twice:
            raise ValidationError(f"Two levels have the number {twice[0]}. Change one of them.")

    def filled(self) -> list[LevelForm]:
        return [form for form in self.forms if not form.is_blank and hasattr(form, "cleaned_data")]

    def levels(self) -> tuple[LevelSpec, ...]:
        """Return the levels of valid rows by number; a level that has a key keeps it."""
        taken: set[str] = set()
        found = []
        for form in sorted(self.filled(), key=lambda form: not form.cleaned_data["key"]):
            row = form.cleaned_data
            key = row["key"] or f"level_{row['value']}".replace("-", "minus_")
            found.append(
                LevelSpec(row["value"], row["label"], row["descriptor"], make_unique(key, taken))
            )
        return tuple(sorted(found, key=lambda level: level.value))


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
    lowest = forms.FloatField(required=False, label="Lowest")
    highest = forms.FloatField(required=False, label="Highest")

    class Meta:
        model = Criterion
        fields = COLUMNS
        labels = {
            "is_required": "An answer is required",
            "allows_not_applicable": "“Not applicable” may be chosen",
            "justification_rule": "Justification",
            "justification_band_low": "Band, from score",
            "justification_band_high": "Band, to score",
            "justification_min_length": "Least characters",
        }
        error_messages = {"title": {"required": "Give the criterion a title."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = self.initial.get("levels", [])
        self.levels = LevelRows(
            self.data if self.is_bound else None, prefix=f"{self.prefix}-levels", initial=levels
        )
        self.levels.extra = 1 if levels else 5

    def has_changed(self) -> bool:
        """Return whether anything was typed, apart from the place in the order."""
        typed = set(self.changed_data) - {"ORDER"}
        return bool(typed) or any(not row.is_blank for row in self.levels.forms)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.levels.is_valid():
            self.add_error(None, "Mend the levels.")
        lowest, highest = cleaned.get("lowest"), cleaned.get("highest")
        if cleaned.get("type") in {"count", "text"}:
            for name, number in (("lowest", lowest), ("highest", highest)):
                if number is not None and not number.is_integer():
                    self.add_error(name, "Give a whole number.")
        return cleaned

    def validate_constraints(self) -> None:
        """Leave the table's constraints to `clean`, which says the same in words."""

    @property
    def hides_rules(self) -> bool:
        """Return whether the rules may stay folded away: nothing in them is to be mended."""
        shown = {"title", "type", "description", "lowest", "highest", "__all__"}
        return not set(self.errors) - shown

    def as_new(self, key: str, settings: Mapping[str, Any]) -> CriterionSpec:
        """Return the criterion of a valid form as plain data; `settings` are those it had."""
        row = self.cleaned_data
        kind = find_type(row["type"])
        limits = LIMITS.get(kind.name, ())
        kept = {name: value for name, value in settings.items() if name not in limits}
        if limits:
            given = zip(limits, (row["lowest"], row["highest"]), strict=True)
            kept |= {name: _plain_number(number) for name, number in given if number is not None}
        plain = ("key", "type", "title", "description", "lowest", "highest", "ORDER", "DELETE")
        return CriterionSpec(
            key=key,
            type=row["type"],
            title=row["title"],
            description=row["description"],
            levels=self.levels.levels() if kind.has_levels else (),
            settings=kept,
            **{name: value for name, value in row.items() if name not in plain},
        )


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
        keys = [form.cleaned_data.get("key") for form in self.kept()]
        twice = sorted({key for key in keys if key and keys.count(key) > 1})
        if twice:
            raise ValidationError(f"Two criteria have the key “{twice[0]}”. Change one of them.")

    def kept(self) -> list[CriterionForm]:
        """Return the filled forms that are not to be removed, in the order asked for."""
        forms_ = [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        return sorted(forms_, key=_order)


class SeenForm(forms.Form):
    """A form that knows which text of a draft it was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def begin_again_from(self, version: RubricVersion) -> None:
        """Let the next submit of what was typed stand on `version` as it is now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = hash_version(version)
        self.data = data


class DraftForm(SeenForm):
    """A whole draft: the instruction, and the criteria as a formset in `criteria`."""

    instruction = ProseField(
        rows=3,
        label="Instruction",
        help_text="What the evaluator is asked to do, in a sentence or two. Markdown.",
    )

    def __init__(
        self, data: QueryDict | None = None, *, version: RubricVersion, blank: int = 0
    ) -> None:
        super().__init__(
            data, initial={"instruction": version.instruction, "seen": hash_version(version)}
        )
        self._version = version
        self._settings = {row.key: row.settings for row in version.criteria.all()}
        rows = [_initial(row) for row in version.criteria.in_order()]
        self.criteria = CriterionCards(data, prefix="criteria", initial=rows)
        self.criteria.extra = blank if rows else 1

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.criteria.is_valid():
            self.add_error(None, "Mend the criteria.")
        return cleaned

    @property
    def level_types(self) -> str:
        """Return the types that are answered by levels, for the page's script."""
        return " ".join(name for name, _ in type_choices() if find_type(name).has_levels)

    @property
    def limit_types(self) -> str:
        """Return the types that take a least and a most, for the page's script."""
        return " ".join(name for name, _ in type_choices() if name in LIMITS)

    def new_criteria(self) -> list[CriterionSpec]:
        """Return the criteria of a valid form as plain data, in order, each with a key."""
        kept = self.criteria.kept()
        taken = {form.cleaned_data["key"] for form in kept if form.cleaned_data["key"]}
        found = []
        for form in kept:
            key = form.cleaned_data["key"] or make_unique(
                make_key(form.cleaned_data["title"]), taken
            )
            found.append(form.as_new(key, self._settings.get(key, {})))
        return found

    def spec(self) -> RubricSpec:
        """Return what a valid form says."""
        return RubricSpec(
            instruction=self.cleaned_data["instruction"],
            criteria=tuple(self.new_criteria()),
            presentation=self._version.presentation,
            sample_task=self._version.sample_task,
        )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be mended: the id to go to, and a sentence."""
        for sentence in self.criteria.non_form_errors():
            yield "criteria", str(sentence)
        for number, form in enumerate(self.criteria.forms, start=1):
            title = form["title"].value() or f"Criterion {number}"
            yield from _problems(form, title)
            for sentence in form.levels.non_form_errors():
                yield f"{form.prefix}", f"{title}: {sentence}"
            for place, row in enumerate(form.levels.forms, start=1):
                yield from _problems(row, f"{title}, level {place}")
        yield from _problems(self, "")


class PublishForm(SeenForm):
    """What a lead says when publishing; notes are required once there is something to compare."""

    release_notes = ProseField(
        rows=5,
        label="Release notes",
        max_length=10_000,
        help_text="What changed since the version before, and why, in words for the evaluators. "
        "Markdown.",
    )

    def __init__(self, data: QueryDict | None = None, *, version: RubricVersion) -> None:
        super().__init__(
            data, initial={"release_notes": version.release_notes, "seen": hash_version(version)}
        )
        notes = self.fields["release_notes"]
        notes.required = version.number > 1
        if not notes.required:
            notes.help_text = "What evaluators should know before they begin. Markdown."
        notes.error_messages["required"] = (
            "Say in a sentence or two what changed. Evaluators read it in the guideline."
        )


def make_key(title: str) -> str:
    """Return a key made from `title`: lower-case letters, digits, underscores, a letter first."""
    key = slugify(title).replace("-", "_").strip("_")[:50]
    return key if key[:1].isalpha() else f"criterion_{key}".strip("_")


def make_unique(key: str, taken: set[str]) -> str:
    """Return `key`, with a number behind it where it is taken, and take it."""
    found, n = key, 2
    while found in taken:
        found, n = f"{key}_{n}", n + 1
    taken.add(found)
    return found


def _initial(criterion: Criterion) -> dict[str, Any]:
    lowest, highest = LIMITS.get(criterion.type, ("", ""))
    columns = model_to_dict(criterion, fields=COLUMNS)
    for name in ("justification_band_low", "justification_band_high"):
        if columns[name] is not None:
            columns[name] = _plain_number(columns[name])
    return {
        **columns,
        "lowest": criterion.settings.get(lowest),
        "highest": criterion.settings.get(highest),
        "levels": [
            model_to_dict(level, fields=["key", "value", "label", "descriptor"])
            for level in criterion.levels.all()
        ],
    }


def _order(form: CriterionForm) -> tuple[bool, int]:
    order = form.cleaned_data.get("ORDER")
    return order is None, order or 0


def _plain_number(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def _problems(form: forms.BaseForm, where: str) -> Iterator[tuple[str, str]]:
    for name, sentences in form.errors.items():
        if name == "__all__" and str(sentences[0]).startswith("Mend the"):
            continue  # what is below says it better
        is_field = name in form.fields
        anchor = form[name].id_for_label if is_field else str(form.prefix or "")
        label = str(form[name].label).lower() if is_field else ""
        path = ", ".join(part for part in (where, label) if part)
        for sentence in sentences:
            yield anchor, f"{path}: {sentence}"
