"""Release a draft: from then on it never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.actions.drafts import DraftConflictError, lock_version
from rubrics.changes import WHOLE_TITLE, Kind, ProposedChange, proposed_changes
from rubrics.content import hash_version, spec_of
from rubrics.models import CriterionChange, RubricVersion
from rubrics.problems import spec_problems

OlderWork = RubricVersion.OlderWork
INCOMPARABLE = (Kind.BREAKING, Kind.ADDED, Kind.REMOVED)


class RubricNotReadyError(Exception):
    """The draft cannot be published; `problems` says why, each in a plain sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def publish_problems(version: RubricVersion) -> list[str]:
    """Return what keeps `version` from being published, each in a plain sentence."""
    return [problem.sentence for problem in spec_problems(spec_of(version))]


@transaction.atomic
def publish_version(
    *,
    actor: User,
    version: RubricVersion,
    release_notes: str | None = None,
    seen: str | None = None,
    decisions: Mapping[str, str] | None = None,
    older_work: str = "",
) -> RubricVersion:
    """Publish a draft and retire the version before it; work already open keeps its version.

    `decisions` gives the class of a change by criterion key ("" for the whole), where it is not
    the one proposed. `older_work` says what becomes of judgments made before: left as they are
    where nothing is said. Both are stored for good; a first release has neither.

    Raises PermissionDenied for anyone but a lead, RubricNotReadyError with what is missing or
    cannot be decided so, DraftConflictError where the draft no longer has the hash `seen`.
    Publishing a published version again changes nothing.
    """
    version = lock_version(version)
    require_role(actor, version.rubric.project, Role.LEAD)
    if not version.is_draft:
        return version
    content = hash_version(version)
    if seen is not None and seen != content:
        raise DraftConflictError(version)
    if problems := publish_problems(version):
        raise RubricNotReadyError(problems)
    before = version.rubric.current_version()
    changes = proposed_changes(spec_of(before), spec_of(version)) if before else []
    decided = _decide(changes, decisions or {})
    settled = _settle(changes, decided, older_work)
    _release(actor, version, before, release_notes, settled)
    _store(version, before, changes, decided)
    after: dict[str, Any] = {
        "state": RubricVersion.State.PUBLISHED,
        "number": version.number,
        "content": content,
    }
    if before:
        changed = {key: kind for key, kind in decided.items() if kind != Kind.UNCHANGED}
        after |= {"decisions": changed, "older_work": settled}
    log_action(
        actor=actor,
        verb="rubric_version:publish",
        target=version,
        project=version.rubric.project,
        before={"state": RubricVersion.State.DRAFT},
        after=after,
    )
    return version


def _decide(
    changes: list[ProposedChange], decisions: Mapping[str, str]
) -> dict[str, CriterionChange.Kind]:
    """Return the class of each change, as decided or proposed; refuse what cannot be decided."""
    known = {change.key for change in changes}
    problems = [
        f"There is no criterion “{key}” in this release or the one before. "
        "Open the page again and decide anew."
        for key in decisions
        if key not in known
    ]
    decided = {}
    for change in changes:
        kind = decisions.get(change.key, change.proposed)
        if kind in change.choices:
            decided[change.key] = Kind(kind)
        else:
            listed = " or ".join(choice.label.lower() for choice in change.choices)
            problems.append(
                f"“{change.title}”: this change can be classed as {listed}, not as “{kind}”."
            )
    if problems:
        raise RubricNotReadyError(problems)
    return decided


def _settle(
    changes: list[ProposedChange], decided: Mapping[str, CriterionChange.Kind], older_work: str
) -> str:
    """Return what becomes of older work; refuse what the changes do not allow."""
    if older_work and older_work not in OlderWork.values:
        raise RubricNotReadyError(["Choose what happens to older work from the list."])
    if not changes:
        return ""  # nothing was judged before a first release
    asked_again = [
        f"“{change.title}”"
        for change in changes
        if decided[change.key] in (Kind.BREAKING, Kind.ADDED)
    ]
    if older_work == OlderWork.KEEP and asked_again:
        raise RubricNotReadyError(
            [
                f"Older work cannot be kept as comparable: {', '.join(asked_again)} changed too "
                "much or is new. Have it asked again, or leave it as it is."
            ]
        )
    if older_work == OlderWork.REASK and decided[""] == Kind.BREAKING:
        raise RubricNotReadyError(
            [
                f"“{WHOLE_TITLE}” is a breaking change, so every criterion is concerned. "
                "Have the older work judged anew, or leave it as it is."
            ]
        )
    if older_work == OlderWork.REASK and not asked_again:
        raise RubricNotReadyError(
            ["No criterion is new or changed too much, so there is nothing to ask again."]
        )
    return older_work or OlderWork.LEAVE.value


def _release(
    actor: User,
    version: RubricVersion,
    before: RubricVersion | None,
    release_notes: str | None,
    older_work: str,
) -> None:
    if before:
        before.state = RubricVersion.State.RETIRED
        before.save(update_fields=["state"])
    version.state = RubricVersion.State.PUBLISHED
    if release_notes is not None:
        version.release_notes = release_notes
    version.older_work = older_work
    version.published_at = timezone.now()
    version.published_by = actor
    version.save(
        update_fields=["state", "release_notes", "older_work", "published_at", "published_by"]
    )


def _store(
    version: RubricVersion,
    before: RubricVersion | None,
    changes: list[ProposedChange],
    decided: Mapping[str, CriterionChange.Kind],
) -> None:
    """Write how each criterion relates to the release before, for agreement and exports to obey."""
    if before is None:
        return
    CriterionChange.objects.bulk_create(
        CriterionChange(
            version=version,
            earlier=before,
            criterion_key=change.key,
            proposed=change.proposed,
            decided=decided[change.key],
            is_comparable=decided[change.key] not in INCOMPARABLE,
        )
        for change in changes
    )
