"""Fetch what belongs to one evaluator, permission included."""

from __future__ import annotations

from django.http import Http404

from evalhub.access import has_role
from evalhub.models import Role, User
from tasks.models import Assignment


def get_assignment_for(user: User, pk: int) -> Assignment:
    """Return the assignment `pk` of `user`; Http404 for anybody else's, or a lost role."""
    assignment = (
        Assignment.objects.filter(pk=pk, evaluator=user)
        .select_related("task__project", "version__rubric")
        .first()
    )
    if assignment is None or not has_role(user, assignment.task.project, Role.EVALUATOR):
        raise Http404("There is no such task, or it is not yours.")
    return assignment
