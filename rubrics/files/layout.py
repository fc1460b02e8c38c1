"""What stands where in a rubric file: one declaration for reading, checking and the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rubrics.criteria import CriterionType, all_types, find_type
from rubrics.files.problems import Path
from rubrics.files.shapes import (
    Either,
    Flag,
    Found,
    Items,
    Keyed,
    Number,
    OneOf,
    Record,
    Shape,
    Text,
    Whole,
    unknown_key,
)
from rubrics.models import Criterion
from rubrics.presentation import IMAGES, LAYOUTS, SURROUNDS, Presentation
from rubrics.problems import (
    LARGEST_LEVEL,
    LONGEST_KEY,
    LONGEST_LABEL,
    LONGEST_TITLE,
    MOST_CHARACTERS_TO_ASK_FOR,
    MOST_CRITERIA,
    MOST_LEVELS,
    SMALLEST_LEVEL,
)

FORMAT = "evalhub_rubric"
EDITION = 1
MOST_IMAGES = 12
MOST_QUESTIONS = 60
ROLES = ("candidate", "reference", "source", "edit")

KEY = Text(
    most=LONGEST_KEY,
    pattern="[a-z][a-z0-9_]*",
    pattern_words="A key has lower-case letters, digits and underscores, and begins with a letter.",
    about="Stays the same for as long as the meaning does, across versions.",
)
HASH = Text(
    pattern="[0-9a-f]{64}",
    pattern_words="This is a SHA-256: 64 digits and letters from a to f.",
)
FROM, TO = Number("The lowest number of the band."), Number("The highest number of the band.")
GATE = Record(
    {"from": FROM, "to": TO},
    required=("from", "to"),
    about="An answer in this band makes everything that follows void.",
)


def _condition(about: str) -> Record:
    fields: dict[str, Shape] = {"criterion": KEY, "from": FROM, "to": TO}
    return Record(fields, required=("criterion", "from", "to"), about=about)


LEVEL = Record(
    {
        "key": KEY,
        "value": Whole(
            SMALLEST_LEVEL, LARGEST_LEVEL, "The number that stands for it; levels ascend by it."
        ),
        "label": Text(
            most=LONGEST_LABEL, filled=True, about="What the evaluator reads on the button."
        ),
        "descriptor": Text(about="When to give it. Markdown."),
        "group": Text(most=LONGEST_LABEL, about="Levels with one group stand together."),
        "example": Text(
            pattern=HASH.pattern,
            pattern_words=HASH.pattern_words,
            about="The SHA-256 of its example image, which stands under examples.",
        ),
    },
    required=("value", "label"),
)
JUSTIFICATION = Record(
    {
        "rule": OneOf(
            tuple(Criterion.JustificationRule.values),
            "band: required when the answer is between from and to.",
        ),
        "from": FROM,
        "to": TO,
        "min_length": Whole(0, MOST_CHARACTERS_TO_ASK_FOR, "The fewest characters."),
        "cite": OneOf(
            tuple(value for value in Criterion.Citation.values if value),
            "What it has to point at: a mark (#1), a clause of the guideline (§2), or either.",
        ),
    },
    about="Whether the evaluator says why.",
)


class CriterionShape(Record):
    """A criterion; its type says which settings it has."""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        yield from super().problems(value, path)
        if not isinstance(value, dict):
            return
        if {"show_when", "require_when"} <= set(value):
            yield (*path, "require_when"), "A criterion has show_when or require_when, not both."
        settings = value.get("settings")
        try:
            kind = find_type(value.get("type", ""))
        except (LookupError, TypeError):
            return  # said already: the type is one of those there are
        if isinstance(settings, dict):
            yield from _setting_problems(kind, settings, value, (*path, "settings"))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema, with what each type adds under if and then."""
        return {**super().schema(), "allOf": [_type_schema(kind) for kind in all_types()]}


