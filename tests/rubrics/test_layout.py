from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.urls import reverse

from evalhub.models import Project, User
from rubrics.actions import start_rubric
from rubrics.actions.examples import add_example
from rubrics.forms import AnswersForm
from rubrics.layout import judging_helper
from rubrics.spec import CriterionSpec, LevelSpec
from rubrics.subject import Subject, SubjectImage
from tests import cast
from tests.rubrics.rubric_files import webp


def show(project: Project, lead: User, *criteria: CriterionSpec, **data: Any) -> str:
    version = cast.release_rubric(project, lead, *criteria)
    return render(AnswersForm(data or None, version=version))


def render(form: AnswersForm) -> str:
    template = Template("{% load crispy_forms_tags %}{% crispy form helper %}")
    html = template.render(Context({"form": form, "helper": judging_helper(form)}))
    return " ".join(html.split())


def levels(*labels: str, low: int = 1) -> tuple[LevelSpec, ...]:
    return tuple(
        LevelSpec(value=value, label=label, descriptor=f"When it is {label.lower()}.")
        for value, label in enumerate(labels, start=low)
    )


def test_it_draws_a_radio_button_per_level_with_its_key_and_words(
    project: Project, lena: User
) -> None:
    html = show(project, lena, cast.quality_criterion(), quality="level_2")
    assert html.count('type="radio"') == 5
    assert 'value="level_2" id="id_quality_1" data-number="2" checked' in html
    assert html.count(" checked") == 1
    assert 'aria-describedby="id_quality_1_words"' in html
    assert '<p class="words" id="id_quality_1_words">The photograph is poor.</p>' in html
    for key in "12345":
        assert f'<kbd>{key}</kbd> <b class="same">{key}</b>' in html
    assert '<div class="levels in-a-row of-5" data-answer="levels">' in html
    assert "<strong>technical quality</strong>" in html


def test_it_prints_the_score_where_it_is_not_the_key(project: Project, lena: User) -> None:
    criterion = CriterionSpec("change", "ordinal", "Change", levels=levels("Worse", "Same", low=-1))
    html = show(project, lena, criterion)
    assert "<kbd>1</kbd> <b>−1</b></span> <span>Worse</span>" in html


def test_it_lists_levels_with_long_labels(project: Project, lena: User) -> None:
    words = levels("Very annoying", "Annoying", "Slightly annoying", "Perceptible", "Imperceptible")
    html = show(project, lena, CriterionSpec("loss", "ordinal", "Loss", levels=words))
    assert '<div class="levels in-a-list" data-answer="levels">' in html


def test_it_gives_no_key_to_a_tenth_level(project: Project, lena: User) -> None:
    words = levels(*(f"L{n}" for n in range(11)), low=0)
    html = show(project, lena, CriterionSpec("many", "ordinal", "Many", levels=words))
    assert html.count("<kbd>") - html.count("<kbd>e</kbd>") == 9
    assert html.count('type="radio"') == 11


def test_it_offers_numbers_with_their_bounds_and_no_default(project: Project, lena: User) -> None:
    html = show(
        project,
        lena,
        CriterionSpec("beauty", "scale", "Beauty", settings={"min": -5, "max": 1.5}),
        CriterionSpec("faces", "count", "Faces"),
    )
    assert '<input type="range" min="-5" max="1.5" step="any"' in html
    assert 'name="beauty" min="-5" max="1.5"' in html
    assert 'id="id_beauty_helptext">A number from −5 to 1.5.</p>' in html
    assert 'aria-describedby="id_beauty_helptext"' in html
    assert 'id="id_faces_helptext">A whole number, 0 or more.</p>' in html
    assert 'value="' not in html.split('name="faces"')[1].split(">")[0]


def test_it_hides_an_optional_justification_until_there_is_one(
    project: Project, lena: User
) -> None:
    version = cast.release_rubric(project, lena)
    assert '<details class="why">' in render(AnswersForm(version=version))
    html = render(AnswersForm({"quality-why": "Soft."}, version=version))
    assert '<details class="why" open>' in html
    assert "Soft.</textarea>" in html


def test_it_shows_what_is_wrong_beside_what_is_wrong(project: Project, lena: User) -> None:
    criterion = cast.quality_criterion(justification_rule="always", allows_not_applicable=True)
    html = show(project, lena, criterion, quality="level_1")
    assert 'id="id_quality-why_error"><strong>Error:</strong> Quality: say why' in html
    assert 'aria-describedby="id_quality-why_helptext id_quality-why_error"' in html
    assert 'name="quality-na"' in html
    assert "Not applicable <kbd>n</kbd>" in html


