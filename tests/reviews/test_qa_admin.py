"""The QA queue of a reviewer, and the page on which a judgment gets its verdict."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from reviews.actions import decide_audit, record_judgment
from reviews.models import Audit
from reviews.pseudonyms import pseudonym
from rubrics.models import RubricVersion
from tasks.actions import Viewing, raise_flag
from tasks.models import FlagKind, Judgment, Rendition
from tests import cast

QUEUE = "/admin/reviews/audit/"
WHY = "The horizon is soft and the shadows are noisy."


@pytest.fixture
def project(db: None) -> Project:
    """A project in which every judgment is audited."""
    return cast.make_project(audit_rate=1.0)


@pytest.fixture
def reviewer(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def audit_of(user: User, project: Project, mo: User, value: int = 4, why: str = WHY) -> Audit:
    """Let `user` judge a new task, which is drawn for audit."""
    cast.make_tasks(project, mo, judgments_per_task=1, prompt="A <b>lighthouse</b> at dusk")
    assignment = cast.claim(user, project)
    submission = record_judgment(
        actor=user,
        assignment=assignment,
        answers=cast.answer(assignment.version, {"quality": value}, {"quality": why}),
        submit_key=assignment.submit_key,
        viewing=Viewing(active_seconds=95, facts={"largest_zoom": 2.5, "pixel_ratio": 2.0}),
    )
    assert submission.judgment is not None
    return Audit.objects.get(judgment=submission.judgment)


def page(audit: Audit) -> str:
    return f"{QUEUE}{audit.pk}/change/"


def add_thumbnail(audit: Audit) -> None:
    image = audit.judgment.task.images.get()
    Rendition.objects.create(
        image=image,
        kind=Rendition.Kind.THUMBNAIL,
        key=f"renditions/{image.sha256}",
        content_type="image/webp",
        width=72,
        height=54,
        bytes=100,
        sha256=image.sha256,
    )


# ---------------------------------------------------------------- whose audits
def test_it_lists_the_audits_of_reviewed_projects_only(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User, otto: User
) -> None:
    own = audit_of(rosa, project, mo)
    elsewhere = Project.objects.get(slug="elsewhere")
    Project.objects.filter(pk=elsewhere.pk).update(audit_rate=1.0)
    elsewhere.refresh_from_db()
    cast.release_rubric(elsewhere, otto)
    cast.join(elsewhere, rosa, Role.EVALUATOR)
    foreign = audit_of(rosa, elsewhere, otto)
    assert list(reviewer.get(QUEUE).context["cl"].result_list) == [own]
    assert reviewer.get(page(own)).status_code == 200
    for path in (page(foreign), f"{QUEUE}999999/change/"):
        assert reviewer.get(path).status_code == 404
        assert reviewer.post(path, {"verdict": "agree"}).status_code == 404
    foreign.refresh_from_db()
    assert not foreign.is_done


def test_it_never_shows_a_reviewer_an_own_judgment(
    reviewer: Client, project: Project, version: RubricVersion, ada: User, mo: User
) -> None:
    cast.join(project, ada, Role.EVALUATOR)
    own = audit_of(ada, project, mo)
    response = reviewer.get(QUEUE)
    assert list(response.context["cl"].result_list) == []
    assert "Nothing waits" in response.text
    assert reviewer.get(page(own)).status_code == 404
    assert reviewer.post(page(own), {"verdict": "agree"}).status_code == 404
    own.refresh_from_db()
    assert not own.is_done


@pytest.mark.parametrize("name", ["lena", "mo", "rosa", "olga"])
def test_it_is_closed_to_whoever_does_not_review(
    client: Client,
    request: pytest.FixtureRequest,
    project: Project,
    version: RubricVersion,
    rosa: User,
    mo: User,
    name: str,
) -> None:
    audit = audit_of(rosa, project, mo)
    if name == "olga":
        client.force_login(cast.make_user("olga", is_superuser=True))
    else:
        client.force_login(request.getfixturevalue(name))
    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}next/").status_code == 403
    assert client.post(page(audit), {"verdict": "agree"}).status_code == 403
    assert client.get(page(audit)).status_code == 403
    audit.refresh_from_db()
    assert not audit.is_done


# ---------------------------------------------------------------- the page
def test_it_shows_the_judgment_with_its_words_and_not_whose_it_is(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    audit = audit_of(rosa, project, mo, value=2)
    html = reviewer.get(page(audit)).text
    assert "2 Poor" in html
    assert "The photograph is poor." in html
    assert WHY in html
    assert "The photograph is excellent." in html  # every level, for comparison
    assert "A &lt;b&gt;lighthouse&lt;/b&gt; at dusk" in html
    assert "Every judgment of this project is audited." in html
    assert "rubric v1" in html
    assert "1 min" in html
    assert "250 %" in html
    assert f"Evaluator {pseudonym(project.pk, rosa.pk)}" in html
    for secret in ("rosa", "Rosa"):
        assert secret not in html
        assert secret not in reviewer.get(QUEUE).text


def test_it_says_with_what_chance_a_judgment_was_drawn(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    audit = audit_of(rosa, project, mo)
    Audit.objects.filter(pk=audit.pk).update(inclusion_probability=0.125)
    assert "each judgment like it had 12.5 in 100" in reviewer.get(page(audit)).text


def test_it_shows_flags_with_their_notes_and_puts_flagged_work_first(
    reviewer: Client,
    project: Project,
    version: RubricVersion,
    rosa: User,
    ravi: User,
    mo: User,
) -> None:
    sampled = audit_of(rosa, project, mo)
    task = cast.make_tasks(project, mo, judgments_per_task=1)[0]
    assignment = cast.claim(ravi, project)
    raise_flag(actor=ravi, task=task, kind=FlagKind.EDGE_CASE, note="Two moons in the sky")
    submission = record_judgment(
        actor=ravi,
        assignment=assignment,
        answers=cast.answer(version, {"quality": 4}),
        submit_key=assignment.submit_key,
    )
    assert submission.judgment is not None
    flagged = Audit.objects.get(judgment=submission.judgment)
    assert list(reviewer.get(QUEUE).context["cl"].result_list) == [flagged, sampled]
    assert reviewer.get(f"{QUEUE}next/")["Location"] == page(flagged)
    html = reviewer.get(page(flagged)).text
    assert "Two moons in the sky" in html
    assert "Flagged by the evaluator" in html
    assert "Its task was flagged" in html


def test_it_shows_what_was_not_answered_as_such(
    reviewer: Client, project: Project, lena: User, rosa: User, mo: User
) -> None:
    cast.release_rubric(project, lena, cast.quality_criterion(is_required=False))
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    record_judgment(actor=rosa, assignment=assignment, answers=[], submit_key=assignment.submit_key)
    assert "Not answered" in reviewer.get(page(Audit.objects.get())).text


# ---------------------------------------------------------------- the verdict
def test_it_records_a_verdict_and_goes_straight_to_the_next(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User, ada: User
) -> None:
    first, second, third = (audit_of(rosa, project, mo) for _ in range(3))
    assert "<b>1</b> of 3 waiting" in reviewer.get(page(first)).text
    response = reviewer.post(page(second), {"verdict": "minor", "comment": " It is noise. "})
    assert response["Location"] == page(third)
    second.refresh_from_db()
    assert (second.verdict, second.comment, second.reviewer) == ("minor", "It is noise.", ada)
    assert ActionLog.objects.get(verb="audit:decide").actor == ada
    assert "<b>2</b> of 2 waiting" in reviewer.get(page(third)).text
    assert reviewer.post(page(third), {"verdict": "agree"})["Location"] == page(first)
    response = reviewer.post(page(first), {"verdict": "agree"}, follow=True)
    assert response.redirect_chain[-1][0] == QUEUE
    assert "Nothing waits" in response.text
    assert reviewer.get(f"{QUEUE}next/")["Location"] == QUEUE


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a verdict."),
        ({"verdict": "splendid"}, "Select a valid choice."),
        ({"verdict": "major"}, "Say what is wrong, so that the evaluator can learn from it."),
        ({"verdict": "minor", "comment": "   "}, "Say what is wrong"),
        ({"verdict": "agree", "comment": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_it_says_what_a_verdict_lacks_and_keeps_what_was_typed(
    reviewer: Client,
    project: Project,
    version: RubricVersion,
    rosa: User,
    mo: User,
    data: dict[str, str],
    sentence: str,
) -> None:
    audit = audit_of(rosa, project, mo)
    response = reviewer.post(page(audit), data)
    assert response.status_code == 422
    assert sentence in response.text
    audit.refresh_from_db()
    assert not audit.is_done


def test_it_ignores_fields_that_the_form_does_not_have(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User, ada: User
) -> None:
    audit = audit_of(rosa, project, mo)
    data = {"verdict": "agree", "reviewer": rosa.pk, "state": "waiting", "project": "9"}
    reviewer.post(page(audit), data)
    audit.refresh_from_db()
    assert (audit.reviewer, audit.state, audit.project) == (ada, "done", project)


def test_it_changes_nothing_when_the_same_verdict_comes_twice(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    audit = audit_of(rosa, project, mo)
    for _ in range(2):
        assert reviewer.post(page(audit), {"verdict": "agree"}).status_code == 302
    assert ActionLog.objects.filter(verb="audit:decide").count() == 1


def test_it_shows_both_verdicts_when_another_reviewer_was_first(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    audit, following = audit_of(rosa, project, mo), audit_of(rosa, project, mo)
    arno = cast.make_user("arno")
    cast.join(project, arno, Role.REVIEWER)
    decide_audit(actor=arno, audit=audit, verdict=Audit.Verdict.MAJOR, comment="Wholly blurred")
    response = reviewer.post(page(audit), {"verdict": "minor", "comment": "A little noise"})
    assert response.status_code == 409
    for words in ("Arno", "Major error", "Wholly blurred", "Minor error", "A little noise"):
        assert words in response.text
    assert page(following) in response.text
    audit.refresh_from_db()
    assert (audit.verdict, audit.reviewer) == ("major", arno)


def test_it_shows_a_decided_audit_to_read(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User, ada: User
) -> None:
    audit = audit_of(rosa, project, mo)
    decide_audit(actor=ada, audit=audit, verdict=Audit.Verdict.MINOR, comment="Some noise")
    html = reviewer.get(page(audit)).text
    assert "Some noise" in html
    assert 'name="verdict"' not in html


def test_it_narrows_the_queue_by_state_and_reason(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User, ada: User
) -> None:
    waiting, done = audit_of(rosa, project, mo), audit_of(rosa, project, mo)
    decide_audit(actor=ada, audit=done, verdict=Audit.Verdict.AGREE)
    for query, shown in {
        "": [waiting, done],
        "state=waiting": [waiting],
        "state=done": [done],
        "reason=flagged": [],
        "reason=sampled&state=done": [done],
    }.items():
        assert list(reviewer.get(f"{QUEUE}?{query}").context["cl"].result_list) == shown


# ---------------------------------------------------------------- queries
def count_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_it_shows_25_audits_in_as_many_queries_as_two(
    reviewer: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    first, second = audit_of(rosa, project, mo), audit_of(rosa, project, mo)
    add_thumbnail(first)
    queue, one = count_queries(reviewer, QUEUE), count_queries(reviewer, page(first))
    add_thumbnail(second)
    for _ in range(23):
        add_thumbnail(audit_of(rosa, project, mo))
    assert Judgment.objects.count() == 25
    assert count_queries(reviewer, QUEUE) == queue
    assert count_queries(reviewer, page(first)) == one


def test_it_calls_a_person_the_same_within_a_project_and_otherwise_in_another() -> None:
    assert pseudonym(1, 7) == pseudonym(1, 7)
    codes = {pseudonym(project, user) for project in (1, 2) for user in range(200)}
    assert len(codes) > 395
    assert all(len(code) == 4 and code.isalnum() and code.upper() == code for code in codes)
