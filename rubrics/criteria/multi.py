from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.parts import (
    NOT_OFFERED,
    PartsType,
    all_values,
    key_for,
    labels_of,
    one_value,
    record_schema,
    refuse,
)
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion, Level
from rubrics.spec import CriterionSpec


@dataclass(frozen=True)
class Tick:
    """One option as a check box, with the severity chosen beside it."""

    index: int
    key: str
    level: Level
    is_ticked: bool
    severity: str


@dataclass(frozen=True)
class MultiControls:
    """What the partial draws; `severities` and `offers_none` as the rubric sets them."""

    ticks: list[Tick]
    severities: list[str]
    offers_none: bool
    is_none: bool


class Multi(PartsType):
    """Any number of options; that none applies is an answer of its own."""

    name = "multi"
    label = "Any of several"
    help = "Tick every option that applies, or say that none does."
    levels_are = "options"
    least_levels = 1
    number_is = "the number of ticks"
    is_voted_on = True
    settings = (
        Setting("none", "Offer “none of these”", "flag", default=True),
        Setting("min", "Fewest ticks", "whole", default=1, least=1),
        Setting(
            "max", "Most ticks", "whole", least=1, help="Left empty, any number may be ticked."
        ),
        Setting(
            "severities",
            "Severities",
            "words",
            default=[],
            help="From mild to grave; each tick then needs one of them.",
        ),
    )

    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        keys = [level.key for level in asked.criterion.levels.all()]
        return {
            "ticked": all_values(data, name),
            "none": bool(one_value(data, f"{name}-none")),
            "severities": {key: one_value(data, f"{name}-severity-{key}") for key in keys},
        }

    def check(self, asked: Asked, typed: Any) -> Answer | None:
        labels = labels_of(asked.criterion)
        ticked = [key for key in labels if key in typed["ticked"]]
        if not set(typed["ticked"]) <= set(labels):
            refuse(asked, NOT_OFFERED)
        severities = {key: word for key, word in typed["severities"].items() if word}
        self._check_severities(asked, ticked, severities, labels)
        if typed["none"]:
            if ticked:
                refuse(asked, "tick what applies or “none of these”, not both.")
            if not self.setting(asked.criterion, "none"):
                refuse(asked, NOT_OFFERED)
        elif not ticked:
            return None
        else:
            self._check_number(asked, len(ticked))
        return Answer(number=float(len(ticked)), data={"ticked": ticked, "severities": severities})

    def _check_severities(
        self, asked: Asked, ticked: list[str], given: dict[str, str], labels: dict[str, str]
    ) -> None:
        offered = self.setting(asked.criterion, "severities")
        for key, word in given.items():
            if word not in offered:
                refuse(asked, NOT_OFFERED)
            if key not in ticked:
                refuse(asked, f"tick “{labels[key]}”, or take its severity away.")
        for key in ticked if offered else ():
            if key not in given:
                refuse(asked, f"choose how severe “{labels[key]}” is.")

    def _check_number(self, asked: Asked, count: int) -> None:
        least, most = (self.setting(asked.criterion, name) for name in ("min", "max"))
        if count < least:
            refuse(asked, f"tick at least {least}; there are {count}.")
        if most is not None and count > most:
            refuse(asked, f"tick at most {most}; there are {count}.")

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        labels = labels_of(asked.criterion)
        severities = answer.data.get("severities", {})
        shown = [
            labels.get(key, key) + (f" ({severities[key]})" if key in severities else "")
            for key in answer.data.get("ticked", ())
        ]
        return ", ".join(shown) or "None of these"

    def initial(self, asked: Asked, answer: StoredAnswer) -> dict[str, Any]:
        ticked = answer.data.get("ticked", [])
        return {
            "ticked": ticked,
            "none": not ticked,
            "severities": answer.data.get("severities", {}),
        }

    def controls(self, asked: Asked, value: Any) -> MultiControls:
        typed = value or {"ticked": [], "none": False, "severities": {}}
        return MultiControls(
            ticks=[
                Tick(
                    index,
                    key_for(index),
                    level,
                    level.key in typed["ticked"],
                    typed["severities"].get(level.key, ""),
                )
                for index, level in enumerate(asked.criterion.levels.all())
            ],
            severities=self.setting(asked.criterion, "severities"),
            offers_none=self.setting(asked.criterion, "none"),
            is_none=typed["none"],
        )

    def vote(self, criterion: Criterion, answer: StoredAnswer) -> Hashable:
        return frozenset(answer.data.get("ticked", ()))

    def missing(self, criterion: Criterion) -> str:
        offers_none = self.setting(criterion, "none")
        return "tick what applies, or “none of these”" if offers_none else "tick what applies"

    def answer_rule(self, criterion: Criterion) -> str:
        least, most = self.setting(criterion, "min"), self.setting(criterion, "max")
        if most is not None:
            return f"Tick {most} of them." if least == most else f"Tick from {least} to {most}."
        return f"Tick at least {least}." if least > 1 else ""

    def problems(self, criterion: CriterionSpec) -> list[str]:
        if found := super().problems(criterion):
            return found
        least, most = self.setting(criterion, "min"), self.setting(criterion, "max")
        if least > (len(criterion.levels) if most is None else min(most, len(criterion.levels))):
            return [f"“{criterion.title}”: the fewest ticks are more than can be ticked."]
        return []

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        least, most = self.setting(criterion, "min"), self.setting(criterion, "max")
        highest = len(criterion.levels) if most is None else most
        return 0.0 if self.setting(criterion, "none") else float(least), float(highest)

    def answer_schema(self) -> dict[str, Any]:
        return record_schema(
            ticked={"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            severities={"type": "object", "additionalProperties": {"type": "string"}},
        )
