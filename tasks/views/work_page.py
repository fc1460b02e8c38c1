"""Draw the work page: the task's pictures, the judging form, and what has to be said about both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString

from evalhub.access import signed_in
from evalhub.markdown import render_markdown
from evalhub.models import Project
from rubrics.criteria import find_type
from rubrics.forms import AnswersForm
from rubrics.layout import judging_helper
from rubrics.presentation import Presentation
from rubrics.reading import editorial_change
from rubrics.released import draw_once
from tasks.carried import asked_again
from tasks.forms import FlagForm, SkipForm, WorkForm
from tasks.models import Assignment, Draft
from tasks.pictures import (
    fetch_images,
    find_comparison,
    is_long_prompt,
    list_pictures,
    serves_every_pixel,
)
from tasks.subject import subject_of
from tasks.today import work_today
from tasks.views.in_place import render_in_place

RENEWALS_PER_LEASE = 5
LONGEST_RENEWAL_SECONDS = 240


@dataclass
class WorkForms:
    """The parts of the one form on the work page, all of them or only those that were sent."""

    answers: AnswersForm
    work: WorkForm
    skip: SkipForm
    flag: FlagForm
    # Whether they hold what came with a request, which is newer than any draft.
    holds_typed: bool = True

    @classmethod
    def blank(cls, assignment: Assignment, typed: QueryDict | None = None) -> WorkForms:
        """Return the forms unbound; `typed` fills in the answers that came with another button."""
        answers = answers_form(assignment)
        forms = cls(
            answers=answers,
            work=WorkForm(assignment=assignment),
            skip=SkipForm(),
            flag=FlagForm(clauses=answers.criteria),
            holds_typed=bool(typed),
        )
        if typed:
            forms.fill(typed)
        return forms

    def fill(self, typed: QueryDict) -> None:
        """Fill the blank answers in with `typed`, as it was sent, and go on counting the time."""
        self.answers.initial = self.answers.typed(typed)
        self.work.initial["active_seconds"] = typed.get(self.work.add_prefix("active_seconds"))

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

    @property
    def skip_fields(self) -> SafeString:
        return self._draw(self.skip)

    @property
    def flag_fields(self) -> SafeString:
        return self._draw(self.flag)

    def _draw(self, form: SkipForm | FlagForm) -> SafeString:
        draw = partial(as_crispy_form, form)
        return draw() if form.is_bound else draw_once(self.answers.version, form.prefix, draw)

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
    draft = Draft.objects.of(assignment).first()
    restored = draft if draft and draft.typed and not forms.holds_typed else None
    if restored:
        forms.fill(restored.as_sent())
    shared = shared_context(assignment, forms.answers)
    context = {
        **shared,
        "submits_itself": submits_itself(shared["presentation"], forms.answers),
        "forms": forms,
        "problems": list(forms.problems()),
        "done": done,
        "change": editorial_change(user, assignment.version),
        "today": work_today(user, task.project),
        "flags": task.flags.filter(raised_by=user),
        "renew_seconds": renew_seconds(task.project),
        "restored": restored,
        "draft_sequence": draft.sequence if draft else 0,
        "draft_key": f"evalhub-draft-{user.pk}-{task.pk}-{assignment.version_id}",
    }
    return render_in_place(request, assignment, context, status=status)


def shared_context(assignment: Assignment, answers: AnswersForm) -> dict[str, Any]:
    """Return what every page shows on which the task is judged: its pictures, and what is asked."""
    task, version = assignment.task, assignment.version
    presentation = Presentation.read(version.presentation)
    pictures = list_pictures(
        task, assignment.image_order, serves_every_pixel=serves_every_pixel(version)
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
    fetch_images(assignment.task)
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
