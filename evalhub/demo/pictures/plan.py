"""What a scene is asked to show, and what it reports back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import LIGHTS, NAMED, Light, Rgb, mix
from evalhub.demo.pictures.geometry import Box

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class Plan:
    """One picture of a scene. Plans that differ in one field give pictures that differ there."""

    seed: str
    light: Light
    count: int
    colour: str
    detail: bool = True
    flaw: float = 0.0  # strength of the scene's own impossibility, 0 none to 1 severe
    hidden: frozenset[int] = frozenset()  # subjects left out, by place

    @property
    def tint(self) -> Rgb:
        """Return the colour of the subjects by name, as in plain daylight."""
        return NAMED[self.colour]

    def lit(self, depth: float = 0.0) -> Rgb:
        """Return the colour of the subjects in this light, kept clear enough to be named."""
        lit = self.light.on(self.tint, depth)
        return mix(lit, self.tint, 0.4) if self.light.dark else lit

    def subjects(self) -> list[int]:
        """Return the places of the subjects to draw."""
        return [place for place in range(self.count) if place not in self.hidden]


@dataclass(frozen=True)
class Painted:
    """A finished picture and where its parts lie: the thing first, then its reflection."""

    image: Image.Image
    parts: Mapping[str, tuple[Box, ...]]

    @classmethod
    def of(cls, canvas: Canvas, vignette: float = 0.2) -> "Painted":
        """Finish a canvas."""
        image = canvas.finish(vignette=vignette)
        return cls(image, {name: tuple(boxes) for name, boxes in canvas.parts.items()})

    def subjects(self) -> list[Box]:
        """Return the box of each subject drawn, without its reflection."""
        return [boxes[0] for name, boxes in self.parts.items() if name.startswith("subject")]

    def promised(self) -> list[Box]:
        """Return the box of everything that the prompt names one by one."""
        return [boxes[0] for boxes in self.parts.values() if boxes]


@dataclass(frozen=True)
class Scene:
    """A motif that can be painted in many ways, and the words for what it shows."""

    name: str
    paint: Callable[[Plan], Painted]
    one: str  # "{colour} rowing boat"
    many: str
    thing: str  # one of them in passing: "a boat"
    place: str  # "on a mountain lake"
    detail: str  # what can be left out or put in: "a log cabin on the shore"
    colours: tuple[str, ...]
    counts: tuple[int, ...]
    moods: Mapping[str, str]  # light by name, and the words for it here
    tags: tuple[str, ...]
    flaws: tuple[str, str, str]  # what a viewer says of a slight, a plain and a gross flaw
    coloured: str  # the thing whose colour can be changed, in the plural: "boats"
    removable: tuple[int, str] | None  # a subject that can be named alone: (0, "the left boat")

    def prompt(self, plan: Plan) -> str:
        """Return the words that ask for exactly what the plan draws."""
        number = len(plan.subjects())
        subject = (self.one if number == 1 else self.many).format(colour=plan.colour)
        mood = self.moods[plan.light.name]
        sentence = f"{NUMBERS[number]} {subject} {self.place} {mood}"
        if plan.detail:
            sentence += f", with {self.detail}"
        return sentence[0].upper() + sentence[1:]

    def flaw_words(self, strength: float) -> str:
        """Return what a careful viewer says of a flaw of this strength."""
        return self.flaws[0 if strength < 0.4 else 1 if strength < 0.85 else 2]


def daylight(*names: str) -> dict[str, str]:
    """Return the usual words for the named lights."""
    return {name: LIGHTS[name].words for name in names}
