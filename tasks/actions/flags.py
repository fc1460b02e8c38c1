"""Raise doubt about a task, and answer it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evalhub.access import has_role, require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.actions.questions import mark_answer_seen, write_answer
from rubrics.models import Criterion, RubricVersion
from tasks.models import Flag, FlagKind, Task


class FlagAnsweredError(Exception):
    """Somebody else answered the flag in other words; both texts are kept."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(f"{flag.answered_by} has answered this flag meanwhile.")
        self.flag = flag


@transaction.atomic
def raise_flag(
    *, actor: User, task: Task, kind: FlagKind, note: str = "", criterion_key: str = ""
) -> Flag:
    """Flag `task`, for a clause of the rubric where it is about one.

    Raising the same open kind again replaces its note and clause. For an evaluator who was given
    the task, and for reviewers, leads and managers. Raises ValueError for a clause that is in no
    version of the project's rubric.
    """
    given = task.assignments.filter(evaluator=actor).exists()
    may = (given and has_role(actor, task.project, Role.EVALUATOR)) or has_role(
        actor, task.project, Role.REVIEWER, Role.LEAD, Role.MANAGER
    )
    if not may:
        raise PermissionDenied("You can flag a task that was given to you.")
    clauses = Criterion.objects.filter(version__rubric__project=task.project_id)
    if criterion_key and not clauses.filter(key=criterion_key).exists():
        raise ValueError("The rubric has no such clause.")
    # Locked, so that a note never changes under an answer that is being given.
    flag, is_new = Flag.objects.select_for_update(no_key=True).get_or_create(
        task=task,
        raised_by=actor,
        kind=kind,
        state=Flag.State.OPEN,
        defaults={"note": note, "criterion_key": criterion_key},
    )
    before = {} if is_new else {"note": flag.note, "criterion": flag.criterion_key}
    if (flag.note, flag.criterion_key) != (note, criterion_key):
        flag.note, flag.criterion_key = note, criterion_key
        flag.save(update_fields=["note", "criterion_key"])
    elif not is_new:
        return flag
    log_action(
        actor=actor,
        verb="flag:raise",
        target=flag,
        project=task.project,
        before=before,
        after={"task": task.pk, "kind": kind, "note": note, "criterion": criterion_key},
    )
    return flag


@transaction.atomic
def answer_flag(
    *, actor: User, flag: Flag, answer: str = "", version: RubricVersion | None = None
) -> Flag:
    """Answer an open flag, as a lead, in words or by the release that answers it, or both.

    The same answer again changes nothing. Raises ValueError, in words, for an answer that says
    nothing or names no release of the project, FlagAnsweredError where another one was given.
    """
    flag = (
        Flag.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__project", "answered_by", "answered_in")
        .get(pk=flag.pk)
    )
    project = flag.task.project
    require_role(actor, project, Role.LEAD)
    if version and (version.is_draft or version.rubric.project_id != project.pk):
        raise ValueError(f"{version} is no release of {project}.")
    is_so = write_answer(
        flag, actor=actor, verb="flag:answer", project=project, answer=answer, version=version
    )
    if not is_so:
        raise FlagAnsweredError(flag)
    return flag


@transaction.atomic
def put_away_flag(*, actor: User, flag: Flag) -> Flag:
    """Keep that `actor`, who raised the flag, has read its answer; once is enough.

    Raises PermissionDenied for anybody else, ValueError where there is no answer yet.
    """
    flag = (
        Flag.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__project")
        .get(pk=flag.pk)
    )
    project = flag.task.project
    require_role(actor, project)
    if flag.raised_by_id != actor.pk:
        raise PermissionDenied("Only the person who raised a flag puts its answer away.")
    mark_answer_seen(flag, actor=actor, verb="flag:put_away", project=project)
    return flag
