"""The demo's pictures: the same every time, and wrong exactly where and as far as planted."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import chain, pairwise
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from evalhub.demo.pictures import SETS, Drawn, distort, draw_set, encode
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.colour import LIGHTS
from evalhub.demo.pictures.drawn import EVEN, MOSTLY_GOOD, Format, deal, level_of, strength_for
from evalhub.demo.pictures.generated import any_plan
from evalhub.demo.pictures.geometry import Box
from evalhub.demo.pictures.plan import Painted, Plan, Scene

SEED = 20
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
CRITERIA = {
    "generated": {"plausibility": range(1, 6), "alignment": range(1, 6), "aesthetics": range(1, 6)},
    "photo-quality": {"quality": range(1, 6)},
    "edit-check": {"followed": range(2), "unintended": range(1, 6), "quality": range(1, 6)},
}
Cut = Callable[[Image.Image, float, Random, Sequence[Box]], Image.Image | None]
Spoiler = Callable[[Image.Image, float, Random, Box], Image.Image]
ROLES = {
    "generated": ["candidate"],
    "photo-quality": ["candidate"],
    "edit-check": ["source", "edit"],
}


@pytest.fixture(scope="module")
def sets() -> dict[str, list[Drawn]]:
    return {name: list(draw_set(name, 20, SEED)) for name in SETS}


def _digests(drawn: Drawn) -> list[str]:
    return [hashlib.sha256(encode(image, drawn.format)).hexdigest() for _, image in drawn.images]


def _plan(scene: Scene, **changes: Any) -> Plan:
    plan = Plan(
        seed=f"test {scene.name}",
        light=LIGHTS[next(iter(scene.moods))],
        count=max(scene.counts),
        colour=scene.colours[0],
    )
    return replace(plan, **changes)


def _name(scene: Scene) -> str:
    return scene.name


@cache
def _painted(name: str, plan: Plan) -> Painted:
    """Paint a plan once for all the tests that need it."""
    return next(scene for scene in SCENES if scene.name == name).paint(plan)


def _detail(image: Image.Image) -> float:
    """Return how much the brightness varies from pixel to pixel."""
    edges = image.convert("L").filter(
        ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128)
    )
    return ImageStat.Stat(edges.crop((2, 2, edges.width - 2, edges.height - 2))).stddev[0]


def _difference(first: Image.Image, second: Image.Image) -> Image.Image:
    """Return a mask that is white wherever two pictures differ at all."""
    bands = ImageChops.difference(first, second).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([0] + [255] * 255)


def _outside(mask: Image.Image, regions: Sequence[Box]) -> int:
    """Return how many pixels of a mask lie in none of the regions."""
    left = mask.copy()
    for box in regions:
        left.paste(0, box)
    return left.histogram()[255]


def _blobs(mask: Image.Image) -> int:
    """Return the number of separate patches in a mask, specks left out."""
    small = mask.reduce(6).point([0] * 60 + [255] * 196)
    lit = {
        (index % small.width, index // small.width)
        for index, level in enumerate(small.tobytes())
        if level
    }
    patches = 0
    while lit:
        patch, queue = 0, [lit.pop()]
        while queue:
            x, y = queue.pop()
            patch += 1
            for near in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                if near in lit:
                    lit.remove(near)
                    queue.append(near)
        patches += patch >= 6
    return patches


# --- The sets as a whole


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_draws_the_same_bytes_from_the_same_seed_however_many_are_drawn(
    sets: dict[str, list[Drawn]], name: str
) -> None:
    again = list(draw_set(name, 3, SEED))
    assert [_digests(drawn) for drawn in again] == [_digests(drawn) for drawn in sets[name][:3]]
    assert [replace(drawn, images=[]) for drawn in again] == [
        replace(drawn, images=[]) for drawn in sets[name][:3]
    ]


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_draws_other_pictures_from_another_seed(sets: dict[str, list[Drawn]], name: str) -> None:
    ours = {digest for drawn in sets[name] for digest in _digests(drawn)}
    theirs = {digest for drawn in draw_set(name, 2, SEED + 1) for digest in _digests(drawn)}
    assert not ours & theirs


def test_it_never_draws_the_same_picture_twice(sets: dict[str, list[Drawn]]) -> None:
    digests = [digest for drawn in chain(*sets.values()) for digest in _digests(drawn)]
    assert len(digests) == 20 * 4
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_gives_every_level_of_every_criterion_within_twenty_pictures(
    sets: dict[str, list[Drawn]], name: str
) -> None:
    for drawn in sets[name]:
        assert set(drawn.levels) == set(CRITERIA[name])
    for key, levels in CRITERIA[name].items():
        assert {drawn.levels[key] for drawn in sets[name]} == set(levels)


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_gives_each_picture_its_roles_size_and_a_key_of_its_own(
    sets: dict[str, list[Drawn]], name: str
) -> None:
    for drawn in sets[name]:
        assert [role for role, _ in drawn.images] == ROLES[name]
        assert {(image.mode, image.size) for _, image in drawn.images} == {("RGB", (1200, 900))}
    assert len({drawn.key for drawn in sets[name]}) == 20


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_uses_at_least_eight_scenes_and_several_times_of_day(
    sets: dict[str, list[Drawn]], name: str
) -> None:
    # Scenes come in rounds, so that ten pictures in a row show ten of them.
    assert len(SCENES) >= 8
    assert len({tuple(drawn.tags[:-1]) for drawn in sets[name][:10]}) >= 6
    assert len({drawn.tags[-1] for drawn in sets[name]}) >= 5


def test_it_refuses_a_set_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        draw_set("portraits", 1, SEED)


# --- The words


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_writes_words_without_jargon(sets: dict[str, list[Drawn]], name: str) -> None:
    jargon = re.compile(
        r"gaussian|jpeg|png|pixel|artefact|artifact|strength|level|sigma|alpha|flaw|poster"
        r"|_|\{|\}|\d|None|subject",
        re.IGNORECASE,
    )
    for drawn in sets[name]:
        texts = [drawn.prompt, drawn.defect, *drawn.tags, *drawn.notes.values()]
        assert all(text.strip() for text in texts)
        assert not [text for text in texts if jargon.search(text)]
        assert drawn.prompt[0].isupper()
        assert len(drawn.prompt.split()) >= 3
        assert len(drawn.defect.split()) >= 3


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_notes_something_else_for_a_defect_than_for_none(
    sets: dict[str, list[Drawn]], name: str
) -> None:
    best = {key: max(levels) for key, levels in CRITERIA[name].items()}
    for key in CRITERIA[name]:
        clean = {drawn.notes[key] for drawn in sets[name] if drawn.levels[key] == best[key]}
        faulty = {drawn.notes[key] for drawn in sets[name] if drawn.levels[key] != best[key]}
        assert faulty
        assert not clean & faulty


def test_it_keeps_the_truth_out_of_key_and_tags(sets: dict[str, list[Drawn]]) -> None:
    words = {name for drawns in sets.values() for drawn in drawns for name in drawn.truth}
    for drawn in chain(*sets.values()):
        assert not words & {drawn.key, *drawn.tags}


# --- Strengths and levels


def test_it_maps_strengths_to_levels_in_even_steps() -> None:
    assert [level_of(strength) for strength in STRENGTHS] == [5, 4, 3, 2, 1]


def test_it_draws_strengths_that_deserve_their_level() -> None:
    rng = Random(1)
    for level in range(1, 6):
        strengths = [strength_for(level, rng) for _ in range(200)]
        assert {level_of(strength) for strength in strengths} == {level}
        assert all(0 <= strength <= 1 for strength in strengths)


@pytest.mark.parametrize("counts", [EVEN, MOSTLY_GOOD])
def test_it_deals_whole_packs_of_levels(counts: dict[int, int]) -> None:
    dealt = deal(counts, 60, "a seed")
    for start in (0, 20, 40):
        pack = dealt[start : start + 20]
        assert {level: pack.count(level) for level in counts} == dict(counts)


def test_it_plants_the_strength_that_the_level_states(sets: dict[str, list[Drawn]]) -> None:
    for drawn in sets["generated"]:
        assert drawn.levels == {key: level_of(value) for key, value in drawn.truth.items()}
    for drawn in sets["photo-quality"]:
        assert drawn.levels["quality"] == level_of(max(drawn.truth.values()))
        assert sum(1 for value in drawn.truth.values() if value) <= 1
    for drawn in sets["edit-check"]:
        assert drawn.levels["followed"] == 1 - drawn.truth["ignored"]
        assert drawn.levels["unintended"] == level_of(drawn.truth["unintended"])
        assert drawn.levels["quality"] == level_of(drawn.truth["artefact"])


# --- Distortions grow with their strength


@pytest.fixture(scope="module")
def street() -> Image.Image:
    scene = next(scene for scene in SCENES if scene.name == "street")
    return scene.paint(_plan(scene, light=LIGHTS["day"])).image


def _measures(
    distortion: distort.Distortion, image: Image.Image, measure: Callable[[Image.Image], float]
) -> list[float]:
    return [measure(distortion(image, strength, Random(3))) for strength in STRENGTHS]


def test_it_loses_sharpness_as_blur_grows(street: Image.Image) -> None:
    sharpness = _measures(distort.blur, street, _detail)
    assert all(before > after for before, after in pairwise(sharpness))


def test_it_gains_speckle_as_noise_grows(street: Image.Image) -> None:
    speckle = _measures(distort.noise, street, _detail)
    assert all(before < after for before, after in pairwise(speckle))


def test_it_brightens_as_exposure_grows(street: Image.Image) -> None:
    means = _measures(
        distort.exposure, street, lambda image: ImageStat.Stat(image.convert("L")).mean[0]
    )
    assert all(before < after for before, after in pairwise(means))


def test_it_flattens_as_the_veil_grows(street: Image.Image) -> None:
    spreads = _measures(
        distort.contrast, street, lambda image: ImageStat.Stat(image.convert("L")).stddev[0]
    )
    assert all(before > after for before, after in pairwise(spreads))


def test_it_leaves_fewer_tones_as_banding_grows(street: Image.Image) -> None:
    tones = _measures(
        distort.banding,
        street,
        lambda image: float(sum(1 for count in image.getchannel(1).histogram() if count)),
    )
    assert all(before > after for before, after in pairwise(tones))


@pytest.mark.parametrize(
    "distortion",
    [
        distort.blur,
        distort.noise,
        distort.compression,
        distort.banding,
        distort.exposure,
        distort.contrast,
        distort.muddy,
        distort.garish,
        distort.warmed,
        distort.cooled,
        distort.softened,
    ],
)
def test_it_departs_further_from_the_picture_as_the_strength_grows(
    street: Image.Image, distortion: distort.Distortion
) -> None:
    def distance(image: Image.Image) -> float:
        return sum(ImageStat.Stat(ImageChops.difference(street, image)).rms)

    distances = [distance(distortion(street, strength, Random(4))) for strength in STRENGTHS[1:]]
    assert distances[0] > 0
    assert all(before < after for before, after in pairwise(distances))


@pytest.mark.parametrize("spoil", [distort.smeared, distort.melted, distort.seamed, distort.blocky])
def test_it_spoils_nothing_outside_the_region(street: Image.Image, spoil: Spoiler) -> None:
    box = (400, 300, 700, 620)
    changed = _difference(street, spoil(street, 0.7, Random(5), box))
    assert changed.crop(box).getbbox() is not None
    assert _outside(changed, [box]) == 0


@pytest.mark.parametrize("strength", STRENGTHS[1:])
def test_it_clutters_nothing_that_the_prompt_names(street: Image.Image, strength: float) -> None:
    keep = [(100, 600, 420, 850), (700, 100, 900, 500)]
    changed = _difference(street, distort.cluttered(street, strength, Random(7), keep))
    assert changed.getbbox() is not None
    assert all(changed.crop(box).getbbox() is None for box in keep)


@pytest.mark.parametrize("cut", [distort.cropped, distort.tilted])
def test_it_cuts_no_named_thing_out_of_the_picture(cut: Cut) -> None:
    # Everything is black but the thing to keep, so that what is left of it can be counted.
    for box in ((500, 300, 700, 500), (60, 320, 180, 520), (900, 640, 1080, 800)):
        image = Image.new("RGB", (1200, 900))
        image.paste((255, 255, 255), box)
        for strength in STRENGTHS[1:]:
            part = cut(image, strength, Random(8), [box])
            if part is not None:
                assert part.size == image.size
                whole = (box[2] - box[0]) * (box[3] - box[1])
                assert part.convert("L").point([0] * 128 + [255] * 128).histogram()[255] > whole / 3


@pytest.mark.parametrize("cut", [distort.cropped, distort.tilted])
def test_it_makes_no_cut_where_every_cut_loses_something(street: Image.Image, cut: Cut) -> None:
    corners = [(0, 0, 60, 60), (1140, 0, 1200, 60), (0, 840, 60, 900), (1140, 840, 1200, 900)]
    assert cut(street, 1.0, Random(9), corners) is None


# --- What a picture shows


@pytest.mark.parametrize("scene", SCENES, ids=_name)
@pytest.mark.parametrize("most", [False, True], ids=["fewest", "most"])
def test_it_draws_as_many_subjects_as_the_plan_counts(scene: Scene, most: bool) -> None:
    count = max(scene.counts) if most else min(scene.counts)
    assert len(_painted(scene.name, _plan(scene, count=count)).subjects()) == count


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_it_shows_as_many_balloons_as_the_truth_says(count: int) -> None:
    scene = next(scene for scene in SCENES if scene.name == "balloons")
    plan = _plan(scene, count=count, detail=False)
    # Against the same sky without balloons, each balloon is one patch of difference.
    empty = scene.paint(replace(plan, hidden=frozenset(range(count)))).image
    assert _blobs(_difference(scene.paint(plan).image, empty)) == count


def test_it_states_the_number_that_is_drawn_and_the_number_that_was_asked(
    sets: dict[str, list[Drawn]],
) -> None:
    numbers = ["no", "one", "two", "three", "four", "five"]
    wrong = 0
    for drawn in sets["generated"]:
        asked, shown = drawn.facts["asked"], drawn.facts["drawn"]
        assert drawn.prompt.lower().startswith(numbers[asked] + " ")
        if drawn.levels["alignment"] >= 4:
            assert asked == shown
        if drawn.levels["alignment"] == 2:
            assert asked != shown
        wrong += asked != shown
    assert wrong


@pytest.mark.parametrize("scene", SCENES, ids=_name)
def test_it_changes_a_picture_more_as_its_impossibility_grows(scene: Scene) -> None:
    sound = _painted(scene.name, _plan(scene)).image
    reaches = []
    for flaw in (0.25, 1.0):
        box = _difference(sound, scene.paint(_plan(scene, flaw=flaw)).image).getbbox()
        assert box is not None
        reaches.append((box[2] - box[0]) * (box[3] - box[1]))
    assert reaches[0] < reaches[1]


# --- Edits


@pytest.mark.parametrize("scene", SCENES, ids=_name)
@pytest.mark.parametrize("edit", ["colour", "detail", "remove"])
def test_it_edits_only_inside_the_parts_that_the_edit_names(scene: Scene, edit: str) -> None:
    plan = _plan(scene)
    changes: dict[str, dict[str, Any]] = {
        "colour": {"colour": scene.colours[1]},
        "detail": {"detail": False},
        "remove": {"hidden": frozenset({0})},
    }
    before, after = _painted(scene.name, plan), scene.paint(_plan(scene, **changes[edit]))
    named = {"colour": "subject", "detail": "detail", "remove": "subject 0"}[edit]
    regions = [
        box for name, boxes in before.parts.items() if name.startswith(named) for box in boxes
    ]
    changed = _difference(before.image, after.image)
    assert changed.getbbox() is not None
    assert _outside(changed, regions) == 0


def test_it_keeps_source_and_edit_alike_outside_the_planted_regions(
    sets: dict[str, list[Drawn]],
) -> None:
    clean = [drawn for drawn in sets["edit-check"] if drawn.truth["unintended"] == 0]
    assert len(clean) == 7
    for drawn in clean:
        changed = _difference(drawn.images[0][1], drawn.images[1][1])
        assert changed.getbbox() is not None
        assert _outside(changed, drawn.regions) == 0


def test_it_changes_more_than_was_asked_where_the_truth_says_so(
    sets: dict[str, list[Drawn]],
) -> None:
    for drawn in sets["edit-check"]:
        if drawn.truth["unintended"]:
            changed = _difference(drawn.images[0][1], drawn.images[1][1])
            assert _outside(changed, drawn.regions) > 100_000


# --- Files


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_stores_both_kinds_of_file(sets: dict[str, list[Drawn]], name: str) -> None:
    assert {drawn.format for drawn in sets[name]} == {"JPEG", "PNG"}


@pytest.mark.parametrize(("format_", "head"), [("JPEG", b"\xff\xd8\xff"), ("PNG", b"\x89PNG")])
def test_it_encodes_a_file_that_opens_as_the_picture(
    street: Image.Image, format_: Format, head: bytes
) -> None:
    stored = encode(street, format_)
    assert stored.startswith(head)
    with Image.open(BytesIO(stored)) as opened:
        assert opened.size == street.size
        distance = ImageStat.Stat(ImageChops.difference(opened.convert("RGB"), street)).rms
    assert max(distance) < (6 if format_ == "JPEG" else 1e-9)


def test_it_chooses_plans_that_their_scene_can_show() -> None:
    rng = Random(6)
    for scene in SCENES:
        for _ in range(20):
            plan = any_plan(scene, "seed", rng)
            assert plan.count in scene.counts
            assert plan.colour in scene.colours
            assert plan.light.name in scene.moods
            assert scene.detail in scene.prompt(plan)
