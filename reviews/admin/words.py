"""A judgment under audit, criterion by criterion, as the QA page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from evalhub.markdown import render_markdown
from reviews.models import Audit
from rubrics.criteria import find_type
from rubrics.models import Criterion, Level
from tasks.models import Flag, Judgment
from tasks.wording import AnswerInWords, duration, judgment_in_words


@dataclass(frozen=True)
class ReviewedCriterion:
    """One criterion of the rubric with the evaluator's answer, None where there is none."""

    criterion: Criterion
    answer: AnswerInWords | None
    levels: list[Level]
    chosen: int | None

    @property
    def clause(self) -> SafeString:
        return render_markdown(self.criterion.description)

    @property
    def is_ordered(self) -> bool:
        """Return whether the levels' numbers mean more than their names."""
        return find_type(self.criterion.type).measurement != "nominal"


def reviewed_criteria(judgment: Judgment) -> list[ReviewedCriterion]:
    """Return every criterion that was asked, in the rubric's order, in four queries."""
    answers = {answer.criterion.pk: answer for answer in judgment_in_words(judgment)}
    chosen = dict(judgment.scores.order_by("pk").values_list("criterion", "level"))
    return [
        ReviewedCriterion(
            criterion=criterion,
            answer=answers.get(criterion.pk),
            levels=list(criterion.levels.all()),
            chosen=chosen.get(criterion.pk),
        )
        for criterion in judgment.version.criteria.in_order()
    ]


def viewing_in_words(judgment: Judgment) -> list[tuple[str, str]]:
    """Return how the task was looked at: pairs of what and how, as far as it is known."""
    facts = []
    if judgment.active_seconds is not None:
        facts.append(("Active time", duration(judgment.active_seconds)))
    seen = judgment.viewing
    if seen.get("viewport_width") and seen.get("viewport_height"):
        width, height = seen["viewport_width"], seen["viewport_height"]
        facts.append(("Window", f"{width:g} × {height:g} px"))
    if zoom := seen.get("largest_zoom"):
        facts.append(("Largest zoom", f"{zoom:.0%}".replace("%", " %")))
    return facts


@dataclass(frozen=True)
class FlagInWords:
    """A flag on the task under audit; `by` tells no name."""

    flag: Flag
    by: str


def flags_in_words(audit: Audit) -> list[FlagInWords]:
    """Return the flags on the audited task, the latest first, in one query."""
    own = audit.judgment.evaluator_id
    return [
        FlagInWords(flag, "the evaluator" if flag.raised_by_id == own else "somebody else")
        for flag in audit.judgment.task.flags.all()
    ]
