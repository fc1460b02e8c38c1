"""The demo's pictures: the same every time, and wrong exactly where and as far as planted."""

import hashlib
import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import chain
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from evalhub.demo.pictures import SETS, Drawn, draw_set, encode
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.colour import LIGHTS
from evalhub.demo.pictures.drawn import EVEN, MOSTLY_GOOD, Format, deal, level_of, strength_for
from evalhub.demo.pictures.generated import any_plan
from evalhub.demo.pictures.plan import Painted, Plan, Scene
from tests.demo.compare import blobs, difference, outside

SEED = 20
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
CRITERIA = {
    "generated": {"plausibility": range(1, 6), "alignment": range(1, 6), "aesthetics": range(1, 6)},
    "photo-quality": {"quality": range(1, 6)},
    "edit-check": {"followed": range(2), "unintended": range(1, 6), "quality": range(1, 6)},
}
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
    assert blobs(difference(scene.paint(plan).image, empty)) == count


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
        box = difference(sound, scene.paint(_plan(scene, flaw=flaw)).image).getbbox()
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
    changed = difference(before.image, after.image)
    assert changed.getbbox() is not None
    assert outside(changed, regions) == 0


def test_it_keeps_source_and_edit_alike_outside_the_planted_regions(
    sets: dict[str, list[Drawn]],
) -> None:
    clean = [drawn for drawn in sets["edit-check"] if drawn.truth["unintended"] == 0]
    assert len(clean) == 7
    for drawn in clean:
        changed = difference(drawn.images[0][1], drawn.images[1][1])
        assert changed.getbbox() is not None
        assert outside(changed, drawn.regions) == 0


def test_it_changes_more_than_was_asked_where_the_truth_says_so(
    sets: dict[str, list[Drawn]],
) -> None:
    for drawn in sets["edit-check"]:
        if drawn.truth["unintended"]:
            changed = difference(drawn.images[0][1], drawn.images[1][1])
            assert outside(changed, drawn.regions) > 100_000


# --- Files


@pytest.mark.parametrize("name", sorted(SETS))
def test_it_stores_both_kinds_of_file(sets: dict[str, list[Drawn]], name: str) -> None:
    assert {drawn.format for drawn in sets[name]} == {"JPEG", "PNG"}


@pytest.mark.parametrize(("format_", "head"), [("JPEG", b"\xff\xd8\xff"), ("PNG", b"\x89PNG")])
def test_it_encodes_a_file_that_opens_as_the_picture(format_: Format, head: bytes) -> None:
    picture = _painted(SCENES[0].name, _plan(SCENES[0])).image
    stored = encode(picture, format_)
    assert stored.startswith(head)
    with Image.open(BytesIO(stored)) as opened:
        assert opened.size == picture.size
        distance = ImageStat.Stat(ImageChops.difference(opened.convert("RGB"), picture)).rms
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
