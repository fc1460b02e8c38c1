"""The set for photo quality: one fault of the camera or the file, at a known strength."""

from collections.abc import Iterator
from random import Random

from evalhub.demo.pictures import distort
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.drawn import (
    EVEN,
    Drawn,
    deal,
    format_for,
    level_of,
    rotate,
    strength_for,
)
from evalhub.demo.pictures.generated import any_plan

FAULTS: dict[str, tuple[distort.Distortion, tuple[str, str, str]]] = {
    "blur": (
        distort.blur,
        ("a little out of focus", "out of focus", "so blurred that little can be made out"),
    ),
    "noise": (
        distort.noise,
        ("a little grainy", "grainy all over", "covered in coloured specks"),
    ),
    "compression": (
        distort.compression,
        (
            "a little blocky along the edges",
            "blocky, with smudged colours",
            "broken up into coarse blocks",
        ),
    ),
    "banding": (
        distort.banding,
        (
            "showing faint bands in smooth areas",
            "showing bands of colour in smooth areas",
            "reduced to a few flat steps of colour",
        ),
    ),
    "exposure": (
        distort.exposure,
        ("a little too bright", "too bright, with washed-out parts", "mostly washed out to white"),
    ),
    "contrast": (
        distort.contrast,
        ("a little flat", "flat and greyish", "hidden behind a grey veil"),
    ),
}


def draw_photos(n: int, seed: int) -> Iterator[Drawn]:
    """Yield n pictures of good and bad quality, as many of each level."""
    scenes = rotate(SCENES, n, f"photo-quality/{seed}/scenes")
    levels = deal(EVEN, n, f"photo-quality/{seed}/levels")
    faults = rotate(list(FAULTS), n, f"photo-quality/{seed}/faults")
    for index, (scene, level, fault) in enumerate(zip(scenes, levels, faults, strict=True)):
        dice = Random(f"photo-quality/{seed}/{index}")  # noqa: S311
        strength = strength_for(level, dice)
        plan = any_plan(scene, f"photo-quality/{seed}/{index}", dice)
        image = scene.paint(plan).image
        note = "the picture is sharp and clean"
        if strength:
            spoil, words = FAULTS[fault]
            image = spoil(image, strength, dice)
            note = f"the picture is {words[0 if level == 4 else 2 if level == 1 else 1]}"
        yield Drawn(
            key=f"photo-{index + 1:03d}",
            images=[("candidate", image)],
            prompt=scene.prompt(plan),
            tags=[*scene.tags, plan.light.name],
            truth={name: strength if name == fault else 0.0 for name in FAULTS},
            levels={"quality": level_of(strength)},
            defect=note,
            notes={"quality": note},
            format=format_for(index),
            facts={"drawn": plan.count},
        )
