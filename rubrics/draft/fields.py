"""The small parts that the forms of a draft share: fields, keys, numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify

LONGEST_MADE_KEY = 50


class ProseField(forms.CharField):
    """Text of several lines; line ends come out the same from every browser."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class OpenChoiceField(forms.CharField):
    """A choice among things that are written in the same form, and so known only later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Select(attrs={"data-open": ""}), **kwargs)

    def offer(self, choices: list[tuple[str, str]], chosen: str, unknown: str) -> None:
        """Show `choices`, and with the words `unknown` what is chosen but not among them."""
        found = [("", "Choose…"), *choices]
        if chosen and chosen not in dict(choices):
            found.append((chosen, f"{chosen} ({unknown})"))
        self.widget.choices = found


def repeated(values: Iterable[Any]) -> list[Any]:
    """Return, in order, what was typed more than once."""
    counts = Counter(value for value in values if value not in (None, ""))
    return sorted(value for value, count in counts.items() if count > 1)


def make_key(title: str, otherwise: str = "criterion") -> str:
    """Return a key made from `title`: lower-case letters, digits, underscores, a letter first."""
    key = slugify(title).replace("-", "_").strip("_")[:LONGEST_MADE_KEY]
    return key if key[:1].isalpha() else f"{otherwise}_{key}".strip("_")


def make_unique(key: str, taken: set[str]) -> str:
    """Return `key`, with a number behind it where it is taken, and take it."""
    found, n = key, 2
    while found in taken:
        found, n = f"{key}_{n}", n + 1
    taken.add(found)
    return found


def plain_number(number: float | None) -> float | int | None:
    """Return a whole number as an integer, so that it is written and stored without a point."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
