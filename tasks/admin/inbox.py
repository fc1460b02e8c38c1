"""The lead's inbox: what is unclear, clause by clause, answered in place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from evalhub.access import signed_in
from evalhub.admin_options import RoleAdmin
from evalhub.models import Project, Role, User
from rubrics.actions import FeedbackAnsweredError, answer_feedback
from rubrics.models import Feedback
from tasks.actions import FlagAnsweredError, answer_flag
from tasks.admin.flags import AnswerFlagForm
from tasks.inbox import count_open, read_inbox
from tasks.models import Flag

STATES = (("open", "Open"), ("answered", "Answered"), ("", "All"))


@admin.register(Feedback)
class InboxAdmin(RoleAdmin):
    roles = (Role.LEAD,)
    project_path = "version__rubric__project"
    section = "Inbox"
    section_place = 2

    def get_urls(self) -> list[URLPattern]:
        return [self.page("", self.changelist_view, "changelist")]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was asked, and take an answer to one of it."""
        self.require_open(request)
        if request.method == "GET":
            return self._inbox(request)
        question = self._question(request)
        form = AnswerFlagForm(request.POST)
        if not form.is_valid():
            name = "flag" if isinstance(question, Flag) else "feedback"
            return self._inbox(request, status=422, refused=f"{name}-{question.pk}", form=form)
        try:
            answer(signed_in(request), question, form.cleaned_data["answer"])
        except (FeedbackAnsweredError, FlagAnsweredError) as meanwhile:
            question.refresh_from_db()
            return self._inbox(
                request, status=409, form=form, meanwhile=question, sentence=str(meanwhile)
            )
        messages.success(request, "Answered. The person who asked finds it on the home page.")
        return redirect(f"{request.path}?{request.GET.urlencode()}")

    def _question(self, request: HttpRequest) -> Feedback | Flag:
        """Return the remark or flag that the form names; Http404 for another project's."""
        led = Project.objects.for_member(signed_in(request), Role.LEAD)
        for name, rows in (
            ("feedback", Feedback.objects.filter(version__rubric__project__in=led)),
            ("flag", Flag.objects.filter(task__project__in=led)),
        ):
            pk = request.POST.get(name, "")
            # Longer numbers are nobody's, and would not fit into the column.
            if pk.isascii() and pk.isdigit() and len(pk) < 19:
                found: Feedback | Flag | None = rows.filter(pk=int(pk)).first()
                if found:
                    return found
        raise Http404("There is no such question, or it belongs to another project.")

    def _inbox(self, request: HttpRequest, status: int = 200, **variables: Any) -> HttpResponse:
        led = list(Project.objects.for_member(signed_in(request), Role.LEAD))
        state = request.GET.get("state", "open")
        state = state if state in dict(STATES) else "open"
        slug = request.GET.get("project", "")
        chosen = [project for project in led if project.slug == slug] or led
        narrowed = {"state": state, **({"project": slug} if chosen != led else {})}
        context = self.context(
            request,
            title="Inbox",
            inbox=read_inbox(chosen, state=state, page=request.GET.get("page")),
            states=[
                (label, urlencode(narrowed | {"state": value}), value == state)
                for value, label in STATES
            ],
            projects=_choices(led, narrowed),
            narrowed=urlencode(narrowed),
            **variables,
        )
        return render(request, "admin/rubrics/feedback/inbox.html", context, status=status)

    def section_note(self, user: User) -> str:
        count = count_open(list(Project.objects.for_member(user, Role.LEAD)))
        wait = "question waits" if count == 1 else "questions wait"
        return f"{count} {wait} for an answer." if count else "No question waits for an answer."


def answer(actor: User, question: Feedback | Flag, text: str) -> None:
    """Answer a remark or a flag, whichever it is."""
    if isinstance(question, Flag):
        answer_flag(actor=actor, flag=question, answer=text)
    else:
        answer_feedback(actor=actor, feedback=question, answer=text)


def _choices(led: list[Project], narrowed: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Return the ways to narrow the inbox to one project, where there are several."""
    if len(led) < 2:
        return []
    now = narrowed.get("project", "")
    every = {name: value for name, value in narrowed.items() if name != "project"}
    return [
        ("All", urlencode(every), not now),
        *(
            (project.name, urlencode(every | {"project": project.slug}), project.slug == now)
            for project in led
        ),
    ]
