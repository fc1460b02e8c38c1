"""What every criterion type offers; the registry in `rubrics.criteria` finds it by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from django import forms

from rubrics.criteria.settings import Setting, settings_problems
from rubrics.models import Criterion, Level
from rubrics.spec import CriterionSpec
from rubrics.subject import Subject, SubjectImage


class AnswerState(StrEnum):
    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    VOID = "void"


@dataclass(frozen=True)
class Answer:
    """One criterion's answer as it is stored in a score; unset parts stay None, never 0."""

    state: AnswerState = AnswerState.ANSWERED
    number: float | None = None
    level: Level | None = None
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One criterion put about one subject, or about one of its images."""

    criterion: Criterion
    subject: Subject = field(default_factory=Subject)
    image: SubjectImage | None = None
    # What stands before the numbers of its marks: see `rubrics.citations.mark_prefixes`.
    mark_prefix: str = ""

    @property
    def key(self) -> str:
        """Return the name of the form field."""
        return self.criterion.key if self.image is None else f"{self.criterion.key}-{self.position}"

    @property
    def position(self) -> int | None:
        return self.image.position if self.image else None

    @property
    def title(self) -> str:
        """Return the criterion's title, with the image it is put about."""
        title = self.criterion.title
        return f"{title}, {self.image.name_within}" if self.image else title


def put(criterion: Criterion, subject: Subject, mark_prefix: str = "") -> list[Asked]:
    """Return `criterion` put about `subject`: once, or of each of its judged images."""
    images = subject.judged if criterion.is_per_image else (None,)
    return [Asked(criterion, subject, image, mark_prefix) for image in images]


@dataclass(frozen=True)
class CriterionAnswer:
    """One criterion with its answer and justification; `image` where it is asked of each."""

    criterion: Criterion
    answer: Answer
    justification: str = ""
    image: SubjectImage | None = None


class StoredAnswer(Protocol):
    """The part of a score that a criterion type needs to put it into words."""

    @property
    def number(self) -> float | None: ...

    @property
    def level(self) -> Level | None: ...

    @property
    def text(self) -> str: ...

    @property
    def data(self) -> Any: ...


class CriterionType(ABC):
    """The behaviour of one type: form field, validation, storage, display, schema, statistics.

    A type is one module with one subclass, named in the registry, and one partial template.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    # One sentence for the lead: what an evaluator does with it.
    help: ClassVar[str] = ""
    # Level of measurement of `number` for agreement; None where agreement is not computed on it.
    measurement: ClassVar[str | None] = None
    # Whether a stopping rule counts answers as votes, and takes neighbouring levels for the same.
    is_voted_on: ClassVar[bool] = False
    votes_are_ordered: ClassVar[bool] = False
    # What the criterion's levels are to this type: answers to choose from, labels of marks, or
    # nothing. The word is the editor's heading; empty: the type has no levels.
    levels_are: ClassVar[str] = ""
    least_levels: ClassVar[int] = 0
    # Whether an answer is one of the levels, chosen by a radio button.
    has_levels: ClassVar[bool] = False
    # Whether answers carry a number, so that gates, conditions and bands can rest on it.
    has_number: ClassVar[bool] = True
    # What the number of an answer is, in the middle of a sentence.
    number_is: ClassVar[str] = "the score"
    # Whether it can be asked of each image by itself.
    may_be_per_image: ClassVar[bool] = True
    settings: ClassVar[tuple[Setting, ...]] = ()

    @property
    def template(self) -> str:
        """Return the partial that asks for the answer; it gets a `block`."""
        return f"rubrics/criteria/_{self.name}.html"

    @abstractmethod
    def form_field(self, asked: Asked) -> forms.Field:
        """Return the form field that asks for the answer; never required, never pre-filled.

        Its widget reads everything the partial sends, so that one field is one answer.
        """

    @abstractmethod
    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        """Return the answer for the field's cleaned value, or None where nothing was answered."""

    @abstractmethod
    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        """Return the given answer in words."""

    def nothing_to_ask(self, asked: Asked) -> str:
        """Return why there is nothing to answer about this task, which makes the criterion void.

        Empty where there is something, as nearly always.
        """
        return ""

    def initial(self, asked: Asked, answer: StoredAnswer) -> Any:
        """Return the value that fills the form field with a stored answer."""
        return answer.number

    def controls(self, asked: Asked, value: Any) -> Any:
        """Return what the partial draws, beyond the field itself; `value` is the field's."""
        return None

    def missing(self, criterion: Criterion) -> str:
        """Return what to do where an answer is missing, as the end of a sentence."""
        return "give an answer"

    def answer_rule(self, criterion: Criterion) -> str:
        """Return in a sentence what an answer looks like; empty where the controls say it."""
        return ""

    def setting(self, criterion: Criterion | CriterionSpec, name: str) -> Any:
        """Return the setting `name` of `criterion`, or its default."""
        declared = next(setting for setting in self.settings if setting.name == name)
        return criterion.settings.get(name, declared.default)

    def problems(self, criterion: CriterionSpec) -> list[str]:
        """Return, in words, what keeps a version with this criterion from being published."""
        keys = [level.key for level in criterion.levels]
        found = settings_problems(self.settings, criterion.settings, keys)
        return [f"“{criterion.title}”: {problem}." for problem in found] or self._level_problems(
            criterion
        )

    def _level_problems(self, criterion: CriterionSpec) -> list[str]:
        if not self.levels_are and criterion.levels:
            return [f"“{criterion.title}” takes no levels. Remove them, or choose another type."]
        if len(criterion.levels) < self.least_levels:
            least = {1: "one", 2: "two", 3: "three"}[self.least_levels]
            return [f"“{criterion.title}” needs at least {least} {self.levels_are}. Add them."]
        return [
            f"“{criterion.title}”, level {level.value}: write a label."
            for level in criterion.levels
            if not level.label.strip()
        ]

    def categories(self, criterion: Criterion) -> list[float] | None:
        """Return the numbers an answer can take, or None where they are not a fixed list."""
        return None

    def vote(self, criterion: Criterion, answer: StoredAnswer) -> Hashable:
        """Return a given answer as a vote: equal for answers that agree.

        Where votes are ordered, it is the rank of the level.
        """
        return answer.level.key if answer.level else None

    def unmeasured_levels(self, criterion: Criterion) -> list[str]:
        """Return the keys of levels that say “cannot tell”, which no statistic counts."""
        return []

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        """Return the least and greatest number an answer can have, None where it has none.

        Endless ranges end at infinity. Bands, gates and conditions are checked against it.
        """
        if not self.has_number:
            return None
        if self.has_levels and criterion.levels:
            values = [float(level.value) for level in criterion.levels]
            return min(values), max(values)
        return float("-inf"), float("inf")

    def settings_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the settings in a rubric file."""
        return {
            "type": "object",
            "properties": {setting.name: setting.schema() for setting in self.settings},
            "additionalProperties": False,
        }

    def answer_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the `data` of a stored answer; most types store none."""
        return {"type": "object", "maxProperties": 0}

    def settings_change(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Return the class proposed for a change of settings: the gravest of those that differ."""
        ranks = ["editorial", "clarifying", "breaking"]
        differing = [
            setting.change
            for setting in self.settings
            if before.get(setting.name, setting.default) != after.get(setting.name, setting.default)
        ]
        return max(differing, key=ranks.index, default="editorial")
