"""Which criteria are to be answered, given the answers before them: gates and conditions.

Plain values in, plain values out; the form, the follow-ups and the page's script all obey this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """What a criterion asks of the evaluator, given the answers before it."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    VOID = "void"


class Rule(Protocol):
    """The part of a criterion that decides; a model's row and a spec both have it."""

    @property
    def key(self) -> str: ...
    @property
    def is_required(self) -> bool: ...
    @property
    def is_per_image(self) -> bool: ...
    @property
    def gate_low(self) -> float | None: ...
    @property
    def gate_high(self) -> float | None: ...
    @property
    def condition_effect(self) -> str: ...
    @property
    def condition_criterion(self) -> str: ...
    @property
    def condition_low(self) -> float | None: ...
    @property
    def condition_high(self) -> float | None: ...


# A criterion's key, with the position of the image where it is asked of each.
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Gates:
    """The gates that have closed so far: for the whole task, or for single images."""

    whole: bool = False
    images: frozenset[int] = frozenset()

    def are_closed_for(self, image: int | None) -> bool:
        return self.whole or image in self.images

    def after(self, rule: Rule, image: int | None, number: float | None) -> Gates:
        """Return the gates once `rule` was answered with `number`."""
        if not is_within(number, rule.gate_low, rule.gate_high):
            return self
        if image is None:
            return Gates(True, self.images)
        return Gates(self.whole, self.images | {image})


def stand(
    rule: Rule, image: int | None, numbers: Mapping[Place, float | None], gates: Gates
) -> Standing:
    """Return what `rule` asks for; `numbers` holds the answers before it, None for no number."""
    if gates.are_closed_for(image):
        return Standing.VOID
    by_itself = Standing.REQUIRED if rule.is_required else Standing.OPTIONAL
    if not rule.condition_effect:
        return by_itself
    other = rule.condition_criterion
    number = numbers.get((other, image), numbers.get((other, None)))
    is_met = is_within(number, rule.condition_low, rule.condition_high)
    if rule.condition_effect == "require":
        return Standing.REQUIRED if is_met else Standing.OPTIONAL
    return by_itself if is_met else Standing.VOID


def is_within(number: float | None, low: float | None, high: float | None) -> bool:
    """Return whether `number` lies in the band; a missing number or band takes nothing in."""
    return number is not None and low is not None and high is not None and low <= number <= high


def depend_on(rules: Iterable[Rule], keys: Iterable[str]) -> set[str]:
    """Return `keys` with every criterion whose asking rests on one of them, directly or not."""
    found = set(keys)
    is_gated = False
    for rule in rules:
        if is_gated or (rule.condition_effect and rule.condition_criterion in found):
            found.add(rule.key)
        is_gated = is_gated or (rule.key in found and rule.gate_low is not None)
    return found
