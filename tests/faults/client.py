"""A person at the pages: signs in, opens tasks, fills in the form that was sent, and submits it."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests import cast
from tests.rubrics.html_fields import fields_sent

SECONDS = 20.0
ASSIGNMENT = re.compile(r"/assignments/(\d+)/")


@dataclass
class Answer:
    """What came back; `status` is 0 where nothing did."""

    status: int
    body: str = ""
    location: str = ""

    @property
    def is_stored(self) -> bool:
        """Whether the server said that it has taken the form: it leads on."""
        return self.status == 302


@dataclass
class WorkPage:
    """An open task: where its form goes, and what a browser would send of it."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def assignment(self) -> int:
        found = ASSIGNMENT.search(self.url)
        assert found, f"{self.url} is not a task"
        return int(found[1])


class Person:
    """One browser without scripts; each request has a connection of its own."""

    def __init__(self, address: str, username: str, seconds: float = SECONDS) -> None:
        self.host = urlsplit(address).netloc
        self.username = username
        self.seconds = seconds
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        """Sign in by the form."""
        page = self.get("/accounts/login/")
        fields = {"login": self.username, "password": cast.PASSWORD}
        answer = self.post("/accounts/login/", {**_token(page), **fields})
        assert answer.status == 302, f"{self.username} could not sign in: {answer.status}"

    def work(self, slug: str) -> WorkPage | None:
        """Open the next task of a project; None where there is none."""
        return self.open(f"/projects/{slug}/work/")

    def must_work(self, slug: str) -> WorkPage:
        """Open the next task of a project; fail where there is none."""
        page = self.work(slug)
        assert page is not None, f"{self.username} gets no task"
        return page

    def try_work(self, slug: str) -> WorkPage | None:
        """Open the next task of a project; None also where the server is going away."""
        try:
            return self.work(slug)
        except AssertionError:
            return None

    def open(self, url: str) -> WorkPage | None:
        """Follow `url` to the page of a task; None where it leads to none."""
        answer = self.get(url)
        for _ in range(3):
            if answer.status != 302:
                break
            url = answer.location
            answer = self.get(url)
        assert answer.status == 200, f"{url} answered {answer.status}"
        if not ASSIGNMENT.search(url):
            return None
        form = answer.body[answer.body.index('id="judging"') :]
        return WorkPage(url, {**_token(answer), **_sent(form[: form.index("</form>")])})

    def submit(self, page: WorkPage, level: int = 4, why: str = "") -> Answer:
        """Send the form of an open task with a level of quality."""
        typed = {"quality": f"level_{level}", "quality-why": why}
        return self.post(f"/assignments/{page.assignment}/submit/", {**page.fields, **typed})

    def save_draft(self, page: WorkPage, sequence: int, why: str) -> Answer:
        """Save a draft of an open task, as its page does while somebody types."""
        draft = {"sequence": sequence, "typed": {"quality": ["level_2"], "quality-why": [why]}}
        return self._ask(
            "POST",
            f"/assignments/{page.assignment}/draft/",
            json.dumps(draft),
            {
                "Content-Type": "application/json",
                "X-CSRFToken": page.fields["csrfmiddlewaretoken"],
            },
        )

    def form(self, url: str, field: str) -> dict[str, str]:
        """Return what a browser would send of the form at `url` that asks for `field`."""
        answer = self.get(url)
        forms = [part.partition("</form>")[0] for part in answer.body.split("<form")[1:]]
        found = next((form for form in forms if f'name="{field}"' in form), None)
        assert found is not None, f"{url} has no form that asks for {field} ({answer.status})"
        return {**_token(answer), **_sent(found)}

    def get(self, url: str) -> Answer:
        return self._ask("GET", url)

    def post(self, url: str, fields: dict[str, Any]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", url, urlencode(fields), form)

    def _ask(
        self,
        method: str,
        url: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {
            **(headers or {}),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Connection": "close",
        }
        connection = http.client.HTTPConnection(self.host, timeout=self.seconds)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value
        return Answer(response.status, text, response.headers.get("Location", ""))


def _token(answer: Answer) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.body)
    assert found, f"a page without a form token ({answer.status})"
    return {"csrfmiddlewaretoken": found[1]}


def _sent(form: str) -> dict[str, str]:
    return {name: str(value) for name, value in fields_sent(form).items()}
