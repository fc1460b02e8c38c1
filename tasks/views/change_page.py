"""Draw the page on which a judgment is changed: the judging form, filled in with what is stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from rubrics.forms import AnswersForm, fill_in
from tasks.forms import ChangeForm
from tasks.models import Judgment
from tasks.storing import stored_answers
from tasks.views.work_page import answers_form, problems_of, shared_context


@dataclass
class ChangeForms:
    """The parts of the one form on the page."""

    answers: AnswersForm
    work: ChangeForm

    @classmethod
    def stored(cls, judgment: Judgment) -> ChangeForms:
        """Return the forms with what is stored."""
        answers = answers_form(judgment.assignment)
        answers.initial = fill_in(stored_answers(judgment, answers.subject), answers.subject)
        return cls(answers, ChangeForm(judgment=judgment))

    @classmethod
    def sent(cls, judgment: Judgment, data: QueryDict) -> ChangeForms:
        """Return the forms with what was sent."""
        answers = answers_form(judgment.assignment, data)
        return cls(answers, ChangeForm(data, judgment=judgment))

    def are_valid(self) -> bool:
        return self.answers.is_valid() and self.work.is_valid()


def render_change_page(
    request: HttpRequest, judgment: Judgment, forms: ChangeForms, *, status: int = 200
) -> HttpResponse:
    """Return the page on which `judgment` is changed."""
    context = {
        **shared_context(judgment.assignment, forms.answers),
        "judgment": judgment,
        "forms": forms,
        "problems": list(problems_of(forms.answers, forms.work)),
    }
    return render(request, "tasks/change.html", context, status=status)
