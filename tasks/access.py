"""Fetch what belongs to one evaluator, permission included."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404

from evalhub.access import has_role
from evalhub.models import Role, User
from tasks.models import Assignment, Flag, Judgment, ParkedSubmit


def get_assignment_for(user: User, pk: int) -> Assignment:
    """Return the assignment `pk` of `user`; Http404 for anybody else's, or a lost role."""
    # The role is a query of its own: as a part of this one it takes twice as long.
    with suppress(Assignment.DoesNotExist):
        assignment = Assignment.objects.select_related("task__project", "version").get(
            pk=pk, evaluator=user
        )
        if has_role(user, assignment.task.project, Role.EVALUATOR):
            return assignment
    raise Http404("There is no such task, or it is not yours.")


def get_judgment_for(user: User, pk: int) -> Judgment:
    """Return the judgment `pk` that `user` made; Http404 for anybody else's, or a lost role."""
    judgment = (
        Judgment.objects.filter(pk=pk, evaluator=user)
        .select_related(
            "project", "task", "version__rubric", "assignment__task__project", "assignment__version"
        )
        .first()
    )
    if judgment is None or not has_role(user, judgment.project, Role.EVALUATOR):
        raise Http404("There is no such judgment, or it is not yours.")
    return judgment


def get_parked_for(user: User, pk: int) -> ParkedSubmit:
    """Return the parked submit `pk` of `user`; Http404 for anybody else's, or a lost role."""
    parked = (
        ParkedSubmit.objects.filter(pk=pk, assignment__evaluator=user)
        .select_related("assignment__task__project", "assignment__version")
        .first()
    )
    if parked is None or not has_role(user, parked.assignment.task.project, Role.EVALUATOR):
        raise Http404("There is no such submit, or it is not yours.")
    return parked


def get_answered_flag_for(user: User, pk: int) -> Flag:
    """Return the flag `pk` that `user` raised and a lead answered; Http404 for any other."""
    flag = (
        Flag.objects.filter(pk=pk, raised_by=user, state=Flag.State.ANSWERED)
        .select_related("task__project")
        .first()
    )
    if flag is None or not has_role(user, flag.task.project):
        raise Http404("There is no such answer, or it is not yours.")
    return flag
