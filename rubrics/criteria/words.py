from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.parts import (
    NOT_OFFERED,
    PartsType,
    labels_of,
    one_value,
    record_schema,
    refuse,
)
from rubrics.models import Criterion, Level
from rubrics.spec import CriterionSpec

NO_MISTAKES = "No mistakes"


@dataclass(frozen=True)
class Word:
    """One word of the prompt with the key of the label given to it, if any."""

    index: int
    text: str
    label: str


@dataclass(frozen=True)
class WordsControls:
    words: list[Word]
    labels: list[Level]
    is_none: bool


class Words(PartsType):
    """Marks on the words of the prompt; that there are no mistakes is an answer of its own."""

    name = "words"
    label = "Marks on words of the prompt"
    help = "Mark words of the prompt, such as those that the image misses."
    levels_are = "labels"
    least_levels = 1
    number_is = "the number of marks"

    def nothing_to_ask(self, asked: Asked) -> str:
        return "" if asked.subject.words else "This task has no prompt to mark words of."

    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        chosen = {
            index: one_value(data, f"{name}-word-{index}")
            for index in range(len(asked.subject.words))
        }
        return {
            "labels": {index: label for index, label in chosen.items() if label},
            "none": bool(one_value(data, f"{name}-none")),
        }

    def check(self, asked: Asked, typed: Any) -> Answer | None:
        words, given = asked.subject.words, typed["labels"]
        if not set(given.values()) <= set(labels_of(asked.criterion)):
            refuse(asked, NOT_OFFERED)
        if typed["none"] and given:
            refuse(asked, f"mark words or say “{NO_MISTAKES.lower()}”, not both.")
        if not typed["none"] and not given:
            return None
        marks = [
            {"word": index, "text": words[index], "label": label}
            for index, label in sorted(given.items())
        ]
        return Answer(number=float(len(marks)), data={"marks": marks})

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        labels = labels_of(asked.criterion)
        shown = [
            f"“{mark['text']}” {labels.get(mark['label'], mark['label']).lower()}"
            for mark in answer.data.get("marks", ())
        ]
        return ", ".join(shown) or NO_MISTAKES

    def initial(self, asked: Asked, answer: StoredAnswer) -> dict[str, Any]:
        marks = answer.data.get("marks", ())
        return {"labels": {mark["word"]: mark["label"] for mark in marks}, "none": not marks}

    def controls(self, asked: Asked, value: Any) -> WordsControls:
        typed = value or {"labels": {}, "none": False}
        return WordsControls(
            words=[
                Word(index, text, typed["labels"].get(index, ""))
                for index, text in enumerate(asked.subject.words)
            ],
            labels=list(asked.criterion.levels.all()),
            is_none=typed["none"],
        )

    def missing(self, criterion: Criterion) -> str:
        return f"mark words, or say “{NO_MISTAKES.lower()}”"

    def answer_rule(self, criterion: Criterion) -> str:
        return f"Mark words of the prompt, or say “{NO_MISTAKES.lower()}”."

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        return 0.0, float("inf")

    def answer_schema(self) -> dict[str, Any]:
        mark = record_schema(
            word={"type": "integer", "minimum": 0},
            text={"type": "string"},
            label={"type": "string"},
        )
        return record_schema(marks={"type": "array", "items": mark})
