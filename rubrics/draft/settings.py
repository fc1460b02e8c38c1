"""Form fields for the settings that a criterion type declares, and back from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from django import forms

from rubrics.criteria import CriterionType
from rubrics.criteria.settings import Setting
from rubrics.draft.fields import OpenChoiceField, ProseField, plain_number

PREFIX = "set"


def field_name(kind: CriterionType, setting: Setting) -> str:
    """Return the name of the field of one setting; two types never share one."""
    return f"{PREFIX}-{kind.name}-{setting.name}"


def make_fields(kind: CriterionType) -> Iterator[tuple[str, forms.Field]]:
    """Yield a field for each setting of `kind`, with its name."""
    for setting in kind.settings:
        field = _make_field(setting)
        field.label, field.help_text = setting.label, setting.help
        yield field_name(kind, setting), field


def initial_values(kind: CriterionType, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills the fields of `kind` for the settings `given`: defaults where none is."""
    return {
        field_name(kind, setting): _for_field(setting, given.get(setting.name, setting.default))
        for setting in kind.settings
    }


def read_settings(
    kind: CriterionType, cleaned: Mapping[str, Any], explicit: Collection[str]
) -> dict[str, Any]:
    """Return the settings that valid fields say; a default is left out unless it is `explicit`."""
    found = {}
    for setting in kind.settings:
        value = _from_field(setting, cleaned.get(field_name(kind, setting)))
        if value is None:
            continue
        if value != setting.default or setting.name in explicit:
            found[setting.name] = value
    return found


def setting_problems(
    kind: CriterionType, cleaned: Mapping[str, Any], level_keys: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the name of each field whose value the type does not take, and a sentence."""
    for setting in kind.settings:
        name = field_name(kind, setting)
        value = _from_field(setting, cleaned.get(name))
        if name not in cleaned or value in (None, setting.default):
            continue
        if problem := setting.problem(value, level_keys):
            yield name, f"This {problem}."


def _make_field(setting: Setting) -> forms.Field:
    choices = [(str(value), label) for value, label in setting.choices]
    makers: dict[str, Callable[[], forms.Field]] = {
        "flag": lambda: forms.BooleanField(required=False),
        "whole": lambda: forms.IntegerField(required=False),
        "number": lambda: forms.FloatField(required=False),
        "words": lambda: ProseField(rows=3),
        "level": OpenChoiceField,
        "choice": lambda: forms.ChoiceField(choices=choices, required=False),
        "choices": lambda: forms.MultipleChoiceField(
            choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        ),
    }
    return makers[setting.kind]()


def _for_field(setting: Setting, value: Any) -> Any:
    match setting.kind:
        case "words":
            return "\n".join(str(one) for one in value or [])
        case "choices":
            return [str(one) for one in value or []]
        case "choice":
            return "" if value is None else str(value)
        case "number":
            return plain_number(value)
    return value


def _from_field(setting: Setting, value: Any) -> Any:
    """Return a cleaned value as it is stored, None for what was left empty."""
    values = {str(one): one for one, _ in setting.choices}
    readers: dict[str, Callable[[], Any]] = {
        "flag": lambda: bool(value),
        "whole": lambda: value,
        "number": lambda: plain_number(value),
        "words": lambda: [line.strip() for line in (value or "").splitlines() if line.strip()],
        "level": lambda: value,
        "choice": lambda: values.get(value),
        "choices": lambda: [values[one] for one in value or []],
    }
    found = readers[setting.kind]()
    return None if found in ("", []) else found