def test_it_never_turns_a_rubrics_words_into_markup(project: Project, lena: User) -> None:
    marker = "<script>alert(1)</script>"
    criterion = CriterionSpec(
        "quality",
        "ordinal",
        f"Quality {marker}",
        description=marker,
        levels=(LevelSpec(1, marker[:20], marker), LevelSpec(2, "Good", marker)),
    )
    assert "<script" not in show(project, lena, criterion, quality="x")


def test_it_heads_each_section_before_its_first_criterion(project: Project, lena: User) -> None:
    html = show(
        project,
        lena,
        cast.quality_criterion(),
        CriterionSpec("faces", "count", "Faces", section="Look & count"),
        CriterionSpec("hands", "count", "Hands", section="Look & count"),
        CriterionSpec("remark", "text", "Remark", section="Say"),
    )
    assert html.count("<h2") == 2
    heading = '<h2 class="section-heading">Look &amp; count</h2>'
    assert html.index('id="criterion-quality"') < html.index(heading)
    assert html.index(heading) < html.index('id="criterion-faces"')


def test_it_tells_the_script_what_rests_on_what(project: Project, lena: User) -> None:
    gate = CriterionSpec("faces", "count", "Faces", gate_low=0, gate_high=0)
    hands = CriterionSpec(
        "hands",
        "count",
        "Hands",
        is_per_image=True,
        condition_effect="require",
        condition_criterion="faces",
        condition_low=2,
        condition_high=2.5,
        justification_rule="band",
        justification_band_low=0,
        justification_band_high=1,
    )
    version = cast.release_rubric(project, lena, gate, hands)
    html = render(AnswersForm(version=version, subject=Subject(images=(SubjectImage(0),))))
    assert (
        'id="criterion-faces" data-criterion="faces" data-type="count" data-image="" '
        'data-required="true" data-answer-missing="Faces: give an answer." '
        'data-gate-low="0" data-gate-high="0"'
    ) in html
    assert "When the score is 0, the judgment ends here." in html
    assert (
        'data-image="0" data-required="true" data-answer-missing="Hands, image: give an answer." '
        'data-condition="require" data-condition-on="faces" data-condition-low="2" '
        'data-condition-high="2.5"'
    ) in html
    assert 'data-why-rule="band" data-why-low="0" data-why-high="1" data-why-least="20"' in html


@pytest.mark.parametrize("kind", ["ordinal", "choice", "multi"])
def test_it_shows_the_example_of_a_level(project: Project, lena: User, kind: str) -> None:
    rubric = start_rubric(actor=lena, project=project, name="Photos")
    example = add_example(actor=lena, rubric=rubric, data=webp())
    rows = (
        LevelSpec(1, "Soft", "Edges are smeared.", example=example.sha256),
        LevelSpec(2, "Sharp"),
    )
    html = show(project, lena, CriterionSpec("sharp", kind, "Sharp", levels=rows))
    address = reverse("example", args=[project.slug, example.sha256])
    assert f'<img class="example" src="{address}" width="64" height="48"' in html
    assert html.count("<img") == 1
    assert 'alt="Example of “Soft”"> Edges are smeared.</p>' in html


def test_it_keeps_a_clauses_number_for_each_image_and_in_a_follow_up(
    project: Project, lena: User
) -> None:
    version = cast.release_rubric(
        project,
        lena,
        cast.quality_criterion(),
        CriterionSpec("hands", "count", "Hands", is_per_image=True),
    )
    images = (SubjectImage(0, "Image A"), SubjectImage(1, "Image B"))
    html = render(AnswersForm(version=version, subject=Subject(images=images), only={"hands"}))
    assert html.count('<span class="ordinal">2</span> Hands') == 2
    assert 'data-criterion="hands-1" data-type="count" data-image="1"' in html


def test_it_says_on_what_a_criterion_depends(project: Project, lena: User) -> None:
    cause = CriterionSpec(
        "cause",
        "text",
        "Cause",
        condition_effect="show",
        condition_criterion="quality",
        condition_low=1,
        condition_high=2,
    )
    html = show(project, lena, cast.quality_criterion(), cause)
    assert (
        '<p class="asked-when" data-asked-when>Asked only when, for “Quality”, '
        "the score is 2 or lower.</p>"
    ) in html
    assert 'data-condition="show" data-condition-on="quality" data-condition-low="1"' in html
