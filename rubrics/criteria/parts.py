"""Types whose answer comes in several parts: their partial draws them, one form field reads all."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from rubrics.criteria.base import Answer, Asked, CriterionType
from rubrics.models import Criterion

NOT_OFFERED = "choose among the answers shown."
KEYS = "123456789"


class PartsType(CriterionType):
    """A type that reads its own controls: `take` what was sent, then `check` it into an answer."""

    # What follows the field's id in the id of its first control, where an error's link leads.
    first_control: ClassVar[str] = "_0"

    @abstractmethod
    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> Any:
        """Return what was sent under `name`, in the shape that `initial` gives; never refuse."""

    @abstractmethod
    def check(self, asked: Asked, typed: Any) -> Answer | None:
        """Return the answer that was typed, None for no answer; `refuse` what is none."""

    def form_field(self, asked: Asked) -> forms.Field:
        return PartsField(
            take=partial(self.take, asked),
            check=partial(self.check, asked),
            first_control=self.first_control,
        )

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        return cleaned if isinstance(cleaned, Answer) else None


class PartsWidget(forms.Widget):
    """Reads what a partial sends under several names; draws nothing by itself."""

    def __init__(self, take: Callable[[Mapping[str, Any], str], Any], first_control: str) -> None:
        super().__init__()
        self.take, self.first_control = take, first_control

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return self.take(data, name)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}{self.first_control}"

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return SafeString("")


class PartsField(forms.Field):
    """Cleans what its widget took to an Answer, or to None."""

    def __init__(
        self,
        *,
        take: Callable[[Mapping[str, Any], str], Any],
        check: Callable[[Any], Answer | None],
        first_control: str,
    ) -> None:
        super().__init__(widget=PartsWidget(take, first_control), required=False)
        self.check = check

    def clean(self, value: Any) -> Answer | None:
        return self.check(value)


def refuse(asked: Asked, sentence: str) -> NoReturn:
    """Raise the error that says, after the criterion's name, what to mend."""
    raise ValidationError(f"{asked.title}: {sentence}")


def one_value(data: Mapping[str, Any], name: str) -> str:
    """Return what was sent under `name`, the last where there are several, or nothing."""
    return next(reversed(all_values(data, name)), "")


def all_values(data: Mapping[str, Any], name: str) -> list[str]:
    """Return everything that was sent under `name`."""
    many = getattr(data, "getlist", None)
    found = many(name) if many else data.get(name)
    values = found if isinstance(found, list) else [found]
    return [str(value) for value in values if value is not None]


def clean_words(asked: Asked, text: str, longest: int) -> str:
    """Return a short text without its outer spaces; refuse one that is too long or unreadable."""
    text = text.strip()
    if len(text) > longest:
        refuse(asked, f"write at most {longest} characters; there are {len(text)}.")
    if "\x00" in text:
        refuse(asked, "the text holds a character that cannot be read.")
    return text


def labels_of(criterion: Criterion) -> dict[str, str]:
    """Return the label of each level, by the level's key, in order."""
    return {level.key: level.label for level in criterion.levels.all()}


def record_schema(**properties: Any) -> dict[str, Any]:
    """Return the JSON Schema of an object that has all of `properties` and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def key_for(index: int) -> str:
    """Return the key that chooses the answer at `index`; empty beyond the ninth."""
    return KEYS[index] if index < len(KEYS) else ""
