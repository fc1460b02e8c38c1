from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.levels import Chosen, LevelType
from rubrics.criteria.parts import NOT_OFFERED, PartsField, clean_words, one_value, refuse
from rubrics.criteria.settings import Setting

LONGEST_OTHER = 200


class Choice(LevelType):
    """One of several options without an order; one of them may ask for words of its own."""

    name = "choice"
    label = "One of several"
    help = "Choose one of several options that stand in no order."
    measurement = "nominal"
    is_voted_on = True
    settings = (
        Setting(
            "other",
            "Option that asks for text",
            "level",
            default="",
            help="The key of the option, such as “other”, that needs a few words beside it.",
        ),
    )

    def form_field(self, asked: Asked) -> forms.Field:
        if not self.setting(asked.criterion, "other"):
            return super().form_field(asked)
        return PartsField(
            take=_take, check=lambda typed: self._check(asked, typed), first_control="_0"
        )

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        return cleaned if isinstance(cleaned, Answer) else super().read(asked, cleaned)

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        label = super().show(asked, answer)
        return f"{label}: {answer.text}" if answer.text else label

    def initial(self, asked: Asked, answer: StoredAnswer) -> Any:
        key = super().initial(asked, answer)
        if not self.setting(asked.criterion, "other"):
            return key
        return {"level": key or "", "other": answer.text}

    def controls(self, asked: Asked, value: Any) -> Chosen:
        other = self.setting(asked.criterion, "other")
        if not other or not isinstance(value, dict):
            return Chosen(value, other)
        return Chosen(value["level"], other, value["other"])

    def _check(self, asked: Asked, typed: dict[str, str]) -> Answer | None:
        levels = {level.key: level for level in asked.criterion.levels.all()}
        other = levels[self.setting(asked.criterion, "other")]
        text = clean_words(asked, typed["other"], LONGEST_OTHER)
        if not typed["level"] and not text:
            return None
        if typed["level"] and typed["level"] not in levels:
            refuse(asked, NOT_OFFERED)
        if text and typed["level"] != other.key:
            refuse(asked, f"choose “{other.label}”, or take away the words beside it.")
        if typed["level"] == other.key and not text:
            refuse(asked, f"say in a few words what “{other.label}” is.")
        level = levels[typed["level"]]
        return Answer(number=float(level.value), level=level, text=text)


def _take(data: Mapping[str, Any], name: str) -> dict[str, str]:
    return {"level": one_value(data, name), "other": one_value(data, f"{name}-other")}
