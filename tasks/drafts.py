"""Drafts of the work page: what is sent as one, how large it may be, how long it is kept."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db.models.functions import Now

from tasks.models import Draft, Task

Typed = dict[str, list[str]]

MOST_BYTES = 200_000
MOST_VALUES = 2_000
LAST_SEQUENCE = 2**31 - 1
KEPT_FOR = timedelta(days=30)


class DraftTooLargeError(Exception):
    """More was typed than the server keeps as a draft; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This is more than the server keeps as a draft. It stays in this browser: "
            "shorten it, or submit it from here."
        )


class DraftUnreadableError(Exception):
    """What was sent is no draft; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "The draft could not be read. What you typed stays in this browser: "
            "reload the page and go on."
        )


def read_draft(body: bytes) -> tuple[int, Typed]:
    """Return the sequence and the typed fields of a draft that was sent as JSON."""
    try:
        sent = json.loads(body)
        sequence, typed = sent["sequence"], sent["typed"]
        if type(sequence) is not int or not 0 < sequence <= LAST_SEQUENCE:
            raise DraftUnreadableError
        return sequence, {_storable(name): _values(found) for name, found in typed.items()}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DraftUnreadableError from error


def _values(found: list[str]) -> list[str]:
    if not isinstance(found, list):
        raise DraftUnreadableError
    return [_storable(value) for value in found]


def _storable(text: str) -> str:
    """Return `text` without what PostgreSQL takes into no JSON: NUL, and half a character."""
    return text.replace("\0", "").encode(errors="replace").decode()


def check_size(typed: Typed) -> None:
    """Raise DraftTooLargeError for more than is kept."""
    count = sum(map(len, typed.values()))
    size = len(json.dumps(typed, ensure_ascii=False).encode())
    if max(len(typed), count) > MOST_VALUES or size > MOST_BYTES:
        raise DraftTooLargeError


def remove_old_drafts() -> int:
    """Remove the drafts of tasks that ask for nothing more and were left alone; return how many."""
    over = [Task.State.FINISHED, Task.State.WITHDRAWN]
    old = Draft.objects.filter(saved_at__lt=Now() - KEPT_FOR, task__state__in=over)
    return old.delete()[0]
