"""A reviewer's verdict on a judgment."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from evalhub.models import ActionLog, Project, Role, User
from reviews.actions import AuditDecidedError, decide_audit
from reviews.models import Audit
from rubrics.models import RubricVersion
from tests import cast
from tests.reviews.scenes import judge

AGREE, MINOR, MAJOR = Audit.Verdict.AGREE, Audit.Verdict.MINOR, Audit.Verdict.MAJOR


@pytest.fixture
def audit(project: Project, version: RubricVersion, rosa: User, mo: User) -> Audit:
    cast.make_tasks(project, mo)
    project.audit_rate = 1.0
    project.save(update_fields=["audit_rate"])
    return Audit.objects.get(judgment=judge(rosa, project))


def test_it_records_the_verdict_and_logs_it(audit: Audit, ada: User) -> None:
    decide_audit(actor=ada, audit=audit, verdict=MAJOR, comment="  The horizon is bent. ")
    audit.refresh_from_db()
    assert (audit.state, audit.verdict, audit.reviewer) == ("done", "major", ada)
    assert audit.comment == "The horizon is bent."
    assert audit.decided_at is not None
    entry = ActionLog.objects.get(verb="audit:decide")
    assert (entry.actor, entry.object_id, entry.project) == (ada, str(audit.pk), audit.project)
    assert (entry.before, entry.after["verdict"]) == ({"state": "waiting"}, "major")


def test_it_needs_no_comment_to_agree(audit: Audit, ada: User) -> None:
    assert decide_audit(actor=ada, audit=audit, verdict=AGREE).state == "done"


@pytest.mark.parametrize("verdict", [MINOR, MAJOR])
@pytest.mark.parametrize("comment", ["", "  \n "])
def test_it_asks_what_is_wrong(
    audit: Audit, ada: User, verdict: Audit.Verdict, comment: str
) -> None:
    with pytest.raises(ValidationError, match="Say what is wrong"):
        decide_audit(actor=ada, audit=audit, verdict=verdict, comment=comment)
    audit.refresh_from_db()
    assert audit.state == "waiting"


@pytest.mark.parametrize("name", ["lena", "mo", "rosa", "ravi", "otto"])
def test_it_is_for_reviewers_of_the_project_alone(
    audit: Audit, request: pytest.FixtureRequest, name: str
) -> None:
    with pytest.raises(PermissionDenied):
        decide_audit(actor=request.getfixturevalue(name), audit=audit, verdict=AGREE)
    assert not ActionLog.objects.filter(verb="audit:decide").exists()


def test_it_refuses_a_verdict_on_ones_own_judgment(
    audit: Audit, project: Project, rosa: User
) -> None:
    cast.join(project, rosa, Role.REVIEWER)
    with pytest.raises(PermissionDenied, match="your own judgment"):
        decide_audit(actor=rosa, audit=audit, verdict=AGREE)


def test_it_changes_nothing_when_the_same_verdict_comes_twice(audit: Audit, ada: User) -> None:
    first = decide_audit(actor=ada, audit=audit, verdict=MINOR, comment="Too kind.")
    again = decide_audit(actor=ada, audit=audit, verdict=MINOR, comment="Too kind. ")
    assert again.decided_at == first.decided_at
    assert ActionLog.objects.filter(verb="audit:decide").count() == 1


def test_it_shows_the_verdict_that_another_reviewer_gave_first(
    audit: Audit, project: Project, ada: User
) -> None:
    second = cast.make_user("abel")
    cast.join(project, second, Role.REVIEWER)
    decide_audit(actor=ada, audit=audit, verdict=MINOR, comment="Too kind.")
    for verdict, comment in ((MAJOR, "Far too kind."), (MINOR, "Too kind.")):
        with pytest.raises(AuditDecidedError, match="Ada has decided") as refused:
            decide_audit(actor=second, audit=audit, verdict=verdict, comment=comment)
        assert (refused.value.audit.verdict, refused.value.audit.comment) == ("minor", "Too kind.")
    audit.refresh_from_db()
    assert audit.reviewer == ada


def test_it_does_not_let_a_reviewer_change_a_verdict_silently(audit: Audit, ada: User) -> None:
    decide_audit(actor=ada, audit=audit, verdict=MINOR, comment="Too kind.")
    with pytest.raises(AuditDecidedError, match="Ada has decided"):
        decide_audit(actor=ada, audit=audit, verdict=AGREE)
