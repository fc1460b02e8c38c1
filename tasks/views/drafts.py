"""Keep what is typed on the work page, as the page sends it while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from evalhub.access import signed_in
from tasks.access import get_assignment_for
from tasks.actions import AssignmentClosedError, NewerDraftError, save_draft
from tasks.drafts import DraftTooLargeError, DraftUnreadableError, read_draft
from tasks.models import Draft


@require_POST
def draft(request: HttpRequest, pk: int) -> JsonResponse:
    """Keep a draft, sent as JSON; 409 with the stored one where that is newer.

    409 without one says that the task is over, 413 and 422 what is wrong with the draft.
    """
    user = signed_in(request)
    held = get_assignment_for(user, pk)
    try:
        sequence, typed = read_draft(_body(request))
        saved = save_draft(actor=user, assignment=held, sequence=sequence, typed=typed)
    except NewerDraftError as newer:
        stored = {**_when(newer.draft), "typed": newer.draft.typed}
        return JsonResponse({"message": str(newer), "newer": stored}, status=409)
    except AssignmentClosedError as closed:
        return JsonResponse({"message": str(closed)}, status=409)
    except DraftTooLargeError as too_large:
        return JsonResponse({"message": str(too_large)}, status=413)
    except DraftUnreadableError as unreadable:
        return JsonResponse({"message": str(unreadable)}, status=422)
    return JsonResponse(_when(saved))


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as error:
        raise DraftTooLargeError from error


def _when(draft: Draft) -> dict[str, Any]:
    return {"sequence": draft.sequence, "saved_at": draft.saved_at}
