"""What every answer tells the browser, and what no page may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client

from tests.walk import ROLES, Page, World, crawl, make_world

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def header_faults(response: HttpResponseBase) -> list[str]:
    """Return what is wrong with the headers of an answer."""
    policy = response.get("Content-Security-Policy", "")
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    wrong = [name for name, value in expected.items() if response.get(name) != value]
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    return wrong


def code_faults(html: str) -> list[str]:
    """Return the inline code of a page: scripts, styles, handlers and addresses that run."""
    wrong = []
    for tag, attributes in Page(html).elements:
        if tag == "style" or (tag == "script" and "src" not in attributes):
            wrong.append(f"<{tag}>")
        for name, value in attributes.items():
            runs = (value or "").strip().lower().startswith(("javascript:", "data:text"))
            if name == "style" or name.startswith(("on", "hx-on")) or runs:
                wrong.append(f"<{tag} {name}>")
    return wrong


@pytest.mark.parametrize("role", ROLES)
def test_it_guards_every_answer_and_runs_no_inline_code(world: World, role: str) -> None:
    wrong = []
    for path, response, text in crawl(world, world.client(role)):
        assert response.status_code < 500 or path == "/health/ready/", path
        faults = header_faults(response)
        if response.get("Content-Type", "").startswith("text/html"):
            faults += code_faults(text)
        wrong += [f"{path}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def test_it_guards_the_answers_to_faulty_requests(client: Client, db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    answers = [
        client.get("/no/such/page/"),
        strict.post("/accounts/login/", {"login": "rosa"}),
        client.post("/health/live/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 403, 405]
    for answer in answers:
        assert header_faults(answer) == []
        assert code_faults(answer.content.decode()) == []


def test_it_speaks_plainly_where_a_form_was_too_old(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "rosa"})
    assert "The page was too old to send from" in answer.content.decode()


def test_it_refuses_a_foreign_host_in_words(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "This request cannot be read" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))
def test_it_has_no_inline_code_in_a_template(path: Path) -> None:
    markup = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "x", path.read_text(), flags=re.S)
    assert code_faults(markup) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<style>x</style>",
        '<p style="color: red">',
        '<img src="x" onerror="x">',
        '<a href=" JavaScript:x">',
        '<div hx-on:click="x">',
    ],
)
def test_it_would_see_inline_code(html: str) -> None:
    assert code_faults(html)
