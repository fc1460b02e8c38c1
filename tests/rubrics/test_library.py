"""The ready rubrics: each can be published as it is, and reads as one would want to be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubrics import library
from rubrics.files import read_rubric, write_rubric
from rubrics.library import load_ready, ready_rubrics
from rubrics.lint import MOST_REQUIRED, lint
from rubrics.problems import spec_problems
from rubrics.subject import sample_subject

SLUGS = [ready.slug for ready in ready_rubrics()]


def test_it_offers_every_file_once_and_no_other() -> None:
    files = {path.stem for path in Path(library.__file__).parent.glob("*.yaml")}
    assert len(SLUGS) == 13
    assert sorted(SLUGS) == sorted(files)


def test_it_names_each_rubric_as_its_file_does() -> None:
    assert [ready.name for ready in ready_rubrics()] == [load_ready(slug).name for slug in SLUGS]
    assert all(ready.summary.endswith(".") for ready in ready_rubrics())


@pytest.mark.parametrize("slug", ["", "nothing", "../urls", "koniq.yaml"])
def test_it_knows_no_other_rubric(slug: str) -> None:
    with pytest.raises(LookupError, match="There is no ready rubric"):
        load_ready(slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_it_can_be_published_as_it_is(slug: str) -> None:
    file = load_ready(slug)
    assert spec_problems(file.spec) == []
    assert file.spec.instruction.strip()


@pytest.mark.parametrize("slug", SLUGS)
def test_it_draws_no_remark_but_that_it_is_long(slug: str) -> None:
    """Some protocols are long; that is theirs to decide, and the lead's to know."""
    remarks = lint(load_ready(slug).spec)
    assert [remark for remark in remarks if remark.key] == []
    required = sum(criterion.is_required for criterion in load_ready(slug).spec.criteria)
    assert bool(remarks) == (required > MOST_REQUIRED)


@pytest.mark.parametrize("slug", SLUGS)
def test_it_asks_in_words_and_says_which_way_is_better(slug: str) -> None:
    for criterion in load_ready(slug).spec.criteria:
        assert criterion.description.strip().endswith((".", "?")), criterion.key
        if criterion.type == "ordinal":
            assert criterion.direction in {"higher", "lower"}, criterion.key
            assert all(level.descriptor for level in criterion.levels), criterion.key


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_a_sample_task_that_every_criterion_can_be_asked_about(slug: str) -> None:
    spec = load_ready(slug).spec
    assert spec.sample_task["images"]
    subject = sample_subject(spec.sample_task)
    needs = {criterion.type for criterion in spec.criteria}
    assert bool(subject.questions) == ("questions" in needs)
    assert len(subject.judged) == 2 or "pairwise" not in needs
    assert len(subject.judged) > 2 or "rank" not in needs


@pytest.mark.parametrize("slug", SLUGS)
def test_it_stays_the_same_when_written_and_read(slug: str) -> None:
    file = load_ready(slug)
    assert read_rubric(write_rubric(file).encode()) == file
    assert read_rubric(write_rubric(file, "json").encode()) == file
