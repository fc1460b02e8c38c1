from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from evalhub.models import Project, User
from rubrics.actions import start_draft, write_draft
from rubrics.content import spec_of
from rubrics.draft import DraftForm, make_key, make_unique
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests import cast
from tests.rubrics.draft_data import editor_data


@pytest.fixture
def draft(project: Project, lena: User, version: RubricVersion) -> RubricVersion:
    """A draft with a criterion of each kind: levels, a number, text."""
    draft = start_draft(actor=lena, rubric=version.rubric)
    criteria = [
        cast.quality_criterion(),
        CriterionSpec("beauty", "scale", "Beauty", settings={"min": -1.5, "max": 3}),
        CriterionSpec("remark", "text", "Remark", settings={"max_length": 80}),
    ]
    return write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=tuple(criteria)))


def typed(version: RubricVersion, **changes: Any) -> DraftForm:
    data = QueryDict(mutable=True)
    data.update(editor_data(version, **changes))
    return DraftForm(data, version=version)


def sentences(form: DraftForm) -> list[str]:
    assert not form.is_valid()
    return [sentence for _, sentence in form.problems()]


def test_it_gives_back_what_it_was_filled_with(draft: RubricVersion, lena: User) -> None:
    before = spec_of(draft)
    form = typed(draft)
    assert form.is_valid(), list(form.problems())
    write_draft(actor=lena, version=draft, spec=form.spec())
    assert spec_of(draft) == before


def test_it_takes_the_settings_of_the_chosen_type_only(draft: RubricVersion) -> None:
    changes = {"criteria-1-set-scale-min": "-2", "criteria-1-set-scale-max": ""}
    form = typed(draft, **changes, **{"criteria-1-set-text-max_length": "5"})
    assert form.is_valid(), list(form.problems())
    assert form.new_criteria()[1].settings == {"min": -2}
    form = typed(draft, criteria__1__type="count", **changes)
    assert form.is_valid(), list(form.problems())
    assert form.new_criteria()[1].settings == {}


def test_it_takes_the_order_that_was_typed(draft: RubricVersion) -> None:
    form = typed(draft, criteria__0__ORDER="3", criteria__2__ORDER="1")
    assert form.is_valid()
    assert [new.key for new in form.new_criteria()] == ["remark", "beauty", "quality"]


def test_it_leaves_out_a_criterion_that_is_removed(draft: RubricVersion) -> None:
    form = typed(draft, criteria__0__DELETE="on", criteria__0__title="")
    assert form.is_valid(), list(form.problems())
    assert [new.key for new in form.new_criteria()] == ["beauty", "remark"]


def test_it_keeps_a_levels_key_when_its_words_change(draft: RubricVersion) -> None:
    form = typed(
        draft,
        **{
            "criteria-0-levels-0-value": "0",
            "criteria-0-levels-0-label": "Dreadful",
            "criteria-0-levels-5-value": "1",
            "criteria-0-levels-5-label": "Bad",
        },
    )
    assert form.is_valid(), list(form.problems())
    levels = form.new_criteria()[0].levels
    assert [(level.value, level.label, level.key) for level in levels[:2]] == [
        (0, "Dreadful", "level_1"),
        (1, "Bad", "level_1_2"),
    ]


def test_it_reads_an_emptied_row_as_a_level_taken_away(draft: RubricVersion) -> None:
    row = "criteria-0-levels-4"
    form = typed(draft, **{f"{row}-value": "", f"{row}-label": "", f"{row}-descriptor": ""})
    assert form.is_valid()
    assert [level.value for level in form.new_criteria()[0].levels] == [1, 2, 3, 4]


def test_it_makes_a_key_from_the_title_of_a_new_criterion(draft: RubricVersion) -> None:
    new = {
        "criteria-TOTAL_FORMS": "4",
        "criteria-3-title": "Beauty",
        "criteria-3-type": "count",
        "criteria-3-direction": "none",
        "criteria-3-justification_rule": "never",
        "criteria-3-justification_min_length": "0",
        "criteria-3-levels-TOTAL_FORMS": "0",
        "criteria-3-levels-INITIAL_FORMS": "0",
    }
    form = typed(draft, **new)
    assert form.is_valid(), list(form.problems())
    assert [item.key for item in form.new_criteria()] == ["quality", "beauty", "remark", "beauty_2"]


def test_it_passes_over_a_blank_criterion_but_never_over_its_levels(draft: RubricVersion) -> None:
    blank = {
        "criteria-TOTAL_FORMS": "4",
        "criteria-3-type": "ordinal",
        "criteria-3-ORDER": "4",
        "criteria-3-direction": "none",
        "criteria-3-justification_rule": "optional",
        "criteria-3-justification_min_length": "20",
        "criteria-3-is_required": "on",
        "criteria-3-levels-TOTAL_FORMS": "1",
        "criteria-3-levels-INITIAL_FORMS": "0",
    }
    form = typed(draft, **blank)
    assert form.is_valid(), list(form.problems())
    assert len(form.new_criteria()) == 3
    form = typed(draft, **blank, **{"criteria-3-levels-0-label": "Typed here"})
    assert sentences(form) == [
        "Criterion 4, title: Give the criterion a title.",
        "Criterion 4, level 1, number: Give this level a number, or empty the whole row.",
    ]


