"""Release a version of the rubric, and set off what it asks of older work."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from evalhub.actions.log import log_action
from evalhub.models import User
from evalhub.work import want_work
from rubrics.actions import answer_feedback, publish_version
from rubrics.models import Feedback, RubricVersion
from tasks import jobs
from tasks.actions.flags import answer_flag
from tasks.carried import keys_asked_again
from tasks.follow_ups import REPEATED, versions_behind
from tasks.models import Flag, FollowUp

OlderWork = RubricVersion.OlderWork


@transaction.atomic
def release_version(
    *,
    actor: User,
    version: RubricVersion,
    release_notes: str,
    seen: str | None = None,
    decisions: Mapping[str, str] | None = None,
    older_work: str = "",
    feedback: Collection[int] = (),
    flags: Collection[int] = (),
) -> RubricVersion:
    """Publish `version` as `rubrics.actions.publish_version` does, and carry the release out.

    Work under the versions before is asked again where `older_work` says so; open `feedback` and
    `flags` (pks) are answered by the release, those answered meanwhile are left as they are.
    Releasing a released version again changes nothing.
    """
    was_draft = RubricVersion.objects.select_for_update(no_key=True).get(pk=version.pk).is_draft
    released = publish_version(
        actor=actor,
        version=version,
        release_notes=release_notes,
        seen=seen,
        decisions=decisions,
        older_work=older_work,
    )
    if not was_draft:
        return released
    _start_follow_up(actor, released)
    _answer(actor, released, feedback, flags)
    return released


def _start_follow_up(actor: User, version: RubricVersion) -> None:
    """Have the older work judged again; the job makes the tasks after the commit."""
    if version.older_work not in REPEATED:
        return
    criteria: list[str] = []
    if version.older_work == OlderWork.REASK:
        criteria = asked_after(version)
    follow_up = FollowUp.objects.create(version=version, criteria=criteria)
    follow_up.behind.set(versions_behind(version))
    want_work(FollowUp, jobs.make_follow_ups, follow_up.pk)
    log_action(
        actor=actor,
        verb="follow_up:start",
        target=follow_up,
        project=version.rubric.project,
        after={"older_work": version.older_work, "criteria": criteria},
    )


def asked_after(version: RubricVersion) -> list[str]:
    """Return the keys of the criteria that a release has asked again, in the rubric's order."""
    before = (
        RubricVersion.objects.filter(rubric=version.rubric_id, number__lt=version.number)
        .order_by("-number")
        .first()
    )
    rows = list(version.criteria.in_order())
    wanted = keys_asked_again(before, version, rows) if before else set()
    return [row.key for row in rows if row.key in wanted]


def _answer(
    actor: User, version: RubricVersion, feedback: Collection[int], flags: Collection[int]
) -> None:
    """Answer what is still open, in the order of keys, so that no two wait in a circle."""
    remarks = Feedback.objects.select_for_update(no_key=True).filter(
        pk__in=feedback, version__rubric=version.rubric_id, state=Feedback.State.OPEN
    )
    for remark in remarks.order_by("pk"):
        answer_feedback(actor=actor, feedback=remark, version=version)
    doubts = Flag.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=flags, task__project=version.rubric.project_id, state=Flag.State.OPEN
    )
    for doubt in doubts.order_by("pk"):
        answer_flag(actor=actor, flag=doubt, version=version)
