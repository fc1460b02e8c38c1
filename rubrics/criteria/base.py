"""What every criterion type offers; the registry in `rubrics.criteria` finds it by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from django import forms

from rubrics.models import Criterion, Level


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
class CriterionAnswer:
    """One criterion with its answer and justification."""

    criterion: Criterion
    answer: Answer
    justification: str = ""


class StoredAnswer(Protocol):
    """The part of a score that a criterion type needs to put it into words."""

    @property
    def number(self) -> float | None: ...

    @property
    def level(self) -> Level | None: ...

    @property
    def text(self) -> str: ...


class CriterionType(ABC):
    """The behaviour of one criterion type: form field, validation, storage, display, statistics."""

    name: ClassVar[str]
    label: ClassVar[str]
    # Level of measurement for agreement; None where agreement is not computed.
    measurement: ClassVar[str | None] = None
    # Whether the type is answered by one of the criterion's levels.
    has_levels: ClassVar[bool] = False
    # The settings that hold the least and the most of a number or a length, if it has such.
    limits: ClassVar[tuple[str, str] | None] = None

    @abstractmethod
    def form_field(self, criterion: Criterion) -> forms.Field:
        """Return the form field that asks for the answer; never required, never pre-filled."""

    @abstractmethod
    def read(self, criterion: Criterion, cleaned: Any) -> Answer | None:
        """Return the answer for the field's cleaned value, or None where nothing was answered."""

    @abstractmethod
    def show(self, criterion: Criterion, answer: StoredAnswer) -> str:
        """Return the given answer in words."""

    def initial(self, answer: StoredAnswer) -> Any:
        """Return the value that fills the form field with a stored answer."""
        return answer.number

    def problems(self, criterion: Criterion) -> list[str]:
        """Return, in words, what keeps a version with this criterion from being published."""
        return []

    def categories(self, criterion: Criterion) -> list[float] | None:
        """Return the numbers an answer can take, or None where they are not a fixed list."""
        return None
