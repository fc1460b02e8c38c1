"""The page that keeps both texts: what is stored, and what was sent and is not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rubrics.forms import AnswersForm
from tasks.actions import RevisionConflictError, RevisionRefusedError, SubmitConflictError
from tasks.wording import answers_in_words, judgment_in_words

SUBMITTED = (
    "You have already submitted this task",
    "Perhaps it was open in two tabs. The first judgment counts and was not changed.",
)
CHANGED = (
    "You have changed this judgment meanwhile",
    "Perhaps it was open in two tabs. The change that came first counts, and nothing is lost.",
)


def show_conflict(
    request: HttpRequest,
    sent: AnswersForm,
    conflict: SubmitConflictError | RevisionRefusedError,
) -> HttpResponse:
    """Return the page for answers of a valid form that were refused for what is stored."""
    stored = conflict.judgment
    if isinstance(conflict, RevisionConflictError):
        heading, reason = CHANGED
    elif isinstance(conflict, RevisionRefusedError):
        heading, reason = "Your judgment is not changed", str(conflict)
    else:
        heading, reason = SUBMITTED
    context = {
        "project": stored.project,
        "judgment": stored,
        "heading": heading,
        "reason": reason,
        "can_change": isinstance(conflict, RevisionConflictError),
        "stored": judgment_in_words(stored, sent.subject),
        "sent": answers_in_words(sent.answers(), sent),
    }
    return render(request, "tasks/conflict.html", context, status=409)
