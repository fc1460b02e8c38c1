"""The action log: written with the change, never changed after, and tampering shows."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from evalhub.actions.log import find_broken_entries, log_action
from evalhub.models import ActionChain, ActionLog, Project, User
from rubrics.actions import start_rubric

SENTENCE = "The action log is never changed"


@pytest.fixture
def entries(project: Project, lena: User) -> list[ActionLog]:
    """Three entries in the project's chain and one in the site's."""
    for n in range(3):
        with transaction.atomic():
            log_action(
                actor=lena,
                verb="test:write",
                target=project,
                project=project,
                before={"n": n},
                after={"n": n + 1, "name": "Blässhuhn “7”"},
            )
    with transaction.atomic():
        log_action(actor=None, verb="test:site", target=project, project=None)
    return list(ActionLog.objects.filter(verb="test:write").order_by("position"))


def run_sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def drop_guards() -> None:
    """Do what an intruder with the owner's rights would do first."""
    for name in ("evalhub_actionlog_no_update", "evalhub_actionlog_no_delete"):
        on_table = " ON evalhub_actionlog" if connection.vendor == "postgresql" else ""
        run_sql(f"DROP TRIGGER {name}{on_table}")


def verify_and_fail() -> str:
    """Run the command, which must exit with 1, and return what it said."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_action_log", stdout=out, stderr=err)
    assert caught.value.returncode == 1
    assert out.getvalue() == ""
    return f"{err.getvalue()}{caught.value}"


def verify() -> str:
    out = io.StringIO()
    call_command("verify_action_log", stdout=out)
    return out.getvalue()


def test_it_chains_each_project_and_the_site_apart(entries: list[ActionLog]) -> None:
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert entries[0].previous_hash == ""
    assert entries[1].previous_hash == entries[0].hash
    lengths = dict(ActionChain.objects.values_list("name", "length"))
    assert lengths == {f"project-{entries[0].project_id}": 3, "site": 1}


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_log_outside_the_transaction_of_the_change(
    project: Project, lena: User
) -> None:
    with pytest.raises(RuntimeError, match="transaction of the change"):
        log_action(actor=lena, verb="test:write", target=project, project=project)
    assert not ActionLog.objects.exists()


def test_it_forgets_the_entry_of_a_change_that_was_rolled_back(
    project: Project, lena: User
) -> None:
    with transaction.atomic():
        start_rubric(actor=lena, project=project, name="Never")
        transaction.set_rollback(True)
    assert not ActionLog.objects.exists()
    assert list(find_broken_entries()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evalhub_actionlog SET verb = 'test:other'",
        "UPDATE evalhub_actionlog SET actor_id = NULL WHERE position = 1",
        "DELETE FROM evalhub_actionlog",
        "DELETE FROM evalhub_actionlog WHERE position = 3",
    ],
)
def test_it_refuses_update_and_delete_by_sql(entries: list[ActionLog], statement: str) -> None:
    with pytest.raises(DatabaseError, match=SENTENCE):
        run_sql(statement)
    assert list(find_broken_entries()) == []


def test_it_refuses_update_and_delete_by_the_orm(entries: list[ActionLog]) -> None:
    entries[0].verb = "test:other"
    with pytest.raises(DatabaseError, match=SENTENCE), transaction.atomic():
        entries[0].save()
    with pytest.raises(DatabaseError, match=SENTENCE), transaction.atomic():
        ActionLog.objects.filter(pk=entries[0].pk).delete()
    assert ActionLog.objects.get(pk=entries[0].pk).verb == "test:write"


def test_it_says_that_the_log_holds(entries: list[ActionLog]) -> None:
    assert verify() == "The action log holds: 4 entries.\n"


def test_it_holds_when_nothing_was_logged(db: None) -> None:
    assert verify() == "The action log holds: 0 entries.\n"


@pytest.mark.parametrize(
    ("tampering", "sentence"),
    [
        (
            "UPDATE evalhub_actionlog SET verb = 'test:other' WHERE id = {second}",
            "entry 2: its content was changed.",
        ),
        (
            "UPDATE evalhub_actionlog SET actor_id = NULL WHERE id = {first}",
            "entry 1: its content was changed.",
        ),
        ("DELETE FROM evalhub_actionlog WHERE id = {second}", "entry 2 is missing."),
        (
            "DELETE FROM evalhub_actionlog WHERE id = {third}",
            "it ends at entry 2, but 3 were written.",
        ),
        (
            "UPDATE evalhub_actionlog SET previous_hash = '' WHERE id = {third}",
            "entry 3: it does not follow the entry before it.",
        ),
    ],
)
def test_it_finds_what_was_tampered_with(
    entries: list[ActionLog], tampering: str, sentence: str
) -> None:
    first, second, third = (entry.pk for entry in entries)
    drop_guards()
    run_sql(tampering.format(first=first, second=second, third=third))
    said = verify_and_fail()
    assert said.startswith(entries[0].chain.name)
    assert sentence in said
    assert "compare it with a backup" in said


def test_it_finds_an_entry_whose_hash_was_made_to_fit(entries: list[ActionLog]) -> None:
    drop_guards()
    second = entries[1]
    second.verb = "test:other"
    second.hash = second.compute_hash()
    second.save()
    assert list(find_broken_entries()) == [
        f"{second.chain.name}, entry 3: it does not follow the entry before it."
    ]
