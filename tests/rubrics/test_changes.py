"""How grave a change is: as proposed for a draft, and as decided over several releases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis.strategies import text

from evalhub.models import Project, User
from rubrics.actions import publish_version, start_draft, write_draft
from rubrics.changes import (
    ProposedChange,
    changes_between,
    needs_reading,
    proposed_changes,
    text_class,
)
from rubrics.content import spec_of
from rubrics.diff import Piece
from rubrics.differences import RuleChange, diff_markdown
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests import cast
from tests.rubrics.loose_specs import CALM, specs

LEVELS = (
    LevelSpec(1, "Bad", "It is unusable.", key="bad"),
    LevelSpec(2, "Fair", "It can be used.", key="fair"),
    LevelSpec(3, "Good", "It is a pleasure.", key="good"),
)
QUALITY = CriterionSpec("quality", "ordinal", "Quality", direction="higher", levels=LEVELS)
SAFE = CriterionSpec(
    "safe", "binary", "Safe", levels=(LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes"))
)
BEFORE = RubricSpec(instruction="Look closely.", criteria=(SAFE, QUALITY))


def changed(**columns: Any) -> ProposedChange:
    """Return what is proposed when `columns` of the quality criterion change."""
    after = replace(BEFORE, criteria=(SAFE, replace(QUALITY, **columns)))
    return next(one for one in proposed_changes(BEFORE, after) if one.key == "quality")


def level(place: int, **columns: Any) -> tuple[LevelSpec, ...]:
    return tuple(replace(one, **columns) if at == place else one for at, one in enumerate(LEVELS))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Is it sharp?", "Is it sharp?", "unchanged"),
        ("is it sharp", "Is it  sharp?", "editorial"),
        ("Is the focuss right?", "Is the focus right?", "editorial"),
        ("Is the foucs right?", "Is the focus right?", "editorial"),
        ("Is the fokus right?", "Is the focus right?", "editorial"),
        ("Is it likely?", "Is it unlikely?", "clarifying"),
        ("It can be used.", "It can not be used.", "clarifying"),
        ("Use it now.", "Use it not.", "clarifying"),
        ("At least 3 fingers", "At least 5 fingers", "clarifying"),
        ("At least -1", "At least 1", "clarifying"),
        ("The focuss and colourr", "The focus and colour", "clarifying"),
        ("", "Is it sharp?", "clarifying"),
    ],
)
def test_it_tells_a_typo_from_other_words(before: str, after: str, kind: str) -> None:
    assert text_class(before, after) == kind


PROPOSALS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "unchanged", "unchanged"),
    ({"title": "quality"}, "editorial", "editorial"),
    ({"title": "Technical quality"}, "clarifying", "editorial"),
    ({"description": "How good is it?"}, "clarifying", "editorial"),
    ({"section": "Technique"}, "clarifying", "editorial"),
    ({"justification_rule": "always"}, "clarifying", "editorial"),
    (
        {"justification_rule": "always", "justification_cites": "clause"},
        "clarifying",
        "editorial",
    ),
    ({"direction": "lower"}, "breaking", "editorial"),
    ({"is_required": False}, "breaking", "editorial"),
    ({"allows_not_applicable": True}, "breaking", "editorial"),
    ({"gate_low": 1, "gate_high": 1}, "breaking", "editorial"),
    (
        {"condition_effect": "show", "condition_criterion": "safe", "condition_low": 1,
         "condition_high": 1},
        "breaking",
        "editorial",
    ),
    ({"is_per_image": True}, "breaking", "breaking"),
    ({"type": "binary"}, "breaking", "breaking"),
    ({"type": "hologram", "settings": {"depth": 3}}, "breaking", "breaking"),
    ({"levels": level(0, label="Bad!")}, "editorial", "editorial"),
    ({"levels": level(0, descriptor="It cannot be shown.")}, "clarifying", "editorial"),
    ({"levels": level(0, group="Below")}, "clarifying", "editorial"),
    ({"levels": level(0, example="a" * 64)}, "clarifying", "editorial"),
    ({"levels": (*LEVELS, LevelSpec(4, "Superb", key="superb"))}, "breaking", "editorial"),
    ({"levels": LEVELS[:2]}, "breaking", "breaking"),
    ({"levels": level(2, value=5)}, "breaking", "breaking"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "proposed", "least"), PROPOSALS)
def test_it_proposes_a_class_and_the_least_that_may_be_decided(
    columns: dict[str, Any], proposed: str, least: str
) -> None:
    change = changed(**columns)
    assert (change.proposed, change.least, change.kind) == (proposed, least, proposed)
    assert change.difference.is_empty == (not columns)


def test_it_says_a_changed_clause_in_words_and_a_changed_mark_in_its_source() -> None:
    before = "Judge the **hands**."
    assert diff_markdown(before, "Judge the **faces**.") == [
        Piece("same", "Judge the "),
        Piece("removed", "hands"),
        Piece("added", "faces"),
        Piece("same", "."),
    ]
    assert diff_markdown(before, "Judge *all* of the **hands**.") == [
        Piece("same", "Judge "),
        Piece("added", "all of "),
        Piece("same", "the hands."),
    ]
    unmarked = [
        Piece("same", "Judge the "),
        Piece("removed", "**"),
        Piece("same", "hands"),
        Piece("removed", "**"),
        Piece("same", "."),
    ]
    assert diff_markdown(before, "Judge the hands.") == unmarked
    assert diff_markdown(before, "Judge the hands. Twice.")[:4] == unmarked[:4]


@CALM
@given(text(), text())
def test_it_shows_every_change_of_a_clause(before: str, after: str) -> None:
    pieces = diff_markdown(before, after)
    assert any(piece.kind != "same" for piece in pieces) == (before != after)


@CALM
@given(specs(), specs())
def test_it_proposes_a_change_exactly_where_something_differs(
    before: RubricSpec, after: RubricSpec
) -> None:
    changes = {change.key: change for change in proposed_changes(before, after)}
    assert set(changes) == {""} | {row.key for row in (*before.criteria, *after.criteria)}
    for key, change in changes.items():
        assert change.proposed in change.choices
        old, new = before.find(key), after.find(key)
        if change.proposed == "unchanged" and key:
            assert old == new
        assert (change.proposed == "added") == (old is None and new is not None)
        assert (change.proposed == "removed") == (new is None and old is not None)


def test_it_weighs_the_length_of_a_justification_only_where_one_is_asked_for() -> None:
    assert changed(justification_min_length=40).proposed == "editorial"
    always = replace(QUALITY, justification_rule="always")
    changes = proposed_changes(
        RubricSpec(criteria=(always,)),
        RubricSpec(criteria=(replace(always, justification_min_length=40),)),
    )
    assert changes[1].proposed == "clarifying"
    assert changes[1].difference.rules[0].after == "Required, at least 40 characters"


def test_it_lets_the_type_say_how_grave_a_setting_is() -> None:
    scale = CriterionSpec("scale", "scale", "Scale")
    defect = replace(SAFE, settings={"defect": "no"})
    changes = proposed_changes(
        RubricSpec(criteria=(SAFE, scale)),
        RubricSpec(criteria=(defect, replace(scale, settings={"max": 10}))),
    )
    assert {one.key: one.proposed for one in changes} == {
        "": "unchanged",
        "safe": "clarifying",
        "scale": "breaking",
    }
    assert changes[2].difference.rules == (RuleChange("Highest", "100", "10"),)


def test_it_lists_every_criterion_of_either_version_the_whole_first() -> None:
    colour = CriterionSpec("colour", "text", "Colour")
    after = replace(BEFORE, instruction="Look twice.", criteria=(colour, QUALITY))
    assert [(one.key, one.proposed, one.choices) for one in proposed_changes(BEFORE, after)] == [
        ("", "clarifying", ["editorial", "clarifying", "breaking"]),
        ("colour", "added", ["added"]),
        ("quality", "unchanged", ["unchanged", "editorial", "clarifying", "breaking"]),
        ("safe", "removed", ["removed"]),
    ]


def test_it_sees_the_presentation_and_passes_over_the_sample_task() -> None:
    after = replace(BEFORE, presentation={"surround": "white"}, sample_task={"prompt": "A cat."})
    whole = proposed_changes(BEFORE, after)[0]
    assert whole.proposed == "clarifying"
    assert whole.difference.rules == (RuleChange("Grey around the image", "dark", "white"),)
    assert proposed_changes(BEFORE, replace(BEFORE, sample_task={"a": 1}))[0].difference.is_empty


def test_it_takes_another_place_for_clarifying() -> None:
    after = replace(BEFORE, criteria=(QUALITY, SAFE))
    found = [one for one in proposed_changes(BEFORE, after) if one.proposed != "unchanged"]
    assert [(one.proposed, one.least) for one in found] == [("clarifying", "editorial")]
    assert found[0].difference.rules[0].label == "Place"


def test_it_puts_rules_into_words_before_and_after() -> None:
    columns = {
        "is_required": False,
        "direction": "lower",
        "justification_rule": "band",
        "justification_band_low": 1.0,
        "justification_band_high": 1.0,
        "condition_effect": "show",
        "condition_criterion": "safe",
        "condition_low": 1.0,
        "condition_high": 1.0,
        "gate_low": 1.0,
        "gate_high": 1.0,
    }
    assert changed(**columns).difference.rules == (
        RuleChange("Direction", "Higher is better", "Higher is worse"),
        RuleChange("Answer", "Required", "Optional"),
        RuleChange(
            "Justification", "Optional", "Required when the answer is “Bad”, at least 20 characters"
        ),
        RuleChange("Gate", "", "The answer “Bad” makes the rest void"),
        RuleChange("Condition", "", "Asked only when “Safe” is “Yes”"),
    )


def test_it_shows_a_new_criterion_with_its_clause_and_unusual_rules() -> None:
    colour = CriterionSpec("colour", "text", "Colour", "", "Say what is odd.", is_required=False)
    changes = proposed_changes(BEFORE, replace(BEFORE, criteria=(*BEFORE.criteria, colour)))
    [added] = [one for one in changes if one.key == "colour"]
    assert [text.label for text in added.difference.texts] == ["Clause"]
    assert added.difference.rules == (
        RuleChange("Type", "", "Free text"),
        RuleChange("Answer", "", "Optional"),
    )
    changes = proposed_changes(BEFORE, replace(BEFORE, criteria=(QUALITY,)))
    assert changes[-1].difference.rules == ()
    assert [one.kind for one in changes[-1].difference.levels] == ["removed", "removed"]


Release = Callable[..., RubricVersion]


@pytest.fixture
def release(project: Project, lena: User) -> Release:
    """Publish the next version of one rubric, with the quality criterion changed."""
    cast.release_rubric(project, lena, *BEFORE.criteria)

    def publish(
        *criteria: CriterionSpec, instruction: str | None = None, **decisions: str
    ) -> RubricVersion:
        draft = start_draft(actor=lena, rubric=project.rubric)
        spec = spec_of(draft)
        spec = replace(spec, criteria=criteria or spec.criteria)
        write_draft(
            actor=lena,
            version=draft,
            spec=replace(spec, instruction=instruction or spec.instruction),
        )
        return publish_version(actor=lena, version=draft, decisions=decisions)

    return publish


def first(version: RubricVersion) -> RubricVersion:
    return version.rubric.versions.get(number=1)


def test_it_tells_the_gravest_class_over_several_releases(release: Release) -> None:
    release(SAFE, replace(QUALITY, title="Overall quality"), quality="breaking")
    newest = release(SAFE, replace(QUALITY, title="The overall quality"), quality="editorial")
    assert needs_reading(first(newest), newest) == "breaking"
    second = newest.rubric.versions.get(number=2)
    assert needs_reading(second, newest) == "editorial"
    assert needs_reading(newest, newest) == "unchanged"
    [change] = changes_between(first(newest), newest)
    assert (change.key, change.title, change.kind) == (
        "quality",
        "The overall quality",
        "breaking",
    )
    pieces = change.difference.texts[0].pieces
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == "Quality"


def test_it_takes_a_criterion_that_went_and_came_back_for_breaking(release: Release) -> None:
    second = release(SAFE)
    assert [(one.key, one.kind) for one in changes_between(first(second), second)] == [
        ("quality", "removed")
    ]
    third = release(SAFE, QUALITY)
    assert [(one.key, one.kind) for one in changes_between(second, third)] == [("quality", "added")]
    [change] = changes_between(first(third), third)
    assert (change.kind, change.difference.is_empty) == ("breaking", True)


def test_it_asks_one_query_whether_there_is_anything_to_read(
    release: Release, django_assert_num_queries: Any
) -> None:
    newest = release(SAFE, replace(QUALITY, title="Overall quality"))
    earlier = first(newest)
    with django_assert_num_queries(1):
        assert needs_reading(earlier, newest) == "clarifying"


def test_it_shows_a_change_with_what_went_and_what_came(release: Release, project: Project) -> None:
    levels = level(0, descriptor="It is <b>useless</b>.")
    newest = release(SAFE, replace(QUALITY, levels=levels, direction="lower"))
    [change] = changes_between(first(newest), newest)
    html = render_to_string("rubrics/_change.html", {"change": change, "project": project})
    assert "<del>unusable</del>" in html
    assert "<ins>&lt;b&gt;useless&lt;/b&gt;</ins>" in html
    assert "<b>useless" not in html
    assert '<span class="badge bad">Breaking</span>' in html
    assert "Higher is better" in html
    assert html.count("<tr") == 2 + 1 + len(LEVELS)  # two heads, a rule, every level


def test_it_says_that_the_words_are_as_they_were(release: Release, project: Project) -> None:
    newest = release(SAFE, QUALITY, quality="breaking")
    [change] = changes_between(first(newest), newest)
    html = render_to_string("rubrics/_change.html", {"change": change, "project": project})
    assert "The words of this clause are as they were." in html


def test_it_says_that_a_criterion_is_no_longer_asked(release: Release, project: Project) -> None:
    newest = release(SAFE)
    [change] = changes_between(first(newest), newest)
    html = render_to_string("rubrics/_change.html", {"change": change, "project": project})
    assert "This is no longer asked." in html
    assert "as they were" not in html


def test_it_shows_the_example_images_of_both_sides(project: Project) -> None:
    change = changed(levels=level(0, example="b" * 64))
    html = render_to_string("rubrics/_change.html", {"change": change, "project": project})
    assert f"/projects/{project.slug}/examples/{'b' * 64}/" in html
    assert html.count("<img") == 1
