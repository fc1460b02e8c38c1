"""How large the bench is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Tasks and people; seconds of work; rounds of what is compared; pictures."""

    tasks: int
    few_tasks: int
    behind: int
    judged_out: int
    evaluators: int
    seconds: float
    think_seconds: float
    rounds: int
    pages: int
    sqlite_tasks: int
    sqlite_seconds: float
    photographs: int


SIZES = {
    "full": Size(
        tasks=1_000_000,
        few_tasks=1_000,
        behind=20_000,
        judged_out=100_000,
        evaluators=200,
        seconds=150,
        think_seconds=25,
        rounds=200,
        pages=20,
        sqlite_tasks=5_000,
        sqlite_seconds=60,
        photographs=500,
    ),
    "small": Size(
        tasks=20_000,
        few_tasks=500,
        behind=2_000,
        judged_out=5_000,
        evaluators=40,
        seconds=20,
        think_seconds=6,
        rounds=40,
        pages=5,
        sqlite_tasks=1_000,
        sqlite_seconds=15,
        photographs=20,
    ),
}
