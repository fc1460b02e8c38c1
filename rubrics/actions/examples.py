"""Add an example image to a rubric."""

from __future__ import annotations

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.examples import make_example, store_example
from rubrics.models import ExampleImage, Rubric


def add_example(*, actor: User, rubric: Rubric, data: bytes) -> ExampleImage:
    """Keep the picture in `data` as an example of `rubric`; the same row for the same picture.

    Raises PermissionDenied for anyone but a lead, Refused, in words, for what is no whole picture.
    """
    require_role(actor, rubric.project, Role.LEAD)
    webp = make_example(data)  # it may take a while, so no lock is held meanwhile
    with transaction.atomic():
        before = rubric.examples.count()
        example = store_example(rubric, webp)
        if rubric.examples.count() > before:
            log_action(
                actor=actor,
                verb="example:add",
                target=example,
                project=rubric.project,
                after={"sha256": example.sha256},
            )
    return example
