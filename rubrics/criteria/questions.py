from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.criteria.base import Answer, Asked, StoredAnswer
from rubrics.criteria.parts import NOT_OFFERED, PartsType, one_value, record_schema, refuse
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion
from rubrics.subject import Question

YES, NO, UNSURE, WRONG, VOID = "yes", "no", "unsure", "wrong", "void"
WORDS = {
    YES: "Yes",
    NO: "No",
    UNSURE: "Unsure",
    WRONG: "This question is wrong",
    VOID: "Void",
}


@dataclass(frozen=True)
class QuestionOption:
    index: int
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question with its answers; `parent` is the question that makes it void with a no."""

    question: Question
    parent: Question | None
    options: list[QuestionOption]


class Questions(PartsType):
    """The list of questions that the task carries; a child is void where its parent is a no."""

    name = "questions"
    label = "Questions of the task"
    help = "Answer each question that the task carries."
    has_number = False
    may_be_per_image = False
    settings = (
        Setting("unsure", "Offer “unsure”", "flag", default=True),
        Setting("wrong", "Offer “this question is wrong”", "flag", default=True),
    )

    def nothing_to_ask(self, asked: Asked) -> str:
        return "" if asked.subject.questions else "This task carries no questions."

    def take(self, asked: Asked, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        questions = asked.subject.questions
        return {"answers": {one.key: one_value(data, f"{name}-{one.key}") for one in questions}}

    def check(self, asked: Asked, typed: Any) -> Answer | None:
        given = typed["answers"]
        if not any(given.values()):
            return None
        offered = self._offered(asked.criterion)
        answers: dict[str, str] = {}
        for question in asked.subject.questions:
            answer = given.get(question.key, "")
            if answers.get(question.parent) in (NO, VOID):
                answers[question.key] = VOID
            elif not answer:
                refuse(asked, f"answer “{question.text}”.")
            elif answer not in offered:
                refuse(asked, NOT_OFFERED)
            else:
                answers[question.key] = answer
        return Answer(data={"answers": answers})

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        given = answer.data.get("answers", {})
        # In the task's order: a database need not keep that of the keys.
        return " · ".join(
            f"{question.text} {WORDS.get(given[question.key], given[question.key])}"
            for question in asked.subject.questions
            if question.key in given
        )

    def initial(self, asked: Asked, answer: StoredAnswer) -> dict[str, Any]:
        given = answer.data.get("answers", {})
        return {"answers": {key: "" if value == VOID else value for key, value in given.items()}}

    def controls(self, asked: Asked, value: Any) -> list[QuestionRow]:
        given = (value or {"answers": {}})["answers"]
        by_key = {question.key: question for question in asked.subject.questions}
        return [
            QuestionRow(
                question,
                by_key.get(question.parent),
                [
                    QuestionOption(index, answer, WORDS[answer], given.get(question.key) == answer)
                    for index, answer in enumerate(self._offered(asked.criterion))
                ],
            )
            for question in asked.subject.questions
        ]

    def missing(self, criterion: Criterion) -> str:
        return "answer every question"

    def answer_schema(self) -> dict[str, Any]:
        answers = {"type": "object", "additionalProperties": {"enum": list(WORDS)}}
        return record_schema(answers=answers)

    def _offered(self, criterion: Criterion) -> list[str]:
        more = [name for name in (UNSURE, WRONG) if self.setting(criterion, name)]
        return [YES, NO, *more]
