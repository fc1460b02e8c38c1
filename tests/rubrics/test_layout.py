from __future__ import annotations

from typing import Any

from django.template import Context, Template

from evalhub.models import Project, User
from rubrics.forms import AnswersForm
from rubrics.layout import judging_helper
from rubrics.spec import CriterionSpec, LevelSpec
from tests import cast


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
