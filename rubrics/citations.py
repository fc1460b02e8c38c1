"""What a justification cites: marks as #1, clauses of the guideline as §2.

Where several criteria have marks, a mark is named by its clause too: #2.1 is the first of clause 2.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

_MARK = re.compile(r"#(\d{1,3}(?:\.\d{1,3})?)(?!\d)")
_CLAUSE = re.compile(r"§\s?(\d{1,3})(?!\d)")


def mark_prefixes(criteria: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return, for the key of each criterion of marks, what stands before its marks' numbers.

    `criteria` are the keys and types of all of them, in the rubric's order.
    """
    clauses = {key: at for at, (key, kind) in enumerate(criteria, start=1) if kind == "regions"}
    return {key: f"{clause}." if len(clauses) > 1 else "" for key, clause in clauses.items()}


def first_mark(prefixes: Mapping[str, str]) -> str:
    """Return the name of a mark as an example; `prefixes` as `mark_prefixes` gives them."""
    return f"{next(iter(prefixes.values()), '')}1"


def cited_marks(text: str) -> list[str]:
    """Return the names of the marks that `text` cites, without the sign before them, in order."""
    found = set(_MARK.findall(text))
    return sorted(found, key=lambda name: [int(number) for number in name.split(".")])


def cited_clauses(text: str, clauses: int) -> list[int]:
    """Return the numbers of the clauses that `text` cites, of those from 1 to `clauses`."""
    found = {int(number) for number in _CLAUSE.findall(text)}
    return sorted(number for number in found if 1 <= number <= clauses)


def cites_enough(text: str, rule: str, *, marks: Collection[str], clauses: int) -> bool:
    """Return whether `text` cites what the rule asks for: region, clause, either, or nothing.

    `marks` are the names of those there are.
    """
    has_mark = not set(marks).isdisjoint(cited_marks(text))
    if rule == "region":
        return has_mark
    if rule == "clause":
        return bool(cited_clauses(text, clauses))
    if rule == "either":
        return has_mark or bool(cited_clauses(text, clauses))
    return True
