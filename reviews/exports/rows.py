"""What a bundle says: its rows, read from one snapshot, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from evalhub.models import Project
from reviews.exports.parts import finite, utc
from reviews.models import AgreementResult
from rubrics.citations import cited_clauses, cited_marks
from rubrics.models import Feedback
from rubrics.subject import JUDGED_ROLES
from tasks.models import Flag, Judgment, Score, Task

CHUNK = 1000
MOST_CITED = 999

# What judgments and their scores have in common: a row of scores can be read without any join.
SHARED_COLUMNS = (
    "judgment", "task", "task_key", "batch", "images", "evaluator", "rubric_version", "revision",
    "vote", "is_current", "is_late", "opened_at", "submitted_at", "active_seconds",
    "audit_state", "audit_verdict",
)  # fmt: skip
JUDGMENT_COLUMNS = (*SHARED_COLUMNS, "audit_reason", "audit_probability", "viewing", "flags")
SCORE_COLUMNS = (
    *SHARED_COLUMNS, "criterion", "type", "direction", "image", "state", "number", "level",
    "level_label", "text", "data", "justification", "cites", "carried_from",
)  # fmt: skip
TASK_COLUMNS = (
    "task", "key", "batch", "kind", "state", "prompt", "tags", "questions", "judgments_per_task",
    "judgments_added", "is_panel", "judgments", "images", "follows", "criteria",
)  # fmt: skip
PAIR_COLUMNS = (
    "judgment", "task", "evaluator", "rubric_version", "revision", "is_current", "criterion",
    "type", "first", "second", "preferred",
)  # fmt: skip
FLAG_COLUMNS = (
    "flag", "task", "raised_by", "kind", "note", "criterion", "state", "created_at", "answer",
    "answered_in",
)  # fmt: skip
FEEDBACK_COLUMNS = (
    "feedback", "rubric_version", "criterion", "given_by", "text", "state", "created_at", "answer",
    "answered_in",
)  # fmt: skip

Pseudonym = Callable[[int], str]


def pseudonyms_of(project: Project) -> Pseudonym:
    """Return the function from a person's id to the name the bundles of `project` use.

    The same person has the same name in every export of the project, and another one elsewhere.
    """

    def pseudonym(user_id: int) -> str:
        digest = salted_hmac(
            f"export:{project.pk}", str(user_id), secret=settings.SECRET_KEY, algorithm="sha256"
        ).hexdigest()
        return f"person-{digest[:12]}"

    return pseudonym


def judgments_in(using: str, project: Project) -> Iterator[Judgment]:
    """Yield every revision of every judgment, oldest first, with what its rows need."""
    judgments = (
        Judgment.objects.using(using)
        .filter(project=project)
        .select_related("task__batch", "version", "audit", "current_for")
        .prefetch_related(
            "scores__criterion",
            "scores__level",
            "scores__image__image",
            "task__flags",
            "task__task_images__image",
        )
        .order_by("pk")
    )
    yield from judgments.iterator(chunk_size=CHUNK)


def judgment_row(judgment: Judgment, pseudonym: Pseudonym) -> dict[str, Any]:
    """Return one row of `judgments`; its keys are JUDGMENT_COLUMNS."""
    task, audit = judgment.task, getattr(judgment, "audit", None)
    return {
        "judgment": judgment.pk,
        "task": task.pk,
        "task_key": task.key,
        "batch": task.batch.name,
        "images": [
            {"role": link.role, "sha256": link.image.sha256} for link in task.task_images.all()
        ],
        "evaluator": pseudonym(judgment.evaluator_id),
        "rubric_version": judgment.version.number,
        "revision": judgment.revision,
        "vote": judgment.vote,
        "is_current": getattr(judgment, "current_for", None) is not None,
        "is_late": judgment.is_late,
        "opened_at": utc(judgment.opened_at),
        "submitted_at": utc(judgment.submitted_at),
        "active_seconds": judgment.active_seconds,
        "audit_state": audit.state if audit else None,
        "audit_verdict": (audit.verdict or None) if audit else None,
        "audit_reason": audit.reason if audit else None,
        "audit_probability": audit.inclusion_probability if audit else None,
        "viewing": judgment.viewing,
        "flags": sorted(
            flag.kind for flag in task.flags.all() if flag.raised_by_id == judgment.evaluator_id
        ),
    }


def score_rows(judgment: Judgment, judgment_row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of `scores` of one judgment; their keys are SCORE_COLUMNS."""
    shared = {column: judgment_row[column] for column in SHARED_COLUMNS}
    for score in sorted(judgment.scores.all(), key=_place_in_rubric):
        yield {
            **shared,
            "criterion": score.criterion.key,
            "type": score.criterion.type,
            "direction": score.criterion.direction,
            "image": score.image.image.sha256 if score.image else None,
            **_value(score),
            "justification": score.justification or None,
            "cites": _citations(score),
            "carried_from": score.carried_from_id,
        }


