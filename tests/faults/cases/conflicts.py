"""Two pages about one thing, sent one after the other."""

from __future__ import annotations

from functools import partial

from reviews.models import Audit
from tasks.models import Judgment
from tests import cast
from tests.faults.client import Person
from tests.faults.house import House
from tests.faults.scene import Scene, at_once
from tests.reviews.scenes import record


def cc7(house: House) -> str:
    """One task in two tabs, and a different judgment sent from each."""
    scene = Scene.make(house, tasks=1, evaluators=1)
    with house.web():
        [person] = scene.enter()
        first = person.must_work("photos")
        second = person.must_work("photos")
        assert first.url == second.url, "the second tab got another task"
        assert person.submit(first, 4, "Even light.").is_stored
        answer = person.submit(second, 2, "Too bright.")
        again = person.open(second.url)
    assert answer.status == 409, f"the second tab was answered {answer.status}"
    said = "You have already submitted this task"
    for text in (said, "Even light.", "Too bright."):
        assert text in answer.body, f"the answer to the second tab lacks {text!r}"
    assert again is None, "the task can still be filled in"
    stored = Judgment.objects.get(project=scene.project)
    assert stored.scores.get().justification == "Even light.", "the first text was changed"
    return "409, said plainly, with both texts; the first one stands"


def cc8(house: House) -> str:
    """Two reviewers with one audit open, who decide at the same moment and differently."""
    scene = Scene.make(house, tasks=1, evaluators=1, audit_rate=1.0)
    [evaluator] = scene.evaluators
    record(evaluator, cast.claim(evaluator, scene.project))
    audit = Audit.objects.get(project=scene.project)
    verdicts = {"photos-lena": "The horizon is tilted.", "photos-mo": "The light is uneven."}
    with house.web():
        people = {name: Person(house.address, name) for name in verdicts}
        forms = {}
        for name, person in people.items():
            person.sign_in()
            forms[name] = person.form(audit.get_absolute_url(), "verdict")
        answers = at_once(
            partial(
                people[name].post,
                audit.get_absolute_url(),
                {**forms[name], "verdict": "minor", "comment": comment},
            )
            for name, comment in verdicts.items()
        )
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [302, 409], f"the two were answered {statuses}"
    refused = next(answer for answer in answers if answer.status == 409)
    for comment in verdicts.values():
        assert comment in refused.body, f"the 409 lacks {comment!r}"
    audit.refresh_from_db()
    assert audit.reviewer is not None
    winner = audit.reviewer.username
    assert audit.comment == verdicts[winner], "the stored verdict is a mixture"
    return f"the verdict of {winner} stands; the other got 409 with both comments"
