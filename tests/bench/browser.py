"""One signed-in person at the other end of HTTP: gets pages, fills in the form, sends it."""

from __future__ import annotations

import http.client
import json
import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 60.0
# As tasks/views/in_place.py names them: the crowd's processes know nothing of Django.
IN_PLACE, PREPARED = "X-In-Place", "X-Prepared"


@dataclass(frozen=True)
class Answer:
    """What came back, and how long the server worked on it (ms, and ms of that on a processor).

    `location`: where it leads, or of what page it is.
    """

    status: int
    location: str
    body: str
    server_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Turn:
    """A submit, answered with the next task; then what its page asks for by itself."""

    submit: Answer
    ahead: Answer


class TurnError(Exception):
    """A page is not what it has to be; the message says which and how."""


@dataclass
class Browser:
    """A person by their session, in one project."""

    address: tuple[str, int]
    session: str
    slug: str
    chance: random.Random
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies["sessionid"] = self.session
        self._form: _Form | None = None
        self._prepared: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def open_work(self) -> bool:
        """Get a task to judge; return whether there was one."""
        answer = self.get(f"/projects/{self.slug}/work/")
        if answer.status != 302:
            return False
        self._look_at(self.get(answer.location))
        return True

    def judge(self) -> Turn:
        """Fill in the form of the page and send it, to have the next task in its place.

        Raises TurnError where the answer is not a task.
        """
        if self._form is None:
            raise TurnError("There is no page to judge.")
        sent = self._send("POST", self._form.action, urlencode(self._form.fill_in(self.chance)))
        return Turn(sent, self._look_at(sent))

    def _look_at(self, page: Answer) -> Answer:
        """Read the page of a task, and have the next ones held, as it does by itself.

        The page is what came back, or the one that was drawn ahead where that is confirmed.
        """
        if page.status not in (200, 204) or not page.location.startswith("/assignments/"):
            raise TurnError(f"Instead of a task came {page.status} {page.location}.")
        self._form = _Form()
        self._form.feed(page.body or self._prepared["html"])
        ahead = self._send("POST", self._form.ahead, token=self._form.token)
        if ahead.status != 200:
            raise TurnError(f"Holding the next tasks was answered with {ahead.status}.")
        self._prepared = json.loads(ahead.body).get("next", {})
        return ahead

    def _send(self, method: str, path: str, body: str | None = None, *, token: str = "") -> Answer:
        host, port = self.address
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {IN_PLACE: "1", "Origin": f"http://{host}:{port}"}
        if token:
            headers |= {"X-CSRFToken": token}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                PREPARED: self._prepared.get("tag", ""),
            }
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        place = "Content-Location" if response.status < 300 else "Location"
        return Answer(
            response.status,
            urlsplit(response.headers.get(place, "")).path,
            text,
            float(response.headers.get("X-Bench-Ms", 0)),
            float(response.headers.get("X-Bench-Cpu-Ms", 0)),
        )


class _Form(HTMLParser):
    """The judging form of a work page, as its HTML gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.action = self.ahead = ""
        self._fields: list[tuple[str, str]] = []
        self._choices: dict[str, list[str]] = {}
        self._is_inside = False

    @property
    def token(self) -> str:
        return dict(self._fields)["csrfmiddlewaretoken"]

    def fill_in(self, chance: random.Random) -> list[tuple[str, str]]:
        """Return what a browser sends once a level of each criterion was chosen."""
        if not self._choices:
            raise TurnError("The page has no criteria to answer.")
        chosen = [(name, chance.choice(values)) for name, values in self._choices.items()]
        return [*self._fields, *chosen]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == "judging":
            self._is_inside, self.action = True, given["action"]
            self.ahead = given["data-ahead-url"]
        name = given.get("name", "")
        if not (self._is_inside and name):
            return
        if tag == "input" and given.get("type") == "radio":
            self._choices.setdefault(name, []).append(given["value"])
        elif tag == "input" and given.get("type") != "checkbox":
            self._fields.append((name, given.get("value", "")))
        elif tag in ("textarea", "select"):
            self._fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