def pair_rows(judgment: Judgment, judgment_row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pairs that rankings and pairwise answers come to; their keys are PAIR_COLUMNS.

    `first` and `second` are images by SHA-256, in the task's order; `preferred` is first, second,
    tie, or neither where both are bad. The answers themselves stand in `scores`.
    """
    images = {link.position: link.image.sha256 for link in judgment.task.task_images.all()}
    shared = {column: judgment_row[column] for column in PAIR_COLUMNS[:6]}
    for score in sorted(judgment.scores.all(), key=_place_in_rubric):
        for first, second, preferred in _pairs(score, judgment):
            yield {
                **shared,
                "criterion": score.criterion.key,
                "type": score.criterion.type,
                "first": images.get(first),
                "second": images.get(second),
                "preferred": preferred,
            }


def _pairs(score: Score, judgment: Judgment) -> Iterator[tuple[int, int, str]]:
    if score.state != Score.State.ANSWERED:
        return
    if score.criterion.type == "rank":
        ranks = {
            position: rank
            for rank, positions in enumerate(score.data.get("ranks", []))
            for position in positions
        }
        for first, second in combinations(sorted(ranks), 2):
            yield first, second, _preferred(ranks[first] - ranks[second])
    elif score.criterion.type == "pairwise":
        judged = [
            link.position for link in judgment.task.task_images.all() if link.role in JUDGED_ROLES
        ]
        first, second = sorted(judged)[:2]
        is_neither = score.number is None
        yield first, second, "neither" if is_neither else _preferred(score.number or 0)


def _preferred(difference: float) -> str:
    if difference == 0:
        return "tie"
    return "first" if difference < 0 else "second"


def _citations(score: Score) -> list[str]:
    """Return what the justification cites, as it is written: marks as #1, clauses as §2."""
    marks = cited_marks(score.justification)
    clauses = cited_clauses(score.justification, MOST_CITED)
    return [*(f"#{name}" for name in marks), *(f"§{number}" for number in clauses)]


def _place_in_rubric(score: Score) -> tuple[int, int]:
    return score.criterion.position, score.image.position if score.image else 0


def _value(score: Score) -> dict[str, Any]:
    return {
        "state": score.state,
        "number": finite(score.number),
        "level": score.level.key if score.level else None,
        "level_label": score.level.label if score.level else None,
        "text": score.text or None,
        "data": score.data or None,
    }


def task_rows(using: str, project: Project) -> Iterator[dict[str, Any]]:
    """Yield the rows of `tasks`; their keys are TASK_COLUMNS."""
    tasks = (
        Task.objects.using(using)
        .filter(project=project)
        .exclude(state=Task.State.IMPORTING)
        .select_related("batch")
        .prefetch_related("task_images__image")
        .order_by("pk")
    )
    for task in tasks.iterator(chunk_size=CHUNK):
        yield {
            "task": task.pk,
            "key": task.key,
            "batch": task.batch.name,
            "kind": task.kind,
            "state": task.state,
            "prompt": task.prompt or None,
            "tags": task.tags,
            "questions": task.questions,
            "judgments_per_task": task.judgments_per_task,
            "judgments_added": task.judgments_added,
            "is_panel": task.is_panel,
            "judgments": task.judgments_done,
            "images": [
                {
                    "role": link.role,
                    "sha256": link.image.sha256,
                    "format": link.image.format,
                    "width": link.image.width,
                    "height": link.image.height,
                }
                for link in task.task_images.all()
            ],
            "follows": task.follows_id,
            "criteria": task.criteria,
        }


def flag_rows(using: str, project: Project, pseudonym: Pseudonym) -> Iterator[dict[str, Any]]:
    """Yield the rows of `flags`; their keys are FLAG_COLUMNS."""
    flags = (
        Flag.objects.using(using)
        .filter(task__project=project)
        .select_related("answered_in")
        .order_by("pk")
    )
    for flag in flags.iterator(chunk_size=CHUNK):
        yield {
            "flag": flag.pk,
            "task": flag.task_id,
            "raised_by": pseudonym(flag.raised_by_id),
            "kind": flag.kind,
            "note": flag.note or None,
            "criterion": flag.criterion_key or None,
            "state": flag.state,
            "created_at": utc(flag.created_at),
            "answer": flag.answer or None,
            "answered_in": flag.answered_in.number if flag.answered_in else None,
        }


def feedback_rows(using: str, project: Project, pseudonym: Pseudonym) -> Iterator[dict[str, Any]]:
    """Yield the rows of `feedback`; their keys are FEEDBACK_COLUMNS."""
    remarks = (
        Feedback.objects.using(using)
        .filter(version__rubric__project=project)
        .select_related("version", "answered_in")
        .order_by("pk")
    )
    for remark in remarks.iterator(chunk_size=CHUNK):
        yield {
            "feedback": remark.pk,
            "rubric_version": remark.version.number,
            "criterion": remark.criterion_key or None,
            "given_by": pseudonym(remark.given_by_id),
            "text": remark.text,
            "state": remark.state,
            "created_at": utc(remark.created_at),
            "answer": remark.answer or None,
            "answered_in": remark.answered_in.number if remark.answered_in else None,
        }


def agreement_rows(using: str, project: Project) -> list[dict[str, Any]]:
    """Return the stored agreement on each criterion and version of `project`."""
    results = (
        AgreementResult.objects.using(using)
        .filter(criterion__version__rubric__project=project)
        .select_related("criterion__version")
        .order_by("criterion__version__number", "criterion__position", "criterion__pk")
    )
    return [
        {
            "rubric_version": result.criterion.version.number,
            "pooled_versions": result.versions,
            "criterion": result.criterion.key,
            "coefficient": "krippendorff_alpha",
            "measurement": result.measurement,
            "status": result.status,
            "verdict": result.verdict or None,
            "alpha": finite(result.alpha),
            "alpha_low": finite(result.alpha_low),
            "alpha_high": finite(result.alpha_high),
            "percent_agreement": finite(result.percent),
            "percent_within_one": finite(result.percent_within_one),
            "gwet_ac1": finite(result.ac1),
            "tasks": result.n_tasks,
            "answers": result.n_judgments,
            "evaluators": result.n_evaluators,
            "watermark": result.watermark,
            "seed": result.seed,
        }
        for result in results
    ]
