"""What a release would do: what it changes, the work it meets, the questions it may answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from rubrics.changes import WHOLE_TITLE, Kind, ProposedChange, proposed_changes
from rubrics.content import spec_of
from rubrics.lint import Remark, lint
from rubrics.models import Feedback, RubricVersion
from rubrics.problems import Problem, spec_problems
from tasks.follow_ups import versions_behind
from tasks.models import Assignment, Flag, FlagKind, Judgment, Task

NO_CLAUSE = "About no clause in particular"


@dataclass(frozen=True)
class Impact:
    """The work under the versions before a draft: what goes on, and what is finished.

    `asked_anew` is how many judgments it takes to have the judged tasks judged again in full.
    """

    before: RubricVersion | None = None
    open_assignments: int = 0
    judgments: int = 0
    tasks: int = 0
    asked_anew: int = 0

    @property
    def has_older_work(self) -> bool:
        """Whether there is anything to decide about, now or when what is open is submitted."""
        return bool(self.judgments or self.open_assignments)


@dataclass(frozen=True)
class ClauseQuestions:
    """What was asked about one clause and has no answer yet."""

    title: str
    feedback: list[Feedback] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


@dataclass(frozen=True)
class ReleasePlan:
    """A draft on its way to being released, as it stands now.

    `changes` are those of clauses that differ from the release before; none where there are
    `problems`, which forbid publishing.
    """

    version: RubricVersion
    impact: Impact
    problems: list[Problem]
    remarks: list[Remark]
    changes: list[ProposedChange]
    questions: list[ClauseQuestions]


def plan_release(version: RubricVersion) -> ReleasePlan:
    """Return what releasing the draft `version` would mean."""
    spec, impact = spec_of(version), impact_of(version)
    problems = spec_problems(spec)
    changes: list[ProposedChange] = []
    if impact.before and not problems:
        every = proposed_changes(spec_of(impact.before), spec)
        changes = [change for change in every if change.proposed != Kind.UNCHANGED]
    return ReleasePlan(
        version=version,
        impact=impact,
        problems=problems,
        remarks=lint(spec),
        changes=changes,
        questions=open_questions(version, changes),
    )


def impact_of(version: RubricVersion) -> Impact:
    """Return what publishing the draft `version` meets, in five queries."""
    before = version.rubric.current_version()
    if before is None:
        return Impact()
    judged = (
        Judgment.objects.current()
        .filter(version__in=versions_behind(version))
        .exclude(task__state=Task.State.WITHDRAWN)
    )
    per_task = dict(
        Task.objects.filter(pk__in=judged.order_by().values("task"))
        .order_by()
        .values_list("judgments_per_task")
        .annotate(tasks=Count("pk"))
    )
    return Impact(
        before=before,
        open_assignments=Assignment.objects.filter(
            version=before, state=Assignment.State.OPEN
        ).count(),
        judgments=judged.count(),
        tasks=sum(per_task.values()),
        asked_anew=sum(each * tasks for each, tasks in per_task.items()),
    )


def open_questions(
    version: RubricVersion, changes: Iterable[ProposedChange]
) -> list[ClauseQuestions]:
    """Return the open feedback and flags about the changed clauses, clause by clause.

    Flags that call the guideline unclear without naming a clause come last.
    """
    titles = {change.key: change.title for change in changes}
    if not titles:
        return []
    found = {key: ClauseQuestions(title or WHOLE_TITLE) for key, title in titles.items()}
    remarks = Feedback.objects.filter(
        version__rubric=version.rubric_id, state=Feedback.State.OPEN, criterion_key__in=titles
    )
    for remark in remarks.select_related("given_by", "version").order_by("pk"):
        found[remark.criterion_key].feedback.append(remark)
    elsewhere = ClauseQuestions(NO_CLAUSE)
    about_clauses = Q(criterion_key__in=[key for key in titles if key])
    unclear = Q(criterion_key="", kind=FlagKind.UNCLEAR_GUIDELINE)
    flags = Flag.objects.filter(
        about_clauses | unclear,
        task__project=version.rubric.project_id,
        state=Flag.State.OPEN,
    )
    for flag in flags.select_related("raised_by").order_by("pk"):
        (found[flag.criterion_key] if flag.criterion_key else elsewhere).flags.append(flag)
    return [one for one in (*found.values(), elsewhere) if one.feedback or one.flags]
