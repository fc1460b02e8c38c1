"""Draw the work page: the task's pictures, the judging form, and what has to be said about both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from evalhub.access import signed_in
from evalhub.markdown import render_markdown
from evalhub.models import Project
from rubrics.criteria import find_type
from rubrics.forms import AnswersForm
from rubrics.layout import judging_helper
from rubrics.presentation import Presentation
from rubrics.reading import editorial_change
from tasks.carried import asked_again
from tasks.forms import FlagForm, SkipForm, WorkForm
from tasks.models import Assignment, Judgment
from tasks.pictures import fetch_pictures, find_comparison, is_long_prompt, list_pictures
from tasks.subject import subject_of
from tasks.today import work_today

RENEWALS_PER_LEASE = 5
LONGEST_RENEWAL_SECONDS = 240


@dataclass
class WorkForms:
    """The parts of the one form on the work page, all of them or only those that were sent."""

    answers: AnswersForm
    work: WorkForm
    skip: SkipForm
    flag: FlagForm

    @classmethod
    def blank(cls, assignment: Assignment, typed: QueryDict | None = None) -> WorkForms:
        """Return the forms unbound; `typed` fills in the answers that came with another button."""
        answers = answers_form(assignment)
        if typed:
            answers.initial = answers.typed(typed)
        return cls(
            answers=answers,
            work=WorkForm(assignment=assignment),
            skip=SkipForm(),
            flag=FlagForm(clauses=answers.criteria),
        )

    @classmethod
    def sent(cls, assignment: Assignment, data: QueryDict) -> WorkForms:
        """Return the forms of a submit: its answers bound, skip and flag left aside."""
        answers = answers_form(assignment, data)
        return cls(
            answers=answers,
            work=WorkForm(data, assignment=assignment),
            skip=SkipForm(),
            flag=FlagForm(clauses=answers.criteria),
        )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Return (id of the control, what is wrong) for each error, in the order of the page.

        The id is empty for what no control on the page shows.
        """
        return problems_of(self.answers, self.work, self.skip, self.flag)


def problems_of(*forms: Form) -> Iterator[tuple[str, str]]:
    """Yield (id of the control, what is wrong) for each error of `forms`, in their order."""
    for form in forms:
        for name, errors in form.errors.items():
            field = form[name]
            target = field.id_for_label or f"{field.auto_id}_0"
            for error in errors:
                yield "" if field.is_hidden else target, str(error)


def render_work_page(
    request: HttpRequest,
    assignment: Assignment,
    forms: WorkForms,
    *,
    status: int = 200,
    done: str = "",
) -> HttpResponse:
    """Return the work page of an assignment; `done` says what a button other than submit did."""
    user, task = signed_in(request), assignment.task
    shared = shared_context(assignment, forms.answers)
    context = {
        **shared,
        "submits_itself": submits_itself(shared["presentation"], forms.answers),
        "forms": forms,
        "problems": list(forms.problems()),
        "done": done,
        "change": editorial_change(user, assignment.version),
        "today": work_today(user, task.project),
        "last": Judgment.objects.last_of(user, task.project).values_list("pk", flat=True).first(),
        "flags": task.flags.filter(raised_by=user),
        "renew_seconds": renew_seconds(task.project),
        "draft_key": f"evalhub-draft-{user.pk}-{task.pk}-{assignment.version_id}",
    }
    return render(request, "tasks/work.html", context, status=status)


def shared_context(assignment: Assignment, answers: AnswersForm) -> dict[str, Any]:
    """Return what every page shows on which the task is judged: its pictures, and what is asked."""
    task, version = assignment.task, assignment.version
    presentation = Presentation.read(version.presentation)
    pictures = list_pictures(
        task, assignment.image_order, serves_every_pixel=presentation.images == "original"
    )
    return {
        "project": task.project,
        "assignment": assignment,
        "version": version,
        "instruction": render_markdown(version.instruction),
        "prompt_is_long": is_long_prompt(task.prompt),
        "presentation": presentation,
        "pictures": pictures,
        "comparison": find_comparison(pictures),
        "judging_helper": judging_helper(answers),
    }


def answers_form(assignment: Assignment, data: QueryDict | None = None) -> AnswersForm:
    """Return the judging form of an assignment, about its task as this evaluator sees it."""
    fetch_pictures(assignment.task)
    subject = subject_of(assignment.task, assignment.image_order)
    again = asked_again(assignment, subject)
    return AnswersForm(
        data, version=assignment.version, subject=subject, only=again.only, given=again.given
    )


def submits_itself(presentation: Presentation, form: AnswersForm) -> bool:
    """Return whether the page is one decision, so that choosing a level is all there is to do."""
    if presentation.layout != "single" or len(form.asked) != 1:
        return False
    criterion = form.asked[0].criterion
    return bool(
        find_type(criterion.type).has_levels
        and criterion.is_required
        and not criterion.settings.get("other")
    )


def renew_seconds(project: Project) -> int:
    """Return how often the page renews its hold: several times per lease."""
    return min(project.lease_minutes * 60 // RENEWALS_PER_LEASE, LONGEST_RENEWAL_SECONDS)
