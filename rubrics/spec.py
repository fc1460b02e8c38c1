"""A rubric version as plain values: what it says, apart from when and by whom it was released.

Files, diffs, lint, hashes and drafts all work on these; the columns are those of the models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class LevelSpec:
    """One labelled answer; `example` is the SHA-256, in hex, of its example image."""

    value: int
    label: str
    descriptor: str = ""
    key: str = ""
    group: str = ""
    example: str = ""

    @property
    def stable_key(self) -> str:
        """Return its key, or the one that a level without a key gets when it is stored."""
        return self.key or f"level_{self.value}".replace("-", "minus_")


@dataclass(frozen=True)
class CriterionSpec:
    """One criterion with its levels, by value."""

    key: str
    type: str
    title: str
    section: str = ""
    description: str = ""
    direction: str = "none"
    is_required: bool = True
    is_per_image: bool = False
    allows_not_applicable: bool = False
    justification_rule: str = "optional"
    justification_band_low: float | None = None
    justification_band_high: float | None = None
    justification_min_length: int = 20
    justification_cites: str = ""
    gate_low: float | None = None
    gate_high: float | None = None
    condition_effect: str = ""
    condition_criterion: str = ""
    condition_low: float | None = None
    condition_high: float | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    levels: tuple[LevelSpec, ...] = ()


@dataclass(frozen=True)
class RubricSpec:
    """A whole version: instruction, criteria in order, presentation and sample task."""

    instruction: str = ""
    criteria: tuple[CriterionSpec, ...] = ()
    presentation: dict[str, Any] = field(default_factory=dict)
    sample_task: dict[str, Any] = field(default_factory=dict)

    def find(self, key: str) -> CriterionSpec | None:
        """Return the criterion called `key`, if there is one."""
        return next((criterion for criterion in self.criteria if criterion.key == key), None)