def _setting_problems(
    kind: CriterionType, settings: dict[str, Any], criterion: dict[str, Any], path: Path
) -> Iterator[Found]:
    known = {setting.name: setting for setting in kind.settings}
    levels = criterion.get("levels")
    rows = [row for row in levels if isinstance(row, dict)] if isinstance(levels, list) else []
    keys = [row["key"] for row in rows if isinstance(row.get("key"), str)]
    for name, value in settings.items():
        if name not in known:
            yield (*path, name), unknown_key(name, list(known))
        elif problem := known[name].problem(value, keys):
            yield (*path, name), f"{known[name].label} {problem}."


def _type_schema(kind: CriterionType) -> dict[str, Any]:
    then: dict[str, Any] = {"settings": kind.settings_schema()}
    if not kind.levels_are:
        then["levels"] = {"maxItems": 0}
    elif kind.least_levels:
        then["levels"] = {"minItems": kind.least_levels}
    if not kind.may_be_per_image:
        then["per_image"] = {"const": False}
    return {
        "if": {"properties": {"type": {"const": kind.name}}, "required": ["type"]},
        "then": {"properties": then},
    }


class AnySettings(Shape):
    """Settings, before the type is known."""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, dict):
            yield path, "This is a mapping from settings to their values."

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "description": "What the type can be told beside its levels."}


CRITERION = CriterionShape(
    {
        "key": KEY,
        "type": OneOf(tuple(kind.name for kind in all_types()), "How it is answered."),
        "title": Text(most=LONGEST_TITLE, filled=True),
        "section": Text(
            most=LONGEST_TITLE, about="Criteria in one section stand under one heading."
        ),
        "description": Text(about="The clause the evaluator judges by. Markdown."),
        "direction": OneOf(
            tuple(Criterion.Direction.values),
            "Whether a higher number is better (higher), worse (lower), or neither (none).",
        ),
        "required": Flag("True where it is left out."),
        "per_image": Flag("Asked of each judged image by itself."),
        "not_applicable": Flag("Offers “not applicable”."),
        "justification": JUSTIFICATION,
        "gate": GATE,
        "show_when": _condition("Asked only when an earlier answer is in the band."),
        "require_when": _condition("Required only when an earlier answer is in the band."),
        "settings": AnySettings(),
        "levels": Items(LEVEL, MOST_LEVELS, "levels", "Levels, options or labels, by value."),
    },
    required=("key", "type", "title"),
)


def _presentation() -> Record:
    choices = {"surround": SURROUNDS, "images": IMAGES, "layout": LAYOUTS}
    names = asdict(Presentation())
    fields = {name: OneOf(choices[name]) if name in choices else Flag() for name in names}
    return Record(fields, about="How evaluators get to see a task.")


QUESTION = Either(
    Text(filled=True),
    Record(
        {
            "key": Text(most=LONGEST_KEY),
            "text": Text(filled=True),
            "parent": Text(
                most=LONGEST_KEY, about="Void where the question of this key is answered no."
            ),
        },
        required=("text",),
    ),
)
SAMPLE = Record(
    {
        "prompt": Text(),
        "images": Items(Record({"role": OneOf(ROLES)}, required=("role",)), MOST_IMAGES, "images"),
        "questions": Items(QUESTION, MOST_QUESTIONS, "questions"),
    },
    about="A task to try the rubric on.",
)
EXAMPLES = Keyed(HASH, Text(), "The example images, as WebP in Base64, by their SHA-256.")
RUBRIC = Record(
    {
        FORMAT: Whole(EDITION, EDITION, "The edition of this format."),
        "name": Text(most=LONGEST_TITLE, filled=True),
        "instruction": Text(about="What the evaluator is asked to do. Markdown."),
        "presentation": _presentation(),
        "criteria": Items(CRITERION, MOST_CRITERIA, "criteria", "In the order they are asked."),
        "sample_task": SAMPLE,
        "examples": EXAMPLES,
    },
    required=(FORMAT, "name", "criteria"),
)
