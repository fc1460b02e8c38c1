"""The judgments of one task side by side: a row per criterion, a column per judgment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rubrics.criteria import Asked
from rubrics.models import RubricVersion
from tasks.models import Judgment, Task
from tasks.revisions import RevisionInWords, revisions_of
from tasks.wording import WITH_SCORES, AnswerInWords, duration, judgment_in_words


@dataclass(frozen=True)
class Column:
    """One judgment, under the name by which the reader may know its evaluator."""

    judgment: Judgment
    who: str
    answers: dict[str, AnswerInWords]
    revisions: list[RevisionInWords]

    @property
    def active_time(self) -> str:
        seconds = self.judgment.active_seconds
        return "" if seconds is None else duration(seconds)


@dataclass(frozen=True)
class Comparison:
    """What was judged under one version; scores of different versions are never put together."""

    version: RubricVersion
    columns: list[Column]

    def rows(self) -> Iterator[tuple[Asked, list[tuple[Column, AnswerInWords | None]]]]:
        """Yield each criterion that anybody scored, of each image where it is asked of each.

        Beside it stands the answer of every judgment.
        """
        scored = {
            answer.asked.key: answer.asked
            for column in self.columns
            for answer in column.answers.values()
        }
        for asked in sorted(scored.values(), key=_place):
            yield asked, [(column, column.answers.get(asked.key)) for column in self.columns]


def _place(asked: Asked) -> tuple[int, int]:
    return asked.criterion.position, asked.position or 0


def compare_judgments(task: Task, *, by_name: bool) -> list[Comparison]:
    """Return the judgments of `task` that count, the newest version first.

    In a fixed number of queries. Without `by_name` evaluators are numbered, so that nobody
    is audited for who they are.
    """
    judgments = (
        task.judgments.current()
        .select_related("evaluator", "version", "assignment")
        .prefetch_related(*WITH_SCORES)
        .order_by("vote")
    )
    revisions = revisions_of(judgments)
    columns = [
        Column(
            judgment,
            str(judgment.evaluator) if by_name else f"Evaluator {number}",
            {answer.asked.key: answer for answer in judgment_in_words(judgment)},
            revisions.get(judgment.assignment_id, []),
        )
        for number, judgment in enumerate(judgments, start=1)
    ]
    columns.sort(key=lambda column: (-column.judgment.version.number, column.judgment.vote))
    versions = groupby(columns, key=lambda column: column.judgment.version)
    return [Comparison(version, list(some)) for version, some in versions]
