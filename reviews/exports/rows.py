"""What a bundle says: its rows, read from one snapshot, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from evalhub.models import Project
from reviews.exports.parts import finite
from reviews.models import AgreementResult
from rubrics.models import Criterion, Level, RubricVersion
from tasks.models import Flag, Judgment, Score, Task

CHUNK = 1000

# What judgments and their scores have in common: a row of scores can be read without any join.
SHARED_COLUMNS = (
    "judgment", "task", "task_key", "batch", "images", "evaluator", "rubric_version", "revision",
    "is_current", "is_late", "opened_at", "submitted_at", "active_seconds",
    "audit_state", "audit_verdict",
)  # fmt: skip
JUDGMENT_COLUMNS = (*SHARED_COLUMNS, "audit_reason", "audit_probability", "viewing", "flags")
SCORE_COLUMNS = (
    *SHARED_COLUMNS, "criterion", "type", "direction", "state", "number", "level", "level_label",
    "text", "data", "justification",
)  # fmt: skip
TASK_COLUMNS = (
    "task", "key", "batch", "state", "prompt", "tags", "judgments_per_task", "judgments", "images",
)  # fmt: skip
FLAG_COLUMNS = ("flag", "task", "raised_by", "kind", "note", "state", "created_at", "answer")

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
            "scores__criterion", "scores__level", "task__flags", "task__task_images__image"
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
            **_value(score),
            "justification": score.justification or None,
        }


def _place_in_rubric(score: Score) -> tuple[int, int]:
    return score.criterion.position, score.criterion_id


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
            "state": task.state,
            "prompt": task.prompt or None,
            "tags": task.tags,
            "judgments_per_task": task.judgments_per_task,
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
        }


def flag_rows(using: str, project: Project, pseudonym: Pseudonym) -> Iterator[dict[str, Any]]:
    """Yield the rows of `flags`; their keys are FLAG_COLUMNS."""
    flags = Flag.objects.using(using).filter(task__project=project).order_by("pk")
    for flag in flags.iterator(chunk_size=CHUNK):
        yield {
            "flag": flag.pk,
            "task": flag.task_id,
            "raised_by": pseudonym(flag.raised_by_id),
            "kind": flag.kind,
            "note": flag.note or None,
            "state": flag.state,
            "created_at": utc(flag.created_at),
            "answer": flag.answer or None,
        }


def released_versions(using: str, project: Project) -> list[RubricVersion]:
    """Return the versions of the project's rubric that judgments can rest on, oldest first."""
    versions = RubricVersion.objects.using(using).filter(rubric__project=project)
    return list(
        versions.exclude(state=RubricVersion.State.DRAFT)
        .select_related("rubric")
        .order_by("number")
    )


def version_document(version: RubricVersion) -> dict[str, Any]:
    """Return a rubric version in full."""
    return {
        "rubric": version.rubric.name,
        "version": version.number,
        "state": version.state,
        "published_at": utc(version.published_at) if version.published_at else None,
        "instruction": version.instruction,
        "release_notes": version.release_notes,
        "criteria": [_criterion(criterion) for criterion in version.criteria.in_order()],
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "key": criterion.key,
        "type": criterion.type,
        "title": criterion.title,
        "description": criterion.description,
        "direction": criterion.direction,
        "required": criterion.is_required,
        "allows_not_applicable": criterion.allows_not_applicable,
        "justification": {
            "rule": criterion.justification_rule,
            "band": [criterion.justification_band_low, criterion.justification_band_high],
            "min_length": criterion.justification_min_length,
        },
        "settings": criterion.settings,
        "levels": [_level(level) for level in criterion.levels.all()],
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "key": level.key,
        "value": level.value,
        "label": level.label,
        "descriptor": level.descriptor,
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


def utc(moment: datetime) -> str:
    """Return `moment` as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