@pytest.mark.parametrize(
    ("typed_numbers", "expected"),
    [
        (["7", "", ""], [7, 8, 9]),
        (["32766", "", ""], [1, 32766, 32767]),
        (["32767", "1", ""], [1, 2, 32767]),
        (["-5", "", ""], [-5, -4, -3]),
    ],
)
def test_it_numbers_options_within_what_is_stored(
    draft: RubricVersion, lena: User, typed_numbers: list[str], expected: list[int]
) -> None:
    """Above the highest number that was typed, and from 1 where none is left above."""
    changes = {"criteria__0__type": "choice"}
    for row in range(5):
        is_kept = row < len(typed_numbers)
        changes[f"criteria-0-levels-{row}-value"] = typed_numbers[row] if is_kept else ""
        changes[f"criteria-0-levels-{row}-label"] = f"Option {row}" if is_kept else ""
        changes[f"criteria-0-levels-{row}-descriptor"] = ""
        changes[f"criteria-0-levels-{row}-key"] = f"o{row}" if is_kept else ""
    form = typed(draft, **changes)
    assert form.is_valid(), list(form.problems())
    write_draft(actor=lena, version=draft, spec=form.spec())
    stored = draft.criteria.get(key="quality").levels.order_by("value")
    assert [level.value for level in stored] == expected


def test_it_gives_levels_only_to_types_that_have_them(draft: RubricVersion) -> None:
    form = typed(draft, criteria__0__type="count")
    assert form.is_valid()
    assert form.new_criteria()[0].levels == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"criteria__1__key": "quality"},
            "Two criteria have the key “quality”. Change one of them.",
        ),
        (
            {"criteria__1__key": "Two words"},
            "Beauty, key: Use lower-case letters, digits and underscores, beginning with a letter.",
        ),
        ({"criteria__0__title": ""}, "Criterion 1, title: Give the criterion a title."),
        (
            {"criteria-0-levels-1-value": "1"},
            "Quality: Two levels have the number 1. Change one of them.",
        ),
        (
            {"criteria-0-levels-1-value": ""},
            "Quality, level 2, number: Give this level a number, or empty the whole row.",
        ),
        ({"criteria-0-levels-1-value": "1.5"}, "Quality, level 2, number: Enter a whole number."),
        (
            {"criteria__0__justification_rule": "band"},
            "Quality, from score: Say from which to which score a justification is required, "
            "or choose another rule.",
        ),
        (
            {
                "criteria__0__justification_rule": "band",
                "criteria__0__justification_band_low": "5",
                "criteria__0__justification_band_high": "1",
            },
            "Quality, from score: It begins above its end. Swap the two numbers.",
        ),
        (
            {"criteria-2-set-text-max_length": "10.5"},
            "Remark, most characters: Enter a whole number.",
        ),
        (
            {"criteria-2-set-text-max_length": "0"},
            "Remark, most characters: This is 1 or more.",
        ),
        (
            {"criteria__1__type": "count", "criteria-1-set-count-min": "9" * 400},
            "Beauty, lowest: This is a whole number of 9007199254740992 at most.",
        ),
        (
            {"criteria__0__gate_low": "1"},
            "Quality, to answer: Say from which to which answer the form ends, or from none.",
        ),
        (
            {"criteria__1__condition_effect": "show"},
            "Beauty, the criterion before it: Choose a criterion that stands before it.",
        ),
        (
            {"sample_images": "candidate\npicture"},
            "images, a role on each line: There is no role “picture”. "
            "Use candidate, reference, source, edit.",
        ),
        (
            {"sample_questions": "a | Red? | b"},
            "questions, one on each line: Question 1 names a parent that does not stand before it.",
        ),
        (
            {"criteria__0__type": "hologram"},
            "Quality, type: Select a valid choice. hologram is not one of the available choices.",
        ),
        (
            {"criteria-0-levels-TOTAL_FORMS": "31"},
            "Quality: A criterion has 30 levels at most. Empty some rows.",
        ),
        (
            {"criteria-TOTAL_FORMS": "61"},
            "A rubric has 60 criteria at most. Remove some.",
        ),
    ],
)
def test_it_says_what_to_mend_and_where(
    draft: RubricVersion, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in sentences(typed(draft, **changes))


def test_it_stores_one_line_end_whatever_the_browser_sends(draft: RubricVersion) -> None:
    form = typed(draft, instruction="One\r\ntwo", criteria__0__description="A\r\nB")
    assert form.is_valid()
    assert form.cleaned_data["instruction"] == "One\ntwo"
    assert form.new_criteria()[0].description == "A\nB"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Overall quality", "overall_quality"),
        ("Über-Schärfe!", "uber_scharfe"),
        ("3D look", "criterion_3d_look"),
        ("自然さ", "criterion"),
        ("x" * 80, "x" * 50),
    ],
)
def test_it_makes_keys_that_may_stand_in_a_file(title: str, key: str) -> None:
    assert make_key(title) == key


def test_it_counts_on_where_a_key_is_taken() -> None:
    taken = {"quality", "quality_2"}
    assert make_unique("quality", taken) == "quality_3"
    assert "quality_3" in taken


def test_it_makes_levels_from_plain_rows(project: Project, lena: User) -> None:
    draft = cast.release_rubric(
        project,
        lena,
        CriterionSpec(
            "ends", "ordinal", "Ends", levels=(LevelSpec(-4, "Low"), LevelSpec(1, "High"))
        ),
    )
    keys = draft.criteria.get().levels.values_list("key", flat=True)
    assert list(keys) == ["level_minus_4", "level_1"]
