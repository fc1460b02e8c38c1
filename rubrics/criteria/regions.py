from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.parts import NOT_OFFERED, PartsType, one_value, refuse
from rubrics.criteria.places import BadPlaceError, read_place, spell_place
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion, Level
from rubrics.spec import CriterionSpec
from rubrics.subject import SubjectImage

NONE_FOUND = "None found"
MOST_MARKS = 50
# Empty rows for marks to come, where no script adds them.
SPARE_ROWS = 3
PARTS = ("where", "image", "label", "severity")
SHAPES = (("point", "Points"), ("box", "Boxes"), ("polygon", "Outlines"))


@dataclass(frozen=True)
class Row:
    """One mark as fields: its place in percent, and what was chosen beside it."""

    index: int
    where: str = ""
    image: str = ""
    label: str = ""
    severity: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said; an image alone says nothing."""
        return not (self.where.strip() or self.label or self.severity)


@dataclass(frozen=True)
class RegionsControls:
    rows: list[Row]
    images: tuple[SubjectImage, ...]
    labels: list[Level]
    severities: list[str]
    shapes: list[str]
    most: int
    is_none: bool
    prefix: str


class Regions(PartsType):
    """Points, boxes and outlines on named images; that there are none is an answer of its own."""

    name = "regions"
    label = "Marks on an image"
    help = "Mark places on an image, or say that there are none to mark."
    levels_are = "labels"
    number_is = "the number of marks"
    first_control = "_where_0"
    settings = (
        Setting("shapes", "Shapes", "choices", default=["point", "box", "polygon"], choices=SHAPES),
        Setting(
            "severities",
            "Severities",
            "words",
            default=[],
            help="From mild to grave; each mark then needs one of them.",
        ),
        Setting("max", "Most marks", "whole", default=MOST_MARKS, least=1, most=MOST_MARKS),
    )

    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        pattern = re.compile(rf"{re.escape(name)}-(?:{'|'.join(PARTS)})-([0-9]{{1,3}})")
        found = {int(match[1]) for key in data if (match := pattern.fullmatch(key))}
        rows = [
            {part: one_value(data, f"{name}-{part}-{index}") for part in PARTS}
            for index in sorted(found)
        ]
        return {
            "rows": [row for row in rows if not Row(0, **row).is_blank],
            "none": bool(one_value(data, f"{name}-none")),
        }

    def check(self, asked: Asked, typed: Any) -> Answer | None:
        rows = [Row(index, **row) for index, row in enumerate(typed["rows"])]
        if typed["none"] and rows:
            refuse(asked, f"mark places or say “{NONE_FOUND.lower()}”, not both.")
        if not typed["none"] and not rows:
            return None
        most = self.setting(asked.criterion, "max")
        if len(rows) > most:
            refuse(asked, f"give at most {most} marks; there are {len(rows)}.")
        marks = [self._mark(asked, row) for row in rows]
        return Answer(number=float(len(marks)), data={"marks": marks})

    def _mark(self, asked: Asked, row: Row) -> dict[str, Any]:
        criterion, number = asked.criterion, f"mark {row.index + 1}"
        images = {str(image.position): image for image in _images(asked)}
        only = next(iter(images)) if len(images) == 1 else ""
        image = images.get(row.image or only)
        if image is None:
            refuse(asked, f"{number}, choose the image it is on.")
        labels = [level.key for level in criterion.levels.all()]
        label = row.label or (labels[0] if len(labels) == 1 else "")
        severities = self.setting(criterion, "severities")
        for given, offered, noun in (
            (label, labels, "its label"),
            (row.severity, severities, "how severe it is"),
        ):
            if offered and not given:
                refuse(asked, f"{number}, choose {noun}.")
            if given and given not in offered:
                refuse(asked, f"{number}, {NOT_OFFERED}")
        try:
            shape, points = read_place(row.where, self.setting(criterion, "shapes"))
        except BadPlaceError as error:
            refuse(asked, f"{number}, {error}")
        return {
            "image": image.position,
            "sha256": image.sha256,
            "width": image.width,
            "height": image.height,
            "shape": shape,
            "points": points,
            "label": label,
            "severity": row.severity or None,
        }

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        labels = {level.key: level.label for level in asked.criterion.levels.all()}
        shown = []
        for number, mark in enumerate(answer.data.get("marks", ()), start=1):
            image = asked.subject.find_image(mark["image"])
            words = [labels.get(mark["label"], mark["label"]), mark["severity"], mark["shape"]]
            name = image.name_within if image else f"image {mark['image'] + 1}"
            what = ", ".join(word for word in words if word)
            shown.append(f"#{asked.mark_prefix}{number} {what} on {name}")
        return "; ".join(shown) or NONE_FOUND

    def initial(self, asked: Asked, answer: StoredAnswer) -> dict[str, Any]:
        marks = answer.data.get("marks", ())
        rows = [
            {
                "where": spell_place(mark["points"]),
                "image": str(mark["image"]),
                "label": mark["label"],
                "severity": mark["severity"] or "",
            }
            for mark in marks
        ]
        return {"rows": rows, "none": not marks}

    def controls(self, asked: Asked, value: Any) -> RegionsControls:
        typed = value or {"rows": [], "none": False}
        most = self.setting(asked.criterion, "max")
        rows = [Row(index, **row) for index, row in enumerate(typed["rows"])]
        spare = max(min(len(rows) + SPARE_ROWS, most), len(rows))
        return RegionsControls(
            rows=[*rows, *(Row(index) for index in range(len(rows), spare))],
            images=_images(asked),
            labels=list(asked.criterion.levels.all()),
            severities=self.setting(asked.criterion, "severities"),
            shapes=self.setting(asked.criterion, "shapes"),
            most=most,
            is_none=typed["none"],
            prefix=asked.mark_prefix,
        )

    def nothing_to_ask(self, asked: Asked) -> str:
        return "" if _images(asked) else "This task has no image to mark."

    def missing(self, criterion: Criterion) -> str:
        return f"mark what you see, or say “{NONE_FOUND.lower()}”"

    def answer_rule(self, criterion: Criterion) -> str:
        shapes = [
            label.lower() for name, label in SHAPES if name in self.setting(criterion, "shapes")
        ]
        return f"Mark {' or '.join(shapes)}, or say “{NONE_FOUND.lower()}”."

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        return 0.0, float(self.setting(criterion, "max"))

    def answer_schema(self) -> dict[str, Any]:
        return SCHEMA


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "marks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "image": {"type": "integer", "minimum": 0},
                    "sha256": {"type": "string"},
                    "width": {"type": "integer", "minimum": 0},
                    "height": {"type": "integer", "minimum": 0},
                    "shape": {"enum": [name for name, _ in SHAPES]},
                    "points": {
                        "type": "array",
                        "items": {
                            "type": "array",
                            "items": {"type": "number", "minimum": 0, "maximum": 1},
                            "minItems": 2,
                            "maxItems": 2,
                        },
                        "minItems": 1,
                    },
                    "label": {"type": "string"},
                    "severity": {"type": ["string", "null"]},
                },
                "required": [
                    "image",
                    "sha256",
                    "width",
                    "height",
                    "shape",
                    "points",
                    "label",
                    "severity",
                ],
                "additionalProperties": False,
            },
        }
    },
    "required": ["marks"],
    "additionalProperties": False,
}


def _images(asked: Asked) -> tuple[SubjectImage, ...]:
    """Return the images that can be marked: the one asked about, or all that are judged."""
    return (asked.image,) if asked.image else asked.subject.judged
