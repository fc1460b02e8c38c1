"""What was measured, beside what it must reach."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the table; `holds` is None for what has no target."""

    what: str
    target: str
    figure: str
    holds: bool | None = None
    note: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1_000_000) // 1_000_000) - 1)]


def at_most(what: str, limit: float, value: float, unit: str = "ms", note: str = "") -> Figure:
    """Return a line for a value that must not exceed `limit`."""
    digits = 2 if unit == "x" else 0
    return Figure(what, f"<= {limit:g} {unit}", f"{value:.{digits}f} {unit}", value <= limit, note)


def none_of(what: str, found: int, note: str = "") -> Figure:
    """Return a line for something that must not happen."""
    return Figure(what, "0", str(found), found == 0, note)


def for_information(what: str, figure: str, note: str = "") -> Figure:
    """Return a line without a target."""
    return Figure(what, "", figure, None, note)


def write_figures(figures: Iterable[Figure], path: Path) -> None:
    """Write what another process reads back."""
    path.write_text(json.dumps([asdict(figure) for figure in figures]))


def read_figures(path: Path) -> list[Figure]:
    """Read what another process wrote."""
    return [Figure(**fields) for fields in json.loads(path.read_text())]


def as_table(figures: Sequence[Figure]) -> str:
    """Return the table, in the form that documents take it in."""
    words = {True: "holds", False: "MISSES", None: ""}
    rows = [("what", "target", "figure", "", "note")]
    rows += [(one.what, one.target, one.figure, words[one.holds], one.note) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine() -> str:
    """Return what the figures were measured on."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, {memory} GiB, "
        f"Python {platform.python_version()}; load before: {load}"
    )
