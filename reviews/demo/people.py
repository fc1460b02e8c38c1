"""The people of the demo: some to sign in as, and twelve simulated evaluators."""

from __future__ import annotations

import random
from dataclasses import dataclass

from evalhub.models import Role

PASSWORD = "evalhub-demo"  # noqa: S105 - printed at the demo's start; no other site has it


@dataclass(frozen=True)
class Visitor:
    """Somebody the person at the demo can sign in as."""

    username: str
    first_name: str
    role: Role


VISITORS = (
    Visitor("rosa", "Rosa", Role.EVALUATOR),
    Visitor("ravi", "Ravi", Role.EVALUATOR),
    Visitor("ines", "Ines", Role.EVALUATOR),
    Visitor("ada", "Ada", Role.REVIEWER),
    Visitor("lena", "Lena", Role.LEAD),
    Visitor("mo", "Mo", Role.MANAGER),
)


@dataclass(frozen=True)
class Simulated:
    """How a simulated evaluator deviates from the planted truth.

    On a scale of levels: `noise` is the standard deviation, `bias` is added, `always` replaces
    every answer, `careless` is the share of answers given at random. `seconds` per task.
    """

    username: str
    manner: str
    noise: float = 0.35
    bias: float = 0.0
    always: int | None = None
    careless: float = 0.0
    seconds: tuple[int, int] = (25, 70)

    def level(self, truth: int, values: list[int], rng: random.Random) -> int:
        """Return the level this evaluator gives where the planted truth is `truth`."""
        if self.always is not None:
            return min(values, key=lambda value: abs(value - (self.always or 0)))
        if rng.random() < self.careless:
            return rng.choice(values)
        seen = rng.gauss(truth + self.bias, self.noise)
        if len(values) == 2:  # a yes-or-no question bends under noise, not under bias
            seen = rng.gauss(truth, self.noise * 0.6)
        return min(values, key=lambda value: abs(value - seen))


SIMULATED = (
    Simulated("amara", "careful"),
    Simulated("bjorn", "careful"),
    Simulated("chiara", "careful", noise=0.3),
    Simulated("dmitri", "careful", noise=0.4),
    Simulated("esra", "careful"),
    Simulated("farid", "noisy", noise=0.9),
    Simulated("grace", "noisy", noise=1.0),
    Simulated("hugo", "noisy", noise=0.8),
    Simulated("ilse", "biased: too strict", bias=-1.0),
    Simulated("jonas", "biased: too kind", bias=1.0),
    Simulated("kira", "always the same answer", always=4, seconds=(8, 14)),
    Simulated("liam", "fast and careless", careless=0.6, seconds=(2, 5)),
)
