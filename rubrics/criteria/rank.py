from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.parts import NOT_OFFERED, PartsType, one_value, record_schema, refuse
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion
from rubrics.subject import SubjectImage


@dataclass(frozen=True)
class Slot:
    """One image with the rank chosen for it; empty where there is none."""

    index: int
    image: SubjectImage
    rank: str


@dataclass(frozen=True)
class RankControls:
    slots: list[Slot]
    ranks: list[str]
    allows_ties: bool


class Rank(PartsType):
    """An order of the images, the best first; kept as groups of positions, a group for a tie."""

    name = "rank"
    label = "Order of images"
    help = "Put the images of the task in order."
    has_number = False
    may_be_per_image = False
    settings = (Setting("ties", "Allow ties", "flag", default=True),)

    def nothing_to_ask(self, asked: Asked) -> str:
        has_several = len(asked.subject.judged) > 1
        return "" if has_several else "There is nothing to put in order: it takes two images."

    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {
            "ranks": {
                image.position: one_value(data, f"{name}-rank-{image.position}")
                for image in asked.subject.judged
            }
        }

    def check(self, asked: Asked, typed: Any) -> Answer | None:
        images = asked.subject.judged
        chosen = {image.position: typed["ranks"].get(image.position, "") for image in images}
        if not any(chosen.values()):
            return None
        offered = {str(rank): rank for rank in range(1, len(images) + 1)}
        if without := [image.name for image in images if not chosen[image.position]]:
            refuse(asked, f"give every image a rank; still without: {', '.join(without)}.")
        if not set(chosen.values()) <= set(offered):
            refuse(asked, NOT_OFFERED)
        ranks = {position: offered[rank] for position, rank in chosen.items()}
        if not self.setting(asked.criterion, "ties") and len(set(ranks.values())) < len(ranks):
            refuse(asked, "give each rank once; ties are not allowed.")
        ordered = sorted(ranks, key=lambda position: (ranks[position], position))
        groups = [list(group) for _, group in groupby(ordered, key=lambda one: ranks[one])]
        return Answer(data={"ranks": groups})

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        return ", then ".join(
            " = ".join(_name(asked, position) for position in group)
            for group in answer.data.get("ranks", ())
        )

    def initial(self, asked: Asked, answer: StoredAnswer) -> dict[str, Any]:
        return {
            "ranks": {
                position: str(rank)
                for rank, group in enumerate(answer.data.get("ranks", ()), start=1)
                for position in group
            }
        }

    def controls(self, asked: Asked, value: Any) -> RankControls:
        ranks = (value or {"ranks": {}})["ranks"]
        images = asked.subject.judged
        return RankControls(
            slots=[
                Slot(index, image, ranks.get(image.position, ""))
                for index, image in enumerate(images)
            ],
            ranks=[str(rank) for rank in range(1, len(images) + 1)],
            allows_ties=self.setting(asked.criterion, "ties"),
        )

    def missing(self, criterion: Criterion) -> str:
        return "rank every image"

    def answer_rule(self, criterion: Criterion) -> str:
        if self.setting(criterion, "ties"):
            return "1 is the best; images that are equal get the same rank."
        return "1 is the best; each rank is given once."

    def answer_schema(self) -> dict[str, Any]:
        positions = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1}
        return record_schema(ranks={"type": "array", "items": positions})


def _name(asked: Asked, position: int) -> str:
    image = asked.subject.find_image(position)
    return image.name if image else f"image {position + 1}"
