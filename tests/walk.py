"""One object of each kind, every address of the product, and ways to visit them all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from evalhub.models import ActionLog, Project, Role, User
from evalhub.work import WorkState
from reviews import jobs
from reviews.actions import request_export
from reviews.models import Audit
from rubrics.actions import answer_feedback, give_feedback, start_draft
from rubrics.actions.examples import add_example
from tasks.actions import adjust_tasks, answer_flag, raise_flag
from tasks.models import Adjustment, FlagKind, FollowUp, ParkedSubmit
from tests import cast, paint
from tests.reviews.scenes import judge

ROLES = ("anonymous", "outsider", "evaluator", "reviewer", "lead", "manager", "operator")
# What the address of nothing looks like, for each kind of parameter.
NOWHERE: dict[str, Any] = {
    "slug": "no-such-project",
    "pk": 999_999,
    "number": 999_999,
    "image_id": 999_999,
    "sha256": "0" * 64,
    "kind": "screen",
    "uidb36": "zz",
    "key": "none",
}


@dataclass(frozen=True)
class Address:
    """A named URL with the names of its parameters."""

    name: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """A project in full swing, one person for each role, and what each address leads to."""

    project: Project
    people: dict[str, User]
    values: dict[str, Any]
    pks: dict[str, int]

    def client(self, role: str) -> Client:
        """Return a browser in which `role` is signed in; a fault is an answer, not an exception."""
        client = Client(raise_request_exception=False)
        if role in self.people:
            client.force_login(self.people[role])
        return client

    def path(self, address: Address) -> str:
        """Return the path to this world's object for `address`."""
        kwargs = {name: self._value(address, name) for name in address.parameters}
        return reverse(address.name, kwargs=kwargs or None)

    def _value(self, address: Address, parameter: str) -> Any:
        if parameter != "pk":
            return self.values[parameter]
        model = re.sub(r"^(admin:[a-z]+_[a-z]+)_[a-z]+$", r"\1", address.name)
        if model not in self.pks:
            raise LookupError(f"Say in tests/walk.py which object “{address.name}” leads to.")
        return self.pks[model]


def path_to_nowhere(address: Address) -> str:
    kwargs = {name: NOWHERE[name] for name in address.parameters}
    return reverse(address.name, kwargs=kwargs or None)


