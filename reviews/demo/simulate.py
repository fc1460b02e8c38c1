"""Let the simulated evaluators judge, flag and skip through the product's own actions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from evalhub.models import Project, User
from reviews.actions import decide_audit, record_judgment
from reviews.demo.people import Simulated
from reviews.models import Audit
from rubrics.criteria import CriterionAnswer
from rubrics.forms import AnswersForm
from rubrics.models import Criterion, Level, RubricVersion
from tasks.actions import Viewing, claim_next_task, raise_flag, skip_task
from tasks.models import Assignment, FlagKind, SkipReason, Task

FLAG_RATE = 0.03
SKIP_RATE = 0.02


def judge_as(
    user: User, manner: Simulated, project: Project, count: int, rng: random.Random
) -> Iterator[Assignment]:
    """Judge at most `count` tasks as `user` in this manner; yield each assignment when done."""
    for _ in range(count):
        assignment = claim_next_task(actor=user, project=project)
        if assignment is None:
            return
        if manner.always is None and rng.random() < SKIP_RATE:
            skip_task(actor=user, assignment=assignment, reason=SkipReason.OUTSIDE_KNOWLEDGE)
        else:
            _judge(user, manner, assignment, rng)
        yield assignment


def _judge(user: User, manner: Simulated, assignment: Assignment, rng: random.Random) -> None:
    task = assignment.task
    if manner.always is None and rng.random() < FLAG_RATE:
        raise_flag(
            actor=user,
            task=task,
            kind=rng.choice([FlagKind.EDGE_CASE, FlagKind.UNCLEAR_GUIDELINE]),
            note="The levels do not say what to do when this is only in the background.",
        )
    seconds = rng.randint(*manner.seconds)
    record_judgment(
        actor=user,
        assignment=assignment,
        answers=_answers(assignment.version, manner, task, rng),
        submit_key=assignment.submit_key,
        viewing=Viewing(
            opened_at=timezone.now() - timedelta(seconds=seconds + rng.randint(0, 20)),
            active_seconds=seconds,
            facts={
                "viewport_width": 1440,
                "viewport_height": 900,
                "pixel_ratio": 1.0,
                "largest_zoom": 1.0,
            },
        ),
    )


def _answers(
    version: RubricVersion, manner: Simulated, task: Task, rng: random.Random
) -> list[CriterionAnswer]:
    """Fill the rubric's own form the way this evaluator would, and let it validate."""
    data: dict[str, Any] = {}
    for criterion in version.criteria.in_order():
        levels = {level.value: level for level in criterion.levels.all()}
        truth = task.hidden_context["planted"]["levels"][criterion.key]
        value = manner.level(truth, sorted(levels), rng)
        data[criterion.key] = levels[value].key
        if criterion.needs_justification(value):
            data[f"{criterion.key}-why"] = _justification(criterion, levels[value], task, truth)
    form = AnswersForm(data, version=version)
    return form.answers()


def _justification(criterion: Criterion, level: Level, task: Task, truth: int) -> str:
    """Return the planted note where the answer is near the truth, else the level's own words."""
    note: str = task.hidden_context["planted"]["notes"].get(criterion.key, "")
    if not note or abs(level.value - truth) > 1:
        note = f"{level.label}: {level.descriptor}"
    return note.ljust(criterion.justification_min_length, ".")


def audit_some(reviewer: User, project: Project, share: float, rng: random.Random) -> int:
    """Decide a share of the waiting audits by the planted truth; return how many."""
    waiting = Audit.objects.filter(project=project, state=Audit.State.WAITING)
    done = 0
    for audit in waiting.select_related("judgment__task", "judgment__evaluator"):
        if rng.random() >= share:
            continue
        verdict, comment = _verdict(audit)
        decide_audit(actor=reviewer, audit=audit, verdict=verdict, comment=comment)
        done += 1
    return done


def _verdict(audit: Audit) -> tuple[Audit.Verdict, str]:
    truth = audit.judgment.task.hidden_context["planted"]["levels"]
    worst, where = 0.0, ""
    for score in audit.judgment.scores.select_related("criterion"):
        distance = abs((score.number or 0) - truth[score.criterion.key])
        if distance > worst:
            worst, where = distance, score.criterion.title
    if worst < 1:
        return Audit.Verdict.AGREE, ""
    verdict = Audit.Verdict.MINOR if worst < 2 else Audit.Verdict.MAJOR
    return verdict, f"{where}: the level given does not fit its description; look again."
