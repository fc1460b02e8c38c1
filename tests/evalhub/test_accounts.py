"""What an operator does with accounts."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from evalhub.actions.accounts import (
    OwnAccountError,
    activate_user,
    change_account,
    create_account,
    reset_password,
)
from evalhub.models import ActionLog, User
from tests import cast

NEW = "a kettle of nine lemons"


@pytest.fixture
def olga(db: None) -> User:
    """The operator."""
    return cast.make_user("olga", is_superuser=True)


def change(actor: User, user: User, **changes: object) -> User:
    values = {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "is_superuser": user.is_superuser,
        **changes,
    }
    return change_account(actor=actor, user=user, **values)  # type: ignore[arg-type]


def test_it_makes_an_account_that_can_sign_in(olga: User, client: Client) -> None:
    user = create_account(actor=olga, username="nina", password=NEW, email="nina@example.com")
    client.post("/accounts/login/", {"login": "nina", "password": NEW})
    assert client.session["_auth_user_id"] == str(user.pk)
    entry = ActionLog.objects.get(verb="user:create")
    assert (entry.actor, entry.project, entry.after) == (
        olga,
        None,
        {"username": "nina", "is_superuser": False},
    )


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [
        ("nina", "lemon", "too short"),
        ("nina", "password1234", "too common"),
        ("olga", NEW, "already exists"),
        ("two words", NEW, "valid username"),
    ],
)
def test_it_refuses_a_bad_name_or_password(
    olga: User, username: str, password: str, sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        create_account(actor=olga, username=username, password=password)
    assert list(User.objects.all()) == [olga]


def test_it_changes_what_is_different_and_logs_only_that(olga: User, rosa: User) -> None:
    change(olga, rosa, first_name="Rosalind")
    change(olga, rosa, first_name="Rosalind")
    rosa.refresh_from_db()
    assert rosa.first_name == "Rosalind"
    entry = ActionLog.objects.get(verb="user:change")
    assert (entry.before, entry.after) == ({"first_name": "Rosa"}, {"first_name": "Rosalind"})


def test_it_keeps_operators_from_demoting_themselves(olga: User) -> None:
    with pytest.raises(OwnAccountError, match="another operator"):
        change(olga, olga, is_superuser=False)
    olga.refresh_from_db()
    assert olga.is_superuser


def test_it_gives_a_new_password_and_logs_no_secret(olga: User, rosa: User) -> None:
    reset_password(actor=olga, user=rosa, password=NEW)
    rosa.refresh_from_db()
    assert rosa.check_password(NEW)
    entry = ActionLog.objects.get(verb="user:reset_password")
    assert (entry.before, entry.after) == ({}, {})
    with pytest.raises(ValidationError, match="too short"):
        reset_password(actor=olga, user=rosa, password="short")


def test_it_activates_once(olga: User, rosa: User) -> None:
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    activate_user(actor=olga, user=rosa)
    activate_user(actor=olga, user=rosa)
    rosa.refresh_from_db()
    assert rosa.is_active
    assert ActionLog.objects.filter(verb="user:activate").count() == 1


def test_it_refuses_whoever_is_no_operator(mo: User, lena: User, rosa: User) -> None:
    gone = cast.make_user("gone", is_superuser=True, is_active=False)
    for person in (mo, lena, rosa, gone):
        with pytest.raises(PermissionDenied, match="Only an operator"):
            create_account(actor=person, username="nina", password=NEW)
        with pytest.raises(PermissionDenied):
            change(person, rosa, is_superuser=True)
        with pytest.raises(PermissionDenied):
            reset_password(actor=person, user=rosa, password=NEW)
        with pytest.raises(PermissionDenied):
            activate_user(actor=person, user=rosa)
    rosa.refresh_from_db()
    assert not rosa.is_superuser
    assert rosa.check_password(cast.PASSWORD)
