"""Who gets in, who is kept out, and what ends a session."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from evalhub.models import User
from tests.cast import PASSWORD, make_user

LOGIN = "/accounts/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: str) -> HttpResponse:
    response = client.post(LOGIN, {"login": login, "password": password, **extra})
    assert isinstance(response, HttpResponse)
    return response


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def code_now(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    return code


@pytest.mark.parametrize("login", ["rosa", "ROSA", "rosa@example.com"])
def test_it_signs_in_by_username_or_address(client: Client, rosa: User, login: str) -> None:
    response = sign_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_it_says_what_to_check_after_a_wrong_password(client: Client, rosa: User) -> None:
    page = sign_in(client, "rosa", "wrong").content.decode()
    assert "You are not signed in" in page
    assert "The username or the password is not right. Check both." in page
    assert not is_signed_in(client)


def test_it_throttles_after_six_wrong_passwords(client: Client, rosa: User, ravi: User) -> None:
    answers = [sign_in(client, "rosa", "wrong").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    locked = sign_in(client, "rosa")
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert not is_signed_in(client)
    assert sign_in(client, "ravi").status_code == 302


def test_it_counts_every_spelling_of_an_account_as_one(client: Client, rosa: User) -> None:
    spellings = ["rosa", "Rosa", "ROSA", " rosa ", "rosa@example.com", "Rosa@Example.com"]
    assert [sign_in(client, name, "wrong").status_code for name in spellings][-1] == 429
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"rosa"}


def test_it_never_names_the_account_behind_an_address(client: Client, rosa: User) -> None:
    User.objects.filter(pk=rosa.pk).update(username="unguessable")
    for _ in range(6):
        response = sign_in(client, "rosa@example.com", "wrong")
        client.get(LOGIN, headers={"x-requested-with": "XMLHttpRequest"})
        assert "unguessable" not in response.content.decode()


def test_it_forgets_wrong_passwords_after_a_right_one(client: Client, rosa: User) -> None:
    for _ in range(5):
        sign_in(client, "rosa", "wrong")
    assert sign_in(client, "rosa").status_code == 302
    client.logout()
    assert sign_in(client, "rosa", "wrong").status_code == 200


def test_it_throttles_the_way_into_admin_alike(client: Client, ada: User) -> None:
    entry = client.get("/admin/", follow=True)
    assert entry.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    answers = [sign_in(client, "ada", "wrong", next="/admin/").status_code for _ in range(6)]
    assert answers[-1] == 429
    assert (
        client.post("/admin/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
    )
    assert not is_signed_in(client)


def test_it_counts_wrong_codes_like_wrong_passwords(client: Client, ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    assert sign_in(client, "ada")["Location"] == reverse("mfa_authenticate")
    wrong = [client.post(reverse("mfa_authenticate"), {"code": "000000"}) for _ in range(6)]
    assert [response.status_code for response in wrong] == [200] * 5 + [429]
    late = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert late.status_code == 429
    assert not is_signed_in(client)


def test_it_lets_in_with_the_code_of_the_moment(client: Client, ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    sign_in(client, "ada")
    code = code_now(secret)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert is_signed_in(client)
    other = Client()
    sign_in(other, "ada")
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_signed_in(other), "a code worked twice"


def test_it_turns_the_second_step_on_and_shows_recovery_codes(client: Client, ada: User) -> None:
    sign_in(client, "ada")
    wanted = reverse("mfa_activate_totp")
    assert client.get(wanted)["Location"].startswith(reverse("account_reauthenticate"))
    confirmed = {"password": PASSWORD, "next": wanted}
    page = client.post(reverse("account_reauthenticate"), confirmed, follow=True).content.decode()
    secret = re.search(r'<code class="reference">([A-Z2-7]+)</code>', page)
    assert secret
    response = client.post(wanted, {"code": code_now(secret[1])}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    assert all(code in response.content.decode() for code in codes)


def test_it_changes_the_session_key_at_sign_in(client: Client, rosa: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    sign_in(client, "rosa")
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_signed_in(thief)


def test_it_ends_the_session_at_sign_out(client: Client, rosa: User) -> None:
    sign_in(client, "rosa")
    kept = client.cookies["sessionid"].value
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client), "a mere link must not sign anybody out"
    assert "You are signed out." in client.post("/accounts/logout/", follow=True).content.decode()
    client.cookies["sessionid"] = kept
    assert not is_signed_in(client)


def test_it_ends_other_sessions_when_the_password_changes(client: Client, rosa: User) -> None:
    other = Client()
    sign_in(client, "rosa")
    sign_in(other, "rosa")
    new = "another long pass phrase"
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_it_ends_a_session_when_the_account_is_switched_off(client: Client, rosa: User) -> None:
    sign_in(client, "rosa")
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    assert not is_signed_in(client)
    again = client.post(LOGIN, {"login": "rosa", "password": PASSWORD}, follow=True)
    assert "This account is switched off" in again.content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/x", "/\\x.y"]
)
def test_it_ignores_a_next_that_leads_elsewhere(client: Client, rosa: User, target: str) -> None:
    assert sign_in(client, "rosa", next=target)["Location"] == "/"
    assert client.get(LOGIN, {"next": target})["Location"] == "/"


def test_it_follows_a_next_of_its_own(client: Client, rosa: User) -> None:
    wanted = reverse("account_change_password")
    assert sign_in(client, "rosa", next=wanted)["Location"] == wanted


def test_it_resets_a_password_by_mail(client: Client, rosa: User) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "rosa@example.com"})
    assert response["Location"] == reverse("account_reset_password_done")
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = "another long pass phrase"
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": new, "password2": new})
    assert sign_in(client, "rosa", new).status_code == 302
    assert "This link does not work any more" in Client().get(link[1]).content.decode()


def test_it_tells_nobody_which_addresses_have_accounts(client: Client, db: None) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert response["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_it_bounds_how_often_a_reset_is_mailed(client: Client, rosa: User) -> None:
    answers = [
        client.post(reverse("account_reset_password"), {"email": "rosa@example.com"})
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Wait a minute, then try again." in answers[-1].content.decode()
    assert len(mail.outbox) == 5


def test_it_refuses_a_reset_for_a_foreign_host(client: Client, rosa: User) -> None:
    response = client.post(
        reverse("account_reset_password"),
        {"email": "rosa@example.com"},
        headers={"host": "evil.example"},
    )
    assert response.status_code == 400
    assert mail.outbox == []


def test_it_refuses_short_and_common_passwords(client: Client, rosa: User) -> None:
    sign_in(client, "rosa")
    for weak in ("short1!", "password123456", "123456789012"):
        page = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
        )
        assert "The password was not changed" in page.content.decode()


@pytest.mark.parametrize("path", ["signup/", "email/", "login/code/confirm/", "confirm-email/"])
def test_it_has_no_page_to_make_an_account(client: Client, db: None, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_it_stores_no_password_or_code_of_a_failed_attempt(client: Client, rosa: User) -> None:
    make_user("someone")
    sign_in(client, "rosa", "a-secret-tried")
    stored = AccessAttempt.objects.get()
    assert "a-secret-tried" not in stored.post_data + stored.get_data
