"""A bundle read back: what it says, what it must not say, and that it is one moment."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Any

import pytest

from evalhub.models import Project, Role, User
from reviews import jobs
from reviews.actions import decide_audit, record_judgment
from reviews.exports import rows
from reviews.exports.parts import utc
from reviews.models import AgreementRun, Audit
from rubrics.criteria import Answer, AnswerState, CriterionAnswer
from rubrics.models import RubricVersion
from tasks.actions import raise_flag
from tasks.models import FlagKind, Judgment, Score, Task, TaskImage
from tests import cast
from tests.reviews.bundles import Bundle, build, without_guard
from tests.reviews.scenes import judge

# The snapshot is a second connection, which sees committed rows alone.
pytestmark = pytest.mark.django_db(transaction=True)

FORMULA = '=HYPERLINK("http://example.com","look")'
TABLES = ("judgments", "scores", "pairs", "tasks", "flags", "feedback")


@pytest.fixture
def filled(
    project: Project, version: RubricVersion, rosa: User, ravi: User, ada: User, mo: User
) -> Project:
    """Three tasks judged by two: with a formula for a reason, a flag, an audit and agreement."""
    project.audit_rate = 1.0
    project.save(update_fields=["audit_rate"])
    cast.make_tasks(
        project,
        mo,
        3,
        judgments_per_task=2,
        prompt="A lake,\nat dawn",
        tags=["lake", "-dawn"],
        hidden_context={"model": "secret-model-7"},
    )
    for person in (rosa, ravi):
        for level in (2, 4, 5):
            held = cast.claim(person, project)
            record_judgment(
                actor=person,
                assignment=held,
                answers=cast.answer(version, {"quality": level}, {"quality": FORMULA}),
                submit_key=held.submit_key,
            )
    flagged = Task.objects.filter(project=project).first()
    assert flagged is not None
    raise_flag(actor=rosa, task=flagged, kind=FlagKind.NOVEL_PATTERN, note="+ never seen")
    audit = Audit.objects.order_by("pk")[0]
    decide_audit(actor=ada, audit=audit, verdict=Audit.Verdict.MINOR, comment="Too kind.")
    jobs.compute_agreement(AgreementRun.objects.get().pk)
    return project


def test_it_holds_what_was_judged_and_its_manifest_counts_it(filled: Project, mo: User) -> None:
    bundle = build(filled, mo)
    listed = bundle.manifest["files"]
    assert set(listed) | {"manifest.json"} == set(bundle.files)
    for name, facts in listed.items():
        content = bundle.files[name]
        assert facts["bytes"] == len(content)
        assert facts["sha256"] == hashlib.sha256(content).hexdigest()
    assert bundle.manifest["counts"] == {
        "judgments": 6,
        "scores": 6,
        "pairs": 0,
        "tasks": 3,
        "flags": 1,
        "feedback": 0,
        "evaluators": 2,
    }
    for table in TABLES:
        for kind in ("jsonl", "csv"):
            assert listed[f"{table}.{kind}"]["rows"] == bundle.manifest["counts"][table]
        assert (
            len(bundle.lines(table)) == len(bundle.cells(table)) == listed[f"{table}.csv"]["rows"]
        )
    assert {row["judgment"] for row in bundle.lines("judgments")} == set(
        Judgment.objects.values_list("pk", flat=True)
    )
    assert Counter(row["number"] for row in bundle.lines("scores")) == {2.0: 2, 4.0: 2, 5.0: 2}


def test_it_says_what_it_is_a_snapshot_of(filled: Project, mo: User) -> None:
    manifest = build(filled, mo).manifest
    newest = Judgment.objects.order_by("-pk")[0]
    assert manifest["schema_version"] == 3
    assert manifest["project"] == {"slug": "photos", "name": "Photos"}
    assert manifest["rubric_versions"] == [1]
    assert manifest["snapshot"]["newest_judgment"] == newest.pk
    log = manifest["snapshot"]["action_log"]
    *before, asked_for = filled.actions.order_by("position")
    assert asked_for.verb == "export:request"
    assert (before[-1].position, before[-1].hash) == (log["length"], log["head"])


def test_it_gives_each_score_with_all_that_it_rests_on(filled: Project, mo: User) -> None:
    bundle = build(filled, mo)
    score = Score.objects.order_by("pk")[0]
    judgment = score.judgment
    link = TaskImage.objects.get(task=judgment.task)
    row = bundle.lines("scores")[0]
    evaluator = row.pop("evaluator")
    assert row == {
        "judgment": judgment.pk,
        "task": judgment.task_id,
        "task_key": judgment.task.key,
        "batch": "Batch",
        "images": [{"role": "candidate", "sha256": link.image.sha256}],
        "rubric_version": 1,
        "revision": 1,
        "vote": 1,
        "is_current": True,
        "is_late": False,
        "opened_at": utc(judgment.opened_at),
        "submitted_at": utc(judgment.submitted_at),
        "active_seconds": None,
        "audit_state": "done",
        "audit_verdict": "minor",
        "criterion": "quality",
        "type": "ordinal",
        "direction": "higher",
        "image": None,
        "state": "answered",
        "number": 2.0,
        "level": "level_2",
        "level_label": "Poor",
        "text": None,
        "data": None,
        "justification": FORMULA,
        "cites": [],
        "carried_from": None,
    }
    assert row["submitted_at"].endswith("Z")
    by_person = Counter(row["evaluator"] for row in bundle.lines("scores"))
    assert by_person[evaluator] == 3
    assert len(by_person) == 2


def test_it_says_the_same_in_csv_with_formulas_made_inert(filled: Project, mo: User) -> None:
    bundle = build(filled, mo)
    for table in TABLES:
        for line, cells in zip(bundle.lines(table), bundle.cells(table), strict=True):
            assert list(line) == list(cells)
            for column, value in line.items():
                cell = cells[column]
                assert not (isinstance(value, str) and cell.startswith(("=", "+", "-", "@")))
                if isinstance(value, str):
                    assert without_guard(cell) == value
                elif isinstance(value, float):
                    assert float(cell) == value
    assert bundle.cells("scores")[0]["justification"] == f"'{FORMULA}"
    assert bundle.cells("flags")[0]["note"] == "'+ never seen"


def test_it_carries_rubric_flags_tasks_and_agreement(filled: Project, mo: User) -> None:
    bundle = build(filled, mo)
    rubric = bundle.document("rubric/v1.json")
    [criterion] = rubric["file"]["criteria"]
    assert (rubric["version"], rubric["changes"], criterion["key"]) == (1, [], "quality")
    assert criterion["levels"][4]["descriptor"] == "The photograph is excellent."
    [agreement] = bundle.document("agreement.json")
    assert (agreement["criterion"], agreement["status"], agreement["alpha"]) == (
        "quality",
        "ok_low_n",
        1.0,
    )
    assert agreement["pooled_versions"] == [1]
    [flag] = bundle.lines("flags")
    assert (flag["kind"], flag["state"], flag["answer"]) == ("novel_pattern", "open", None)
    task = bundle.lines("tasks")[0]
    assert (task["prompt"], task["tags"]) == ("A lake,\nat dawn", ["lake", "-dawn"])
    assert (task["judgments_per_task"], task["judgments"], task["state"]) == (2, 2, "finished")
    assert (task["kind"], task["is_panel"], task["judgments_added"]) == ("production", False, 0)
    votes = Counter((row["task"], row["vote"]) for row in bundle.lines("judgments"))
    assert set(votes.values()) == {1}
    assert {vote for _, vote in votes} == {1, 2}


def test_it_names_nobody_and_hides_what_is_hidden(
    filled: Project, rosa: User, ravi: User, ada: User, mo: User
) -> None:
    bundle = build(filled, mo)
    everything = b"\n".join(bundle.files.values()).decode()
    for person in (rosa, ravi, ada, mo):
        for secret in (person.username, person.email, person.first_name):
            assert not re.search(rf"\b{re.escape(secret)}\b", everything, re.IGNORECASE)
    assert "@example.com" not in everything
    assert "secret-model-7" not in everything


def test_it_calls_a_person_the_same_in_every_export_of_a_project_only(
    filled: Project, rosa: User, lena: User, mo: User
) -> None:
    def people(bundle: Bundle) -> set[str]:
        return {row["evaluator"] for row in bundle.lines("judgments")}

    other = cast.make_project("portraits")
    for person, role in ((rosa, Role.EVALUATOR), (lena, Role.LEAD), (mo, Role.MANAGER)):
        cast.join(other, person, role)
    cast.release_rubric(other, lena)
    cast.make_tasks(other, mo)
    judge(rosa, other)
    first, again, elsewhere = build(filled, mo), build(filled, mo), build(other, mo)
    assert people(first) == people(again)
    assert not people(first) & people(elsewhere)


def test_it_tells_what_was_not_answered_from_nought(
    project: Project, lena: User, rosa: User, mo: User
) -> None:
    version = cast.release_rubric(project, lena, cast.quality_criterion(allows_not_applicable=True))
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    not_applicable = Answer(state=AnswerState.NOT_APPLICABLE)
    record_judgment(
        actor=rosa,
        assignment=held,
        answers=[CriterionAnswer(version.criteria.get(), not_applicable)],
        submit_key=held.submit_key,
    )
    bundle = build(project, mo)
    [line], [cells] = bundle.lines("scores"), bundle.cells("scores")
    assert (line["state"], line["number"], line["level"]) == ("not_applicable", None, None)
    assert (cells["state"], cells["number"], cells["level"]) == ("not_applicable", "", "")


def test_it_is_one_moment_although_others_go_on_writing(
    filled: Project, rosa: User, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.make_tasks(filled, mo)
    read_tasks, late = rows.task_rows, []

    def judge_meanwhile(*args: Any) -> Any:
        late.append(judge(rosa, filled))
        raise_flag(actor=rosa, task=late[0].task, kind=FlagKind.EDGE_CASE, note="Late")
        return read_tasks(*args)

    monkeypatch.setattr(rows, "task_rows", judge_meanwhile)
    bundle = build(filled, mo)
    assert late[0].pk > bundle.manifest["snapshot"]["newest_judgment"]
    assert late[0].pk not in {row["judgment"] for row in bundle.lines("judgments")}
    assert [row["judgments"] for row in bundle.lines("tasks")] == [2, 2, 2, 0]
    assert "Late" not in {row["note"] for row in bundle.lines("flags")}
    assert bundle.manifest["counts"]["flags"] == 1


def test_it_is_right_and_readable_without_a_single_judgment(project: Project, mo: User) -> None:
    bundle = build(project, mo)
    assert bundle.manifest["counts"] == {**dict.fromkeys(TABLES, 0), "evaluators": 0}
    assert bundle.manifest["snapshot"]["newest_judgment"] == 0
    assert bundle.lines("judgments") == bundle.cells("scores") == []
    assert bundle.files["judgments.csv"].startswith(b"judgment,task,task_key,")
