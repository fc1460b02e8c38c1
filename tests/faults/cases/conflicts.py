"""Two pages about one thing, sent one after the other."""

from __future__ import annotations

from functools import partial

from reviews.models import Audit
from tasks.models import Judgment
from tests import cast
from tests.faults.client import Answer, Person, WorkPage
from tests.faults.house import House
from tests.faults.scene import Scene, at_once
from tests.reviews.scenes import record

VERDICTS = {"lena": "The horizon is tilted.", "mo": "The light is uneven."}


def cc7(house: House) -> str:
    """One task in two tabs, and a different judgment sent from each; then without the guard."""
    scene = Scene.make(house, tasks=1, evaluators=1)
    answer, again = _submit_from_two_tabs(scene, without="")
    assert answer.status == 409, f"the second tab was answered {answer.status}"
    said = "You have already submitted this task"
    for text in (said, "Even light.", "Too bright."):
        assert text in answer.body, f"the answer to the second tab lacks {text!r}"
    assert again is None, "the task can still be filled in"
    stored = Judgment.objects.get(project=scene.project)
    assert stored.scores.get().justification == "Even light.", "the first text was changed"
    twin = Scene.make(house, tasks=1, evaluators=1, slug="twin")
    unguarded, _ = _submit_from_two_tabs(twin, without="key")
    assert unguarded.status != 409, "the guard was not off"
    return (
        "409, said plainly, with both texts; the first one stands; "
        f"without asking the second tab gets {unguarded.status}"
    )


def _submit_from_two_tabs(scene: Scene, *, without: str) -> tuple[Answer, WorkPage | None]:
    """Return what the second tab was answered, and the task as it is opened again."""
    slug = scene.project.slug
    with scene.house.web(without=without):
        [person] = scene.enter()
        first, second = person.must_work(slug), person.must_work(slug)
        assert first.url == second.url, "the second tab got another task"
        assert person.submit(first, 4, "Even light.").is_stored
        return person.submit(second, 2, "Too bright."), person.open(second.url)


def cc8(house: House) -> str:
    """Two reviewers with one audit open, who decide at the same moment and differently.

    Its twin does not lock the audit: both verdicts are taken, and one is lost.
    """
    scene = Scene.make(house, tasks=1, evaluators=1, audit_rate=1.0)
    answers, winner = _decide_at_once(scene, without="")
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [302, 409], f"the two were answered {statuses}"
    refused = next(answer for answer in answers if answer.status == 409)
    for comment in VERDICTS.values():
        assert comment in refused.body, f"the 409 lacks {comment!r}"
    twin = Scene.make(house, tasks=1, evaluators=1, audit_rate=1.0, slug="twin")
    unguarded, _ = _decide_at_once(twin, without="verdict lock")
    lost = [answer.status for answer in unguarded]
    assert lost == [302, 302], f"without the lock the two were answered {lost}"
    return (
        f"the verdict of {winner} stands; the other got 409 with both comments; "
        "without the lock both are told that theirs does"
    )


def _decide_at_once(scene: Scene, *, without: str) -> tuple[list[Answer], str]:
    """Return what the two reviewers were answered, and whose verdict is stored."""
    [evaluator] = scene.evaluators
    record(evaluator, cast.claim(evaluator, scene.project))
    audit = Audit.objects.get(project=scene.project)
    page = audit.get_absolute_url()
    verdicts = {f"{scene.project.slug}-{name}": said for name, said in VERDICTS.items()}
    with scene.house.web(without=without):
        people = {name: Person(scene.house.address, name) for name in verdicts}
        forms = {}
        for name, person in people.items():
            person.sign_in()
            forms[name] = person.form(page, "verdict")
        answers = at_once(
            partial(
                people[name].post, page, {**forms[name], "verdict": "minor", "comment": comment}
            )
            for name, comment in verdicts.items()
        )
    audit.refresh_from_db()
    assert audit.reviewer is not None
    winner = audit.reviewer.username
    assert audit.comment == verdicts[winner], "the stored verdict is a mixture"
    return answers, winner
