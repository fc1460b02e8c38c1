"""What a project's page shows, by the roles of the person who looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from evalhub.access import roles_of
from evalhub.models import Membership, Project, Role, User
from evalhub.work import WorkState
from reviews.agreement_words import AgreementLine, agreement_line
from reviews.models import AgreementResult, AgreementRun, Audit, Export
from rubrics.models import RubricVersion
from tasks.models import Adjustment, Batch, Flag, FollowUp, Judgment, ParkedSubmit
from tasks.progress import Holds, Progress, holds_of, progress_of
from tasks.today import Today, work_today

BATCHES_SHOWN = 5
EXPORTS_SHOWN = 3
OWN_SHOWN = 10
# Below this many audits a percentage would say more than is known.
AUDITS_FOR_A_SHARE = 10


@dataclass(frozen=True)
class Agreement:
    """How far evaluators agree under the current version, and whether that is being computed."""

    lines: list[AgreementLine]
    run: AgreementRun | None


@dataclass(frozen=True)
class Audited:
    """What audits found so far: those drawn at random apart from those of flagged tasks."""

    waiting: int
    sampled: int
    sampled_wrong: int
    flagged: int
    flagged_wrong: int

    @property
    def percent_wrong(self) -> int | None:
        """Return the percent of sampled judgments found wrong, or None for too few."""
        if self.sampled < AUDITS_FOR_A_SHARE:
            return None
        return round(100 * self.sampled_wrong / self.sampled)


@dataclass(frozen=True)
class Work:
    """What an evaluator did in the project."""

    today: Today
    total: int
    newest: list[Judgment]
    parked: list[ParkedSubmit]


@dataclass(frozen=True)
class Overview:
    """The parts of a project's page; a part that the person may not see is None."""

    project: Project
    roles: set[Role]
    progress: Progress
    holds: Holds | None
    published: RubricVersion | None
    draft: RubricVersion | None
    draft_is_written: bool
    work: Work | None
    agreement: Agreement | None
    audited: Audited | None
    open_flags: int
    batches: list[Batch]
    failed_follow_ups: list[FollowUp]
    adjustment: Adjustment | None
    exports: list[Export]
    people: list[tuple[str, int]]

    @property
    def is_staff(self) -> bool:
        return bool(self.roles - {Role.EVALUATOR})

    @property
    def is_evaluator(self) -> bool:
        return Role.EVALUATOR in self.roles

    @property
    def is_reviewer(self) -> bool:
        return Role.REVIEWER in self.roles

    @property
    def is_lead(self) -> bool:
        return Role.LEAD in self.roles

    @property
    def is_manager(self) -> bool:
        return Role.MANAGER in self.roles

    @property
    def sees_batches(self) -> bool:
        return self.is_lead or self.is_manager

    @property
    def has_evaluators(self) -> bool:
        return any(role == Role.EVALUATOR.label for role, _ in self.people)

    @property
    def is_set_up(self) -> bool:
        """Return whether evaluators can begin: a published rubric, tasks and somebody to judge."""
        return bool(self.published and self.progress.tasks and self.has_evaluators)


def overview_of(user: User, project: Project) -> Overview:
    """Return what `user`, a member, may see of `project`; evaluators see nothing of peers or QA."""
    roles = roles_of(user, project)
    is_staff = bool(roles - {Role.EVALUATOR})
    published, draft = _versions(project)
    sees_batches = bool(roles & {Role.LEAD, Role.MANAGER})
    return Overview(
        project=project,
        roles=roles,
        progress=progress_of([project])[project.pk],
        holds=holds_of(project) if sees_batches else None,
        published=published,
        draft=draft if is_staff else None,
        draft_is_written=_is_written(draft) if is_staff and not published else False,
        work=_work(user, project) if Role.EVALUATOR in roles else None,
        agreement=_agreement(published) if is_staff and published else None,
        audited=_audited(project) if is_staff else None,
        open_flags=_open_flags(project) if is_staff else 0,
        batches=list(project.batches.order_by("-pk")[:BATCHES_SHOWN]) if sees_batches else [],
        failed_follow_ups=_failed_follow_ups(project) if sees_batches else [],
        adjustment=_adjustment(project) if sees_batches else None,
        exports=list(project.exports.all()[:EXPORTS_SHOWN]) if Role.MANAGER in roles else [],
        people=_people(project) if is_staff else [],
    )


def _versions(project: Project) -> tuple[RubricVersion | None, RubricVersion | None]:
    """Return the published version and the draft, where there are such."""
    states = RubricVersion.State
    rows = RubricVersion.objects.filter(
        rubric__project=project, state__in=[states.PUBLISHED, states.DRAFT]
    )
    by_state = {row.state: row for row in rows}
    return by_state.get(states.PUBLISHED), by_state.get(states.DRAFT)


def _is_written(draft: RubricVersion | None) -> bool:
    return draft is not None and draft.criteria.exists()


def _work(user: User, project: Project) -> Work:
    own = Judgment.objects.filter(evaluator=user, project=project)
    parked = ParkedSubmit.objects.filter(
        assignment__evaluator=user, assignment__task__project=project
    )
    return Work(
        today=work_today(user, project),
        total=own.filter(revision=1).count(),
        newest=list(own.last_of(user, project).select_related("task")),
        parked=list(parked.order_by("-pk")[:OWN_SHOWN]),
    )


def _agreement(version: RubricVersion) -> Agreement:
    results = {
        row.criterion_id: row for row in AgreementResult.objects.filter(criterion__version=version)
    }
    criteria = version.criteria.order_by("position", "pk")
    return Agreement(
        lines=[agreement_line(row, results.get(row.pk)) for row in criteria],
        run=AgreementRun.objects.filter(version=version).first(),
    )


def _audited(project: Project) -> Audited:
    done = Q(state=Audit.State.DONE)
    wrong = done & ~Q(verdict=Audit.Verdict.AGREE)
    sampled, flagged = Q(reason=Audit.Reason.SAMPLED), Q(reason=Audit.Reason.FLAGGED)
    counts = Audit.objects.filter(project=project).aggregate(
        waiting=Count("pk", filter=~done),
        sampled=Count("pk", filter=done & sampled),
        sampled_wrong=Count("pk", filter=wrong & sampled),
        flagged=Count("pk", filter=done & flagged),
        flagged_wrong=Count("pk", filter=wrong & flagged),
    )
    return Audited(**counts)


def _failed_follow_ups(project: Project) -> list[FollowUp]:
    failed = FollowUp.objects.filter(version__rubric__project=project, work_state=WorkState.FAILED)
    return list(failed.select_related("version").order_by("pk"))


def _adjustment(project: Project) -> Adjustment | None:
    """Return the adjustment of the tasks that are there, unless all is done."""
    return Adjustment.objects.filter(project=project).exclude(work_state=WorkState.DONE).first()


def _open_flags(project: Project) -> int:
    return Flag.objects.filter(task__project=project, state=Flag.State.OPEN).count()


def _people(project: Project) -> list[tuple[str, int]]:
    """Return how many hold each role, in the roles' order."""
    held = Counter(
        Membership.objects.filter(project=project, user__is_active=True).values_list(
            "role", flat=True
        )
    )
    return [(str(role.label), held[role]) for role in Role if held[role]]
