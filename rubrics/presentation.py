"""How evaluators get to see a task: settings of a version, kept as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SURROUNDS = ("dark", "mid", "white")
IMAGES = ("rendition", "original")
LAYOUTS = ("panel", "dense", "single")


@dataclass(frozen=True)
class Presentation:
    """The settings with their defaults; what a version does not say stays at its default.

    surround: the grey around the picture. images: whether every pixel is served at once.
    layout: roomy, dense, or one decision per screen that submits itself. shuffles_sides: the
    judged images stand in another order for each evaluator. blurs: images are blurred until they
    are revealed. shows_facts: size and format of each image stand beside it.
    """

    surround: str = "dark"
    images: str = "rendition"
    layout: str = "panel"
    shuffles_sides: bool = False
    blurs: bool = False
    shows_facts: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Presentation:
        """Return the settings in `data`; raises ValueError, in words, for what is unknown."""
        known = asdict(cls())
        if unknown := sorted(set(data) - set(known)):
            raise ValueError(f"There is no presentation setting called “{unknown[0]}”.")
        choices = {"surround": SURROUNDS, "images": IMAGES, "layout": LAYOUTS}
        for name, value in data.items():
            if name in choices and value not in choices[name]:
                raise ValueError(f"{name} is one of {', '.join(choices[name])}, not “{value}”.")
            if name not in choices and not isinstance(value, bool):
                raise ValueError(f"{name} is either true or false.")
        return cls(**data)

    def as_data(self) -> dict[str, Any]:
        """Return what differs from the defaults, as plain data."""
        defaults = asdict(Presentation())
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}
