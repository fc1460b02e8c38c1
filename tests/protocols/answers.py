"""One valid answer to every criterion, as fields of the page, and what must be stored for it.

Two evaluators differ: the reserved one takes the first answer, the one to the left, finds nothing,
and says “not applicable” where that is allowed; the other takes the last and marks what can be
marked. What is stored is worked out here from the field names alone, not by the product.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rubrics.spec import CriterionSpec, RubricSpec
from rubrics.subject import Subject, SubjectImage

WHY = "The sky shows bands; see §1 of the guideline."
PLACES = {
    "point": ("34 52", [[0.34, 0.52]]),
    "box": ("40 60 10 20", [[0.1, 0.2], [0.4, 0.6]]),
    "polygon": ("5 5 50 5.5 25 75", [[0.05, 0.05], [0.5, 0.055], [0.25, 0.75]]),
}
SENTENCE = "A child stands too near to the edge of the pier."
ADDRESSES = "https://example.com/kites\nhttps://example.org/piers?page=2"


@dataclass(frozen=True)
class Given:
    """Fields to send by what follows the criterion's name in theirs, and what they come to."""

    fields: dict[str, str | list[str]] = field(default_factory=dict)
    state: str = "answered"
    number: float | None = None
    level: str | None = None
    text: str | None = None
    data: dict[str, Any] | None = None
    why: str | None = None


@dataclass(frozen=True)
class Evaluator:
    """How one evaluator answers: `chosen` levels by criterion, and what is void by then."""

    is_reserved: bool
    chosen: Mapping[str, str] = field(default_factory=dict)
    void: Collection[str] = ()

    def give(self, spec: RubricSpec, subject: Subject) -> dict[tuple[str, int | None], Given]:
        """Return the answers by criterion and the position of the image they are about."""
        return {
            (criterion.key, image.position if image else None): self._give(
                criterion, subject, image
            )
            for criterion in spec.criteria
            for image in (subject.judged if criterion.is_per_image else (None,))
        }

    def _give(
        self, criterion: CriterionSpec, subject: Subject, image: SubjectImage | None
    ) -> Given:
        if criterion.key in self.void:
            return Given(state="void")
        if criterion.allows_not_applicable and self.is_reserved:
            return Given({"-na": "on"}, state="not_applicable")
        by_type: dict[str, Callable[..., Given]] = {
            "text": self._text,
            "multi": self._multi,
            "pairwise": self._pairwise,
            "rank": self._rank,
            "words": self._words,
            "regions": self._regions,
            "questions": self._questions,
        }
        answer: Callable[..., Given] = by_type.get(criterion.type, self._level)
        given = answer(criterion, subject, image)
        if criterion.justification_rule == "never":
            return given
        fields = {**given.fields, "-why": WHY}
        return Given(**{**vars(given), "fields": fields, "why": WHY})

    def _level(self, criterion: CriterionSpec, *_: Any) -> Given:
        keys = [level.stable_key for level in criterion.levels if level.key != "unsure"]
        key = self.chosen.get(criterion.key, keys[0 if self.is_reserved else -1])
        level = next(level for level in criterion.levels if level.stable_key == key)
        if criterion.settings.get("other") != key:
            return Given({"": key}, number=level.value, level=key)
        other = "A kind of its own"
        return Given({"": key, "-other": other}, number=level.value, level=key, text=other)

    def _text(self, criterion: CriterionSpec, *_: Any) -> Given:
        text = ADDRESSES if criterion.settings.get("urls") else SENTENCE
        return Given({"": text}, text=text)

    def _multi(self, criterion: CriterionSpec, *_: Any) -> Given:
        if self.is_reserved:
            return Given({"-none": "on"}, number=0, data={"ticked": [], "severities": {}})
        keys = [level.stable_key for level in criterion.levels]
        ticked = [keys[0], keys[-1]]
        words = criterion.settings.get("severities", [])
        severities = dict.fromkeys(ticked, words[-1]) if words else {}
        fields = {f"-severity-{key}": word for key, word in severities.items()}
        return Given(
            {"": ticked, **fields}, number=2, data={"ticked": ticked, "severities": severities}
        )

    def _pairwise(self, criterion: CriterionSpec, subject: Subject, _: Any) -> Given:
        if criterion.settings.get("both_bad") and not self.is_reserved:
            return Given({"": "both_bad"}, data={"both_bad": True})
        shown = [image.position for image in subject.judged]
        is_turned = shown != sorted(shown)
        side = -1 if self.is_reserved else 1
        return Given({"": str(side)}, number=-side if is_turned else side)

    def _rank(self, criterion: CriterionSpec, subject: Subject, _: Any) -> Given:
        positions = sorted(image.position for image in subject.judged)
        groups = [[position] for position in positions]
        if not self.is_reserved:
            groups.reverse()
            if criterion.settings.get("ties", True):
                groups = [sorted(groups[0] + groups[1]), *groups[2:]]
        fields: dict[str, str | list[str]] = {
            f"-rank-{position}": str(rank)
            for rank, group in enumerate(groups, start=1)
            for position in group
        }
        return Given(fields, data={"ranks": groups})

    def _words(self, criterion: CriterionSpec, subject: Subject, _: Any) -> Given:
        if self.is_reserved:
            return Given({"-none": "on"}, number=0, data={"marks": []})
        words, label = subject.prompt.split(), criterion.levels[-1].stable_key
        marked = [0, len(words) - 1]
        marks = [{"word": index, "text": words[index], "label": label} for index in marked]
        return Given({f"-word-{index}": label for index in marked}, number=2, data={"marks": marks})

    def _regions(
        self, criterion: CriterionSpec, subject: Subject, image: SubjectImage | None
    ) -> Given:
        if self.is_reserved:
            return Given({"-none": "on"}, number=0, data={"marks": []})
        on, label = image or subject.judged[-1], criterion.levels[-1].stable_key
        words = criterion.settings.get("severities", [])
        fields: dict[str, str | list[str]] = {}
        marks = []
        for row, shape in enumerate(criterion.settings["shapes"]):
            where, points = PLACES[shape]
            fields |= {f"-where-{row}": where, f"-label-{row}": label}
            fields[f"-image-{row}"] = str(on.position)
            if words:
                fields[f"-severity-{row}"] = words[0]
            marks.append(
                {
                    "image": on.position,
                    "sha256": on.sha256,
                    "width": on.width,
                    "height": on.height,
                    "shape": shape,
                    "points": points,
                    "label": label,
                    "severity": words[0] if words else None,
                }
            )
        return Given(fields, number=len(marks), data={"marks": marks})

    def _questions(self, _: CriterionSpec, subject: Subject, __: Any) -> Given:
        roots = {question.key for question in subject.questions if not question.parent}
        if self.is_reserved:
            answers = {
                question.key: "no" if question.key in roots else "void"
                for question in subject.questions
            }
        else:
            words = ["yes", "unsure", "yes", "wrong", "yes"]
            keys = [question.key for question in subject.questions]
            answers = {key: words[at % len(words)] for at, key in enumerate(keys)}
        fields = {f"-{key}": word for key, word in answers.items() if word != "void"}
        return Given(dict(fields), data={"answers": answers})


def fields_of(given: Mapping[tuple[str, int | None], Given]) -> Iterator[tuple[str, list[str]]]:
    """Yield the fields of all answers, each with its full name and everything sent under it."""
    for (key, position), one in given.items():
        name = key if position is None else f"{key}-{position}"
        for end, value in one.fields.items():
            yield f"{name}{end}", value if isinstance(value, list) else [value]
