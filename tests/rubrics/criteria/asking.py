"""Ask one criterion about one task: what is typed, taken, said, shown and drawn."""

from __future__ import annotations

from typing import Any

import jsonschema
from django.http import QueryDict
from django.template import Context, Template

from evalhub.models import Project, User
from rubrics.criteria import Answer, AnswerState, Asked, find_type
from rubrics.forms import AnswersForm
from rubrics.layout import judging_helper
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from rubrics.subject import Question, Subject, SubjectImage
from tests import cast

LEFT = SubjectImage(0, "Image A", width=1200, height=900, sha256="a" * 64)
RIGHT = SubjectImage(1, "Image B", width=800, height=600, sha256="b" * 64)
QUESTIONS = (
    Question("dog", "Is there a dog?"),
    Question("brown", "Is the dog brown?", "dog"),
    Question("dark", "Is it dark brown?", "brown"),
)
TASK = Subject("A red bicycle", (LEFT, RIGHT), QUESTIONS)


def labels(*words: str) -> tuple[LevelSpec, ...]:
    return tuple(LevelSpec(n, word, key=word.lower()) for n, word in enumerate(words, start=1))


class Asking:
    """One published criterion called “it”, titled “It”, and the forms that ask it."""

    def __init__(self, project: Project, lead: User, kind: str, **fields: Any) -> None:
        self.version: RubricVersion = cast.release_rubric(
            project, lead, CriterionSpec("it", kind, "It", **fields)
        )
        self.kind = find_type(kind)

    def form(self, data: dict[str, Any] | None, subject: Subject = TASK) -> AnswersForm:
        sent = QueryDict(mutable=True)
        for name, value in (data or {}).items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        return AnswersForm(None if data is None else sent, version=self.version, subject=subject)

    def answer(self, subject: Subject = TASK, **data: Any) -> Answer:
        """Return the answer to data named with underscores for hyphens, after “it”."""
        form = self.form(_named(data), subject)
        assert form.is_valid(), form.errors
        [given] = form.answers()
        if given.answer.state is AnswerState.ANSWERED:
            jsonschema.validate(given.answer.data, self.kind.answer_schema())
        return given.answer

    def error(self, subject: Subject = TASK, **data: Any) -> str:
        """Return the one sentence that refuses the data."""
        [[sentence]] = self.form(_named(data), subject).errors.values()
        return str(sentence)

    def words(self, answer: Answer, subject: Subject = TASK) -> str:
        """Return the answer as it is shown to a reader."""
        return self.kind.show(Asked(self.version.criteria.in_order()[0], subject), answer)

    def page(self, data: dict[str, Any] | None = None, subject: Subject = TASK) -> str:
        """Return the form as HTML, its white space made even."""
        form = self.form(data, subject)
        template = Template("{% load crispy_forms_tags %}{% crispy form helper %}")
        html = template.render(Context({"form": form, "helper": judging_helper(form)}))
        return " ".join(html.split())


def _named(data: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "-"): value for name, value in data.items()}
