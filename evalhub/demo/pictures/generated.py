"""The set of generated images: a prompt, a picture of it, and what is wrong with the two."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from evalhub.demo.pictures import distort
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.colour import LIGHTS
from evalhub.demo.pictures.drawn import (
    MOSTLY_GOOD,
    Drawn,
    deal,
    format_for,
    level_of,
    rotate,
    strength_for,
)
from evalhub.demo.pictures.geometry import Box
from evalhub.demo.pictures.plan import NUMBERS, Painted, Plan, Scene
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH

CRITERIA = ("plausibility", "alignment", "aesthetics")
FINE = {
    "plausibility": "nothing in the picture looks impossible",
    "alignment": "everything the prompt asks for is there",
    "aesthetics": "colours and composition are pleasing",
}
DEGREES = ("slightly", "clearly", "badly")


@dataclass(frozen=True)
class _Commission:
    """What was asked for, and what the picture will show instead."""

    asked: str
    scene: Scene
    plan: Plan
    note: str
    facts: dict[str, int]


def draw_generated(n: int, seed: int) -> Iterator[Drawn]:
    """Yield n pictures with flaws in plausibility, alignment and aesthetics."""
    scenes = rotate(SCENES, n, f"generated/{seed}/scenes")
    levels = {key: deal(MOSTLY_GOOD, n, f"generated/{seed}/{key}") for key in CRITERIA}
    for index, scene in enumerate(scenes):
        dice = Random(f"generated/{seed}/{index}")  # noqa: S311
        truth = {key: strength_for(levels[key][index], dice) for key in CRITERIA}
        yield _draw(index, seed, scene, truth, dice)


def any_plan(scene: Scene, seed: str, rng: Random) -> Plan:
    """Return a sound plan for a scene, with everything that can be chosen chosen."""
    return Plan(
        seed=seed,
        light=LIGHTS[rng.choice(list(scene.moods))],
        count=rng.choice(scene.counts),
        colour=rng.choice(scene.colours),
    )


def _draw(index: int, seed: int, scene: Scene, truth: dict[str, float], rng: Random) -> Drawn:
    wanted = any_plan(scene, f"generated/{seed}/{index}", rng)
    work = _misread(scene, wanted, level_of(truth["alignment"]), rng)
    notes = dict(FINE, alignment=work.note)
    painted, notes["plausibility"] = _paint(work, truth["plausibility"], rng)
    image, notes["aesthetics"] = _dress(painted, truth["aesthetics"], rng)
    worst = max(CRITERIA, key=lambda key: truth[key])
    return Drawn(
        key=f"generated-{index + 1:03d}",
        images=[("candidate", image)],
        prompt=work.asked,
        tags=[*scene.tags, wanted.light.name],
        truth=truth,
        levels={key: level_of(truth[key]) for key in CRITERIA},
        defect=notes[worst] if truth[worst] else "everything is there and nothing looks wrong",
        notes=notes,
        format=format_for(index),
        facts=work.facts,
    )


def _misread(scene: Scene, wanted: Plan, level: int, rng: Random) -> _Commission:
    """Depart from the prompt: a detail, then the number or the colour, then both, then all."""
    asked = scene.prompt(wanted)
    facts = {"asked": wanted.count, "drawn": wanted.count}
    if level == 5:
        return _Commission(asked, scene, wanted, FINE["alignment"], facts)
    if level == 4:
        bare = replace(wanted, detail=False)
        return _Commission(asked, scene, bare, f"{scene.detail} is missing", facts)
    if level == 1:
        other = rng.choice([motif for motif in SCENES if not set(motif.tags) & set(scene.tags)])
        plan = any_plan(other, wanted.seed, rng)
        note = f"the picture does not show {_subjects(scene, wanted)} at all"
        return _Commission(asked, other, plan, note, {"asked": wanted.count, "drawn": 0})
    # Not one alone where the colour is wrong too: the words for both would not fit together.
    least = 2 if level == 2 else 1
    others = [count for count in range(least, max(scene.counts) + 1) if count != wanted.count]
    count = rng.choice([count for count in others if abs(count - wanted.count) <= 2])
    colour = rng.choice([name for name in scene.colours if name != wanted.colour])
    counted = f"there are {NUMBERS[count]} instead of {NUMBERS[wanted.count]}"
    if count == 1:
        counted = f"there is one instead of {NUMBERS[wanted.count]}"
    coloured = f"the {scene.coloured} are {colour}, not {wanted.colour}"
    facts["drawn"] = count
    if level == 2:
        plan = replace(wanted, count=count, colour=colour)
        return _Commission(asked, scene, plan, f"{coloured}, and {counted}", facts)
    if rng.random() < 0.55:
        return _Commission(asked, scene, replace(wanted, count=count), counted, facts)
    facts["drawn"] = wanted.count
    return _Commission(asked, scene, replace(wanted, colour=colour), coloured, facts)


def _subjects(scene: Scene, plan: Plan) -> str:
    words = scene.one if plan.count == 1 else scene.many
    return f"{NUMBERS[plan.count]} {words.format(colour=plan.colour)}"


def _paint(work: _Commission, strength: float, rng: Random) -> tuple[Painted, str]:
    """Paint the picture with an impossibility: the scene's own, or a region gone wrong."""
    if strength == 0:
        return work.scene.paint(work.plan), FINE["plausibility"]
    kind = rng.choice(("own", "own", "smeared", "melted"))
    if kind == "own":
        painted = work.scene.paint(replace(work.plan, flaw=strength))
        return painted, work.scene.flaw_words(strength)
    painted = work.scene.paint(work.plan)
    box = _widened(rng.choice(painted.subjects()), 30 + round(50 * strength))
    spoil = distort.smeared if kind == "smeared" else distort.melted
    degree = _degree(strength)
    note = f"{work.scene.thing} is {degree} smeared, as if it had been wet paint"
    if kind == "melted":
        note = f"{work.scene.thing} is {degree} bent out of shape, as if melted"
    return replace(painted, image=spoil(painted.image, strength, rng, box)), note


def _widened(box: Box, by: int) -> Box:
    return (
        max(0, box[0] - by),
        max(0, box[1] - by),
        min(WIDTH, box[2] + by),
        min(HEIGHT, box[3] + by),
    )


def _dress(painted: Painted, strength: float, rng: Random) -> tuple[Image.Image, str]:
    """Spoil the look of a picture without hiding what it shows."""
    if strength == 0:
        return painted.image, FINE["aesthetics"]
    degree = _degree(strength)
    keep = painted.promised()
    kind = rng.choice(("muddy", "garish", "tilted", "cropped", "cluttered"))
    if kind == "cluttered":
        image = distort.cluttered(painted.image, strength, rng, keep)
        return image, f"the picture is {degree} cluttered with scraps of colour"
    if kind in ("cropped", "tilted"):
        cut = distort.cropped if kind == "cropped" else distort.tilted
        words = "cropped and cuts through what it should show" if kind == "cropped" else "crooked"
        part = cut(painted.image, strength, rng, keep)
        if part is not None:
            return part, f"the picture is {degree} {words}"
        kind = rng.choice(("muddy", "garish"))
    if kind == "garish":
        return distort.garish(painted.image, strength, rng), f"the colours are {degree} too harsh"
    return distort.muddy(painted.image, strength, rng), f"the colours are {degree} muddy and dull"


def _degree(strength: float) -> str:
    return DEGREES[0 if strength < 0.4 else 1 if strength < 0.85 else 2]
