"""The cases by their ids; each is one function that returns what it saw, or fails an assertion."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tests.faults.house import House

Case = Callable[[House], str]

# Where each case is, the longest first: with two at a time the last ones are short.
MODULES = {
    "FT1": "broker",
    "FT17": "sqlite",
    "FT3": "workers",
    "CC1": "races",
    "FT11": "exports",
    "FT7": "database",
    "FT19": "health",
    "FT9": "workers",
    "CC10": "drafts",
    "CC5": "races",
    "CC3": "races",
    "CC7": "conflicts",
    "CC8": "conflicts",
    "FT15": "backup",
}


def find_case(name: str) -> Case:
    """Return the function of a case; Django must be set up."""
    case: Case = getattr(import_module(f"tests.faults.cases.{MODULES[name]}"), name.lower())
    return case
