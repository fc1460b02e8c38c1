"""What a justification cites: marks as #1, clauses of the guideline as §2."""

from __future__ import annotations

import re

_MARK = re.compile(r"#(\d{1,3})(?!\d)")
_CLAUSE = re.compile(r"§\s?(\d{1,3})(?!\d)")


def cited_marks(text: str, marks: int) -> list[int]:
    """Return the numbers of the marks that `text` cites, of those from 1 to `marks`."""
    return _cited(_MARK, text, marks)


def cited_clauses(text: str, clauses: int) -> list[int]:
    """Return the numbers of the clauses that `text` cites, of those from 1 to `clauses`."""
    return _cited(_CLAUSE, text, clauses)


def cites_enough(text: str, rule: str, *, marks: int, clauses: int) -> bool:
    """Return whether `text` cites what the rule asks for: region, clause, either, or nothing."""
    if rule == "region":
        return bool(cited_marks(text, marks))
    if rule == "clause":
        return bool(cited_clauses(text, clauses))
    if rule == "either":
        return bool(cited_marks(text, marks) or cited_clauses(text, clauses))
    return True


def _cited(pattern: re.Pattern[str], text: str, most: int) -> list[int]:
    found = {int(number) for number in pattern.findall(text)}
    return sorted(number for number in found if 1 <= number <= most)
