"""Who has read which version, and who has to read what changed before going on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evalhub.models import Project, Role, User
from rubrics.changes import needs_reading
from rubrics.models import Acknowledgement, CriterionChange, RubricVersion

Kind = CriterionChange.Kind
# What is put to an evaluator before the next task; an editorial change is only announced.
MUST_BE_READ = frozenset({Kind.CLARIFYING, Kind.BREAKING, Kind.ADDED, Kind.REMOVED})


@dataclass(frozen=True)
class UnreadChange:
    """What stands between the version that a person knows and a newer one."""

    earlier: RubricVersion
    later: RubricVersion
    kind: CriterionChange.Kind

    @property
    def must_be_read(self) -> bool:
        return self.kind in MUST_BE_READ

    @property
    def is_editorial(self) -> bool:
        return self.kind == Kind.EDITORIAL


def version_in_force(project: Project) -> RubricVersion | None:
    """Return the version that new work in `project` is opened with; None before a release."""
    published = RubricVersion.objects.filter(
        rubric__project=project, state=RubricVersion.State.PUBLISHED
    )
    return published.order_by("-number").first()


def has_noted(user: User, version: RubricVersion) -> bool:
    """Return whether `user` has read `version`, or began with it."""
    return Acknowledgement.objects.filter(version=version, user=user).exists()


def unread_change(user: User, version: RubricVersion) -> UnreadChange | None:
    """Return what `user` has not read yet about `version`; one query in the usual case.

    None for what is acknowledged, and for a person who knows no version of the rubric.
    """
    if has_noted(user, version):
        return None
    earlier = known_version(user, version)
    if earlier is None or earlier.number >= version.number:
        return None
    return UnreadChange(earlier, version, needs_reading(earlier, version))


def editorial_change(user: User, version: RubricVersion) -> UnreadChange | None:
    """Return the change up to `version` that is announced to `user`, not put to them to read."""
    change = unread_change(user, version)
    return change if change and change.is_editorial else None


def shown_change(user: User, version: RubricVersion) -> UnreadChange | None:
    """Return the change to show to a person for whom none is unread.

    The one they acknowledged, else that from the release before; None for the first release.
    """
    row = (
        Acknowledgement.objects.filter(version=version, user=user)
        .select_related("changed_from")
        .first()
    )
    earlier = row.changed_from if row else None
    earlier = earlier or (
        RubricVersion.objects.filter(rubric=version.rubric_id, number__lt=version.number)
        .order_by("-number")
        .first()
    )
    return UnreadChange(earlier, version, needs_reading(earlier, version)) if earlier else None


def releases_between(earlier: RubricVersion, later: RubricVersion) -> list[RubricVersion]:
    """Return the releases after `earlier` up to `later`, the oldest first."""
    return list(
        RubricVersion.objects.filter(
            rubric=later.rubric_id, number__gt=earlier.number, number__lte=later.number
        ).order_by("number")
    )


def known_version(user: User, version: RubricVersion) -> RubricVersion | None:
    """Return the newest version of the same rubric that `user` has read, if there is one."""
    return (
        RubricVersion.objects.filter(rubric=version.rubric_id, acknowledgements__user=user)
        .order_by("-number")
        .first()
    )


def begin_with(user: User, version: RubricVersion) -> None:
    """Note that `version` is the first that `user` works under: nothing changed for them."""
    Acknowledgement.objects.get_or_create(version=version, user=user)


@dataclass(frozen=True)
class Reader:
    """An evaluator and when they took note of a version; `began` where they started with it."""

    user: User
    at: datetime | None = None
    began: bool = False


@dataclass(frozen=True)
class Readers:
    """The evaluators of a version's project, each in one of three lists."""

    read: list[Reader]
    began: list[Reader]
    not_yet: list[Reader]

    @property
    def total(self) -> int:
        return len(self.read) + len(self.began) + len(self.not_yet)

    def __iter__(self) -> Iterator[Reader]:
        yield from (*self.not_yet, *self.read, *self.began)


def readers_of(version: RubricVersion) -> Readers:
    """Return who has read `version`, or a later one with what it changed; in two queries."""
    noted: dict[int, Acknowledgement] = {}
    rows = Acknowledgement.objects.filter(
        version__rubric=version.rubric_id, version__number__gte=version.number
    ).order_by("-version__number")
    for row in rows:
        noted[row.user_id] = row  # the earliest of them is what stays
    read, began, not_yet = [], [], []
    for user in evaluators_of(version.rubric.project):
        if (found := noted.get(user.pk)) is None:
            not_yet.append(Reader(user))
        elif found.changed_from_id is None:
            began.append(Reader(user, found.created_at, began=True))
        else:
            read.append(Reader(user, found.created_at))
    return Readers(read, began, not_yet)


def evaluators_of(project: Project) -> list[User]:
    """Return the active evaluators of `project` by name."""
    members = User.objects.filter(
        is_active=True, memberships__project=project, memberships__role=Role.EVALUATOR
    )
    return list(members.order_by("first_name", "last_name", "username"))
