"""Random rubrics that can be published, and random tasks.

`specs()` draws versions with any types of criterion, `subjects()` tasks to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from rubrics.criteria import all_types, find_type
from rubrics.problems import spec_problems
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from rubrics.subject import Question, Subject, SubjectImage, name_images

# How fast the machine is says nothing about what is tested.
CALM = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
WORDS = st.text("abcxyzäß <&>“%'\"", min_size=1, max_size=20).map(str.strip).filter(bool)
TYPES = [kind.name for kind in all_types()]
PLACES = {
    "point": st.just(1),
    "box": st.just(2),
    "polygon": st.integers(3, 6),
}


def levels(least: int, most: int = 5) -> st.SearchStrategy[tuple[LevelSpec, ...]]:
    """Draw levels in order, some in groups, some described."""
    level = st.builds(
        LevelSpec, value=st.integers(-9, 9), label=WORDS, descriptor=st.just("") | WORDS
    )
    return st.lists(level, min_size=least, max_size=most, unique_by=lambda one: one.value).map(
        lambda found: tuple(
            replace(one, key=f"l{index}")
            for index, one in enumerate(sorted(found, key=lambda one: one.value))
        )
    )


@st.composite
def criteria(draw: st.DrawFn, key: str, kind_name: str) -> CriterionSpec:
    """Draw one criterion of a type, without gates and conditions."""
    kind = find_type(kind_name)
    least = 3 if kind_name == "confidence" else kind.least_levels
    rows = draw(levels(least, 3 if kind_name == "confidence" else 5)) if kind.levels_are else ()
    rows = rows[:2] if kind_name == "binary" else rows
    return CriterionSpec(
        key=key,
        type=kind_name,
        title=draw(WORDS),
        section=draw(st.sampled_from(["", "First", "Second"])),
        description=draw(st.just("") | WORDS),
        is_required=draw(st.booleans()),
        is_per_image=kind.may_be_per_image and draw(st.booleans()),
        allows_not_applicable=draw(st.booleans()),
        justification_rule=draw(st.sampled_from(["never", "optional", "always"])),
        justification_min_length=draw(st.integers(0, 30)),
        settings=draw(_settings(kind_name, rows)),
        levels=rows,
    )


@st.composite
def _settings(draw: st.DrawFn, kind: str, rows: Sequence[LevelSpec]) -> dict[str, Any]:
    flag = st.booleans()
    severities = st.sampled_from([[], ["mild", "grave"]])
    shapes = st.lists(st.sampled_from(list(PLACES)), min_size=1, unique=True)
    drawn: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "choice": {"other": st.sampled_from(["", *(row.key for row in rows)])},
        "multi": {"none": flag, "min": st.integers(1, len(rows) or 1), "severities": severities},
        "scale": {"min": st.integers(-5, 0), "max": st.integers(1, 9)},
        "count": {"min": st.integers(0, 2), "max": st.none() | st.integers(3, 9)},
        "text": {"min_length": st.integers(0, 9), "urls": flag},
        "pairwise": {"steps": st.sampled_from([2, 3, 5, 7]), "ties": flag, "both_bad": flag},
        "rank": {"ties": flag},
        "regions": {"shapes": shapes, "severities": severities, "max": st.integers(1, 4)},
        "questions": {"unsure": flag, "wrong": flag},
    }
    found = {name: draw(values) for name, values in drawn.get(kind, {}).items()}
    if found.get("max", 0) is None:
        del found["max"]
    return found


@st.composite
def specs(draw: st.DrawFn, most: int = 6) -> RubricSpec:
    """Draw a version that can be published: any types, gates and conditions between them."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=most))
    kinds = [k for n, k in enumerate(kinds) if k != "confidence" or k not in kinds[:n]]
    found: list[CriterionSpec] = []
    for number, kind in enumerate(kinds):
        criterion = draw(criteria(f"c{number}", kind))
        criterion = draw(_conditioned(criterion, found))
        found.append(draw(_gated(criterion)) if number < len(kinds) - 1 else criterion)
    spec = RubricSpec(instruction=draw(st.just("") | WORDS), criteria=tuple(found))
    assume(not spec_problems(spec))  # now and then a gate shuts a condition out
    return spec


@st.composite
def _conditioned(
    draw: st.DrawFn, criterion: CriterionSpec, earlier: list[CriterionSpec]
) -> CriterionSpec:
    others = [one for one in earlier if _values(one) and not one.is_per_image]
    if not others or not draw(st.booleans()):
        return criterion
    other = draw(st.sampled_from(others))
    number = draw(st.sampled_from(_values(other)))
    return replace(
        criterion,
        condition_effect=draw(st.sampled_from(["show", "require"])),
        condition_criterion=other.key,
        condition_low=number,
        condition_high=number,
    )


@st.composite
def _gated(draw: st.DrawFn, criterion: CriterionSpec) -> CriterionSpec:
    """Close on one of at least two answers, so that what follows stays within reach."""
    values = _values(criterion)
    if len(values) < 3 or draw(st.integers(0, 3)):
        return criterion
    return replace(criterion, gate_low=values[0], gate_high=values[0])


def _values(criterion: CriterionSpec) -> list[float]:
    """Return numbers that an answer of levels can have."""
    kind = find_type(criterion.type)
    return [float(level.value) for level in criterion.levels] if kind.has_levels else []


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """Draw a task: a prompt or none, up to four judged images in any order, questions."""
    count = draw(st.integers(1, 4))
    source = draw(st.booleans())
    order = draw(st.permutations(range(count + source)))
    roles = {n: "source" if source and n == count else "candidate" for n in order}
    names = name_images([(n, roles[n], roles[n].capitalize()) for n in order])
    questions: list[Question] = []
    for number in range(draw(st.integers(0, 3))):
        parent = draw(st.sampled_from(["", *(one.key for one in questions)]))
        questions.append(Question(f"q{number}", draw(WORDS), parent))
    return Subject(
        prompt=draw(st.just("") | st.lists(WORDS, max_size=4).map(" ".join)),
        images=tuple(SubjectImage(n, names[n], roles[n], 1200, 900, f"{n:064x}") for n in order),
        questions=tuple(questions),
    )
