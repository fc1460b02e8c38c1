"""How marks and clauses are cited, and by which names."""

from __future__ import annotations

import pytest

from rubrics.citations import cited_clauses, cited_marks, first_mark, mark_prefixes


@pytest.mark.parametrize(
    ("types", "prefixes", "first"),
    [
        ({}, {}, "1"),
        ({"a": "text", "b": "words"}, {}, "1"),
        ({"a": "text", "b": "regions"}, {"b": ""}, "1"),
        ({"a": "text", "b": "regions", "c": "regions"}, {"b": "2.", "c": "3."}, "2.1"),
    ],
)
def test_it_names_the_clause_of_a_mark_only_where_several_have_marks(
    types: dict[str, str], prefixes: dict[str, str], first: str
) -> None:
    assert mark_prefixes(types.items()) == prefixes
    assert first_mark(prefixes) == first


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("See #10, #2 and #2.", ["2", "10"]),
        ("#3.10 before #3.2, as in #1.", ["1", "3.2", "3.10"]),
        ("#1234, # 1 and 1#", []),
        ("By #2.And so on.", ["2"]),
    ],
)
def test_it_reads_the_marks_that_are_cited(text: str, names: list[str]) -> None:
    assert cited_marks(text) == names


def test_it_reads_the_clauses_that_are_cited() -> None:
    assert cited_clauses("By §2, § 1 and §9", 3) == [1, 2]
