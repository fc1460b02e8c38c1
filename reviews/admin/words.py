"""A judgment under audit, criterion by criterion, as the QA page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from evalhub.markdown import render_markdown
from reviews.models import Audit
from rubrics.criteria import Asked, find_type
from rubrics.forms import AnswersForm
from rubrics.models import Criterion, Level
from tasks.models import Flag, Judgment
from tasks.revisions import RevisionInWords, revisions_of
from tasks.subject import subject_of
from tasks.wording import AnswerInWords, duration, judgment_in_words


@dataclass(frozen=True)
class ReviewedCriterion:
    """One criterion, of one image where it is asked of each, with the evaluator's answer if any."""

    asked: Asked
    answer: AnswerInWords | None
    levels: list[Level]
    chosen: int | None

    @property
    def criterion(self) -> Criterion:
        return self.asked.criterion

    @property
    def clause(self) -> SafeString:
        return render_markdown(self.criterion.description)

    @property
    def is_ordered(self) -> bool:
        """Return whether the levels' numbers mean more than their names."""
        return find_type(self.criterion.type).measurement != "nominal"


def reviewed_criteria(judgment: Judgment) -> list[ReviewedCriterion]:
    """Return every criterion that was asked, in the rubric's order, in a fixed number of queries.

    Images have the names by which the task's pictures are shown beside it.
    """
    subject = subject_of(judgment.task, judgment.assignment.image_order)
    answers = {answer.asked.key: answer for answer in judgment_in_words(judgment, subject)}
    return [
        ReviewedCriterion(
            asked=asked,
            answer=answer,
            levels=list(asked.criterion.levels.all()),
            chosen=answer.level_id if answer else None,
        )
        for asked in AnswersForm(version=judgment.version, subject=subject).everything
        for answer in [answers.get(asked.key)]
    ]


def revisions_in_words(judgment: Judgment) -> list[RevisionInWords]:
    """Return what the evaluator answered first and changed later, nothing where nothing was."""
    subject = subject_of(judgment.task, judgment.assignment.image_order)
    return revisions_of([judgment], subject).get(judgment.assignment_id, [])


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