def addresses() -> list[Address]:
    """Return every named URL of the product; raises for one without a name."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, space: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        inner = (*outer, *_parameters(entry))
        if isinstance(entry, URLResolver):
            yield from _walk(
                entry, f"{space}{entry.namespace}:" if entry.namespace else space, inner
            )
        elif entry.name:
            yield Address(f"{space}{entry.name}", inner)
        else:
            raise LookupError(f"The URL “{entry.pattern}” has no name.")


def _parameters(entry: URLPattern | URLResolver) -> tuple[str, ...]:
    converters = getattr(entry.pattern, "converters", {})
    regex = getattr(entry.pattern, "regex", None)
    return tuple(converters) or (tuple(regex.groupindex) if regex else ())


def make_world() -> World:
    """Make the project by the product's own actions, with files where pages send files."""
    project = cast.make_project(audit_rate=1.0)
    roles = {
        "evaluator": ("rosa", Role.EVALUATOR),
        "reviewer": ("ada", Role.REVIEWER),
        "lead": ("lena", Role.LEAD),
        "manager": ("mo", Role.MANAGER),
    }
    people = {}
    for name, (username, role) in roles.items():
        people[name] = cast.make_user(username)
        cast.join(project, people[name], role)
    people["outsider"] = cast.make_user("otto")
    cast.join(cast.make_project("elsewhere"), people["outsider"], *Role)
    people["operator"] = cast.make_user("olga", is_superuser=True)
    rosa, lena, mo = people["evaluator"], people["lead"], people["manager"]
    version = cast.release_rubric(project, lena)
    draft = start_draft(actor=lena, rubric=version.rubric)
    tasks = cast.make_tasks(project, mo, 5)
    judgment = judge(rosa, project)
    changeable = cast.judge(rosa, project).judgment  # which nobody has drawn for audit
    assert changeable is not None
    held = cast.claim(rosa, project)
    parked = ParkedSubmit.objects.create(
        assignment=held, submit_key=uuid.uuid4(), content_hash="", answers={}, reason="Too late."
    )
    flag = raise_flag(actor=lena, task=held.task, kind=FlagKind.EDGE_CASE, note="Is this one?")
    remark = give_feedback(
        actor=rosa, version=version, criterion_key="quality", text="Is grain a fault?"
    )
    answer_feedback(actor=lena, feedback=remark, answer="Only coarse grain.")
    own_flag = raise_flag(actor=rosa, task=held.task, kind=FlagKind.POLICY, note="May we?")
    answer_flag(actor=lena, flag=own_flag, answer="We may.")
    export = request_export(actor=mo, project=project)
    jobs.build_export(export.pk)
    follow_up = FollowUp.objects.create(
        version=version, work_state=WorkState.FAILED, failure="The disk was full."
    )
    adjust_tasks(actor=mo, project=project, judgments_per_task=4, most_judgments=5)
    Adjustment.objects.update(work_state=WorkState.FAILED, failure="The disk was full.")
    example = add_example(
        actor=lena,
        rubric=version.rubric,
        data=paint.encode(paint.draw_scene(64, 48, sun=(250, 220, 90))),
    )
    image = paint.store(paint.draw_scene(120, 90, sun=(250, 220, 90)))
    held.task.task_images.update(image=image)
    pks = {
        **dict.fromkeys(
            ("assignment", "submit", "draft", "skip", "flag", "noted", "renew", "release"), held.pk
        ),
        **dict.fromkeys(("batch", "batch-change", "batch-report"), tasks[0].batch_id),
        "follow-up-retry": follow_up.pk,
        "feedback-seen": remark.pk,
        "flag-seen": own_flag.pk,
        "task": held.task_id,
        "judgment": judgment.pk,
        "judgment-change": changeable.pk,
        "parked": parked.pk,
        "admin:reviews_audit": Audit.objects.get(judgment=judgment).pk,
        "admin:tasks_flag": flag.pk,
        "admin:tasks_parkedsubmit": parked.pk,
        "admin:tasks_release": draft.pk,
        "admin:evalhub_user": rosa.pk,
        "admin:rubrics_rubric": version.rubric_id,
        "admin:rubrics_rubricversion": draft.pk,
        "admin:evalhub_actionlog": ActionLog.objects.latest("pk").pk,
    }
    values = {
        "slug": project.slug,
        "number": export.number,
        "image_id": image.pk,
        "sha256": example.sha256,
        "kind": "screen",
        "uidb36": "zz",
        "key": "none",
    }
    return World(project, people, values, pks)


def visit(client: Client, method: str, path: str) -> tuple[HttpResponseBase, str]:
    """Send an empty request and take back what it changed; return the answer and its text."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, path)
        text = body_of(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, text


def body_of(response: HttpResponseBase) -> str:
    """Return the text of an answer, also of one that is streamed."""
    content = b"".join(response) if response.streaming else getattr(response, "content", b"")
    return content.decode("utf-8", "replace")


class Page(HTMLParser):
    """The elements of a page, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def links(self) -> set[str]:
        """Return the paths on this site that the page links to."""
        targets = {attributes.get("href") or "" for tag, attributes in self.elements if tag == "a"}
        return {target for target in targets if urlsplit(target).path.startswith("/")}


def crawl(
    world: World, client: Client, most: int = 300
) -> Iterator[tuple[str, HttpResponseBase, str]]:
    """GET every address, and whatever the pages link to; yield path, answer and text."""
    waiting = [world.path(address) for address in addresses()]
    seen = set(waiting)
    while waiting and most:
        most -= 1
        path = waiting.pop(0)
        response = client.get(path)
        text = body_of(response)
        yield path, response, text
        if response.get("Content-Type", "").startswith("text/html"):
            new = sorted(Page(text).links() - seen)
            waiting += new
            seen.update(new)
