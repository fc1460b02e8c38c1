"""What was changed in a judgment, and when, for reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from rubrics.subject import Subject
from tasks.models import Judgment
from tasks.wording import WITH_SCORES, AnswerInWords, judgment_in_words


@dataclass(frozen=True)
class Difference:
    """One answer before and after; None where there was none."""

    before: AnswerInWords | None
    after: AnswerInWords | None

    @property
    def title(self) -> str:
        """Return what was asked."""
        answer = self.after or self.before
        return answer.asked.title if answer else ""

    @property
    def has_same_answer(self) -> bool:
        """Return whether the justification alone is another one."""
        return bool(self.before and self.after and self.before.words == self.after.words)


@dataclass(frozen=True)
class RevisionInWords:
    """One of a judgment's revisions, and what it changed; the first answer changed nothing."""

    judgment: Judgment
    differences: list[Difference] = field(default_factory=list)


def revisions_of(
    judgments: Iterable[Judgment], subject: Subject | None = None
) -> dict[int, list[RevisionInWords]]:
    """Return the revisions of each of `judgments` that was changed, the first one first.

    They stand by the pk of the assignment; of those never changed none does. `subject` names the
    images of the one task that all are about, as for `judgment_in_words`.
    """
    changed = {one.assignment_id for one in judgments if one.revision > 1 or not one.is_current}
    if not changed:
        return {}
    rows = (
        Judgment.objects.filter(assignment__in=changed)
        .select_related("version", "task")
        .prefetch_related(*WITH_SCORES)
        .order_by("revision")
    )
    by_assignment: dict[int, list[Judgment]] = defaultdict(list)
    for row in rows:
        by_assignment[row.assignment_id].append(row)
    return {
        assignment: [
            RevisionInWords(revisions[0]),
            *(
                RevisionInWords(after, _differences(before, after, subject))
                for before, after in pairwise(revisions)
            ),
        ]
        for assignment, revisions in by_assignment.items()
    }


def _differences(before: Judgment, after: Judgment, subject: Subject | None) -> list[Difference]:
    old, new = (
        {answer.asked.key: answer for answer in judgment_in_words(judgment, subject)}
        for judgment in (before, after)
    )
    return [
        Difference(old.get(key), new.get(key))
        for key in dict.fromkeys([*new, *old])
        if _content(old.get(key)) != _content(new.get(key))
    ]


def _content(answer: AnswerInWords | None) -> tuple[str, str] | None:
    return (answer.words, answer.justification) if answer else None
