"""Make and mend accounts: for operators. Deactivation also frees holds; it lives in tasks."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.db import transaction

from evalhub.actions.log import log_action
from evalhub.models import User

DETAILS = ("username", "first_name", "last_name", "email")


class OwnAccountError(Exception):
    """Operators leave these changes of their own account to another operator."""


@transaction.atomic
def create_account(
    *,
    actor: User,
    username: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    is_superuser: bool = False,
) -> User:
    """Make an account that can sign in with `password`.

    Raises PermissionDenied for anyone but an operator, ValidationError for a name that is
    taken or a password that is too easy to guess.
    """
    require_operator(actor)
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        is_superuser=is_superuser,
    )
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    log_action(
        actor=actor,
        verb="user:create",
        target=user,
        project=None,
        after={"username": username, "is_superuser": is_superuser},
    )
    return user


@transaction.atomic
def change_account(
    *,
    actor: User,
    user: User,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    is_superuser: bool,
) -> User:
    """Change who an account says it is, and whether it is an operator's."""
    require_operator(actor)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user == actor and not is_superuser:
        raise OwnAccountError("Ask another operator to take your operator's rights away.")
    before = {name: getattr(user, name) for name in (*DETAILS, "is_superuser")}
    user.username, user.email, user.is_superuser = username, email, is_superuser
    user.first_name, user.last_name = first_name, last_name
    after = {name: getattr(user, name) for name in before}
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        user.full_clean()
        user.save(update_fields=changed)
        log_action(
            actor=actor,
            verb="user:change",
            target=user,
            project=None,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return user


@transaction.atomic
def reset_password(*, actor: User, user: User, password: str) -> None:
    """Give an account a new password; every session it has ends with that."""
    require_operator(actor)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    log_action(actor=actor, verb="user:reset_password", target=user, project=None)


@transaction.atomic
def activate_user(*, actor: User, user: User) -> None:
    """Let a deactivated account sign in again, with the roles it had."""
    require_operator(actor)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    log_action(
        actor=actor,
        verb="user:activate",
        target=user,
        project=None,
        before={"is_active": False},
        after={"is_active": True},
    )


def require_operator(actor: User) -> None:
    """Raise PermissionDenied unless `actor` runs the site."""
    if not (actor.is_active and actor.is_superuser):
        raise PermissionDenied("Only an operator may manage accounts.")
