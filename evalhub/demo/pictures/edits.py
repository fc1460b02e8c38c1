"""The set of edits: a picture, an instruction, and the picture after somebody's edit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from evalhub.demo.pictures import distort
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.drawn import (
    MOSTLY_GOOD,
    Drawn,
    deal,
    format_for,
    level_of,
    rotate,
    strength_for,
)
from evalhub.demo.pictures.generated import any_plan
from evalhub.demo.pictures.geometry import Box
from evalhub.demo.pictures.plan import Painted, Plan, Scene

# Followed in three of four.
FOLLOWED = {1: 15, 0: 5}
ARTEFACTS = {
    "seam": (distort.seamed, "a rectangle of another brightness shows where the edit was made"),
    "smear": (distort.smeared, "the picture is smeared where the edit was made"),
    "blocks": (distort.blocky, "the picture is coarse and blocky where the edit was made"),
}
CHANGES = {
    "warmed": (distort.warmed, "the whole picture has turned orange"),
    "cooled": (distort.cooled, "the whole picture has turned blue"),
    "softened": (distort.softened, "the whole picture has lost its fine detail"),
}


@dataclass(frozen=True)
class _Edit:
    """An instruction, the plan before and after it, and what stays undone if it is ignored."""

    instruction: str
    before: Plan
    after: Plan
    wrong: Plan | None  # what is done instead; None leaves a faint trace of the right thing
    parts: tuple[str, ...]
    done: str
    undone: str


def draw_edits(n: int, seed: int) -> Iterator[Drawn]:
    """Yield n pairs of source and edit with the instruction that was given."""
    scenes = rotate(SCENES, n, f"edit-check/{seed}/scenes")
    kinds = rotate(["recolour", "remove", "add"], n, f"edit-check/{seed}/kinds")
    followed = deal(FOLLOWED, n, f"edit-check/{seed}/followed")
    unintended = deal(MOSTLY_GOOD, n, f"edit-check/{seed}/unintended")
    quality = deal(MOSTLY_GOOD, n, f"edit-check/{seed}/quality")
    for index, scene in enumerate(scenes):
        dice = Random(f"edit-check/{seed}/{index}")  # noqa: S311
        truth = {
            "ignored": 1.0 - followed[index],
            "unintended": strength_for(unintended[index], dice),
            "artefact": strength_for(quality[index], dice),
        }
        plan = any_plan(scene, f"edit-check/{seed}/{index}", dice)
        yield _draw(index, scene, _edit(scene, plan, kinds[index], dice), truth, dice)


def _edit(scene: Scene, plan: Plan, kind: str, rng: Random) -> _Edit:
    everything = tuple(f"subject {place}" for place in range(plan.count))
    if kind == "recolour" or (kind == "remove" and scene.removable is None):
        other, third = rng.sample([name for name in scene.colours if name != plan.colour], 2)
        return _Edit(
            instruction=f"Make the {scene.coloured} {other}",
            before=plan,
            after=replace(plan, colour=other),
            wrong=replace(plan, colour=third),
            parts=everything,
            done=f"the {scene.coloured} are {other} now",
            undone=f"the {scene.coloured} are {third}, not {other}",
        )
    if kind == "remove" and scene.removable is not None:
        place, words = scene.removable
        place %= plan.count
        return _Edit(
            instruction=f"Remove {words}",
            before=plan,
            after=replace(plan, hidden=frozenset({place})),
            wrong=None,
            parts=(f"subject {place}",),
            done=f"{words} is gone",
            undone=f"{words} is still there, only paler",
        )
    return _Edit(
        instruction=f"Add {scene.detail}",
        before=replace(plan, detail=False),
        after=plan,
        wrong=None,
        parts=("detail",),
        done=f"{scene.detail} was added",
        undone=f"only a faint trace of {scene.detail} can be seen",
    )


def _draw(index: int, scene: Scene, edit: _Edit, truth: dict[str, float], rng: Random) -> Drawn:
    before, after = scene.paint(edit.before), scene.paint(edit.after)
    regions = [
        box
        for painted in (before, after)
        for part in edit.parts
        for box in painted.parts.get(part, ())
    ]
    image = after.image
    if truth["ignored"]:
        image = _disregarded(scene, edit, before, after)
    notes = {
        "followed": edit.undone if truth["ignored"] else edit.done,
        "unintended": "nothing else has changed",
        "quality": "the edit is clean",
    }
    if truth["artefact"]:
        spoil, words = ARTEFACTS[rng.choice(list(ARTEFACTS))]
        image = spoil(image, truth["artefact"], rng, _largest(regions))
        notes["quality"] = words
    if truth["unintended"]:
        change, words = CHANGES[rng.choice(list(CHANGES))]
        image = change(image, truth["unintended"], rng)
        notes["unintended"] = words
    worst = max(truth, key=lambda name: truth[name])
    telling = {"ignored": "followed", "unintended": "unintended", "artefact": "quality"}[worst]
    return Drawn(
        key=f"edit-{index + 1:03d}",
        images=[("source", before.image), ("edit", image)],
        prompt=edit.instruction,
        tags=[*scene.tags, edit.before.light.name],
        truth=truth,
        levels={
            "followed": int(not truth["ignored"]),
            "unintended": level_of(truth["unintended"]),
            "quality": level_of(truth["artefact"]),
        },
        defect=notes[telling] if truth[worst] else f"{edit.done} and nothing else has changed",
        notes=notes,
        format=format_for(index),
        regions=sorted(set(regions)),
    )


def _disregarded(scene: Scene, edit: _Edit, before: Painted, after: Painted) -> Image.Image:
    if edit.wrong is not None:
        return scene.paint(edit.wrong).image
    return Image.blend(before.image, after.image, 0.3)


def _largest(regions: list[Box]) -> Box:
    return max(regions, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
