"""Fill a batch: list its files, take each in, show the tasks when the whole is there.

Every file is a row with its outcome, written in a transaction of its own: an import that is cut
off anywhere goes on with the next file, and one that is run again finds nothing left to do.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet

from evalhub.actions.log import log_action
from evalhub.imaging.archives import Member, is_archive, members
from evalhub.imaging.errors import Refused
from evalhub.imaging.inspect import check_bytes
from evalhub.imaging.limits import DEFAULT_LIMITS
from evalhub.work import GiveUpError, GoOnLaterError
from tasks.intake import PictureInTask, add_task, open_tasks, take_picture
from tasks.models import Batch, Image, ImportFile, Manifest, Task, TaskImage

# A run ends well within a job's time limit; a longer import goes on in another run.
RUN_SECONDS = 600
AT_ONCE = 500
LONGEST_PATH, LONGEST_MEMBER, LONGEST_NAME, LONGEST_KEY = 1000, 500, 400, 200
UNUSABLE_NAME = "The file’s name is too long or not readable text. Rename it and import it again."
CHANGED = "The ZIP archive was changed while it was read. Import it again."
JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
Outcome = ImportFile.Outcome


def fill_batch(
    batch: Batch,
    want_renditions: Callable[[Image], object],
    on_file: Callable[[], object] = lambda: None,
) -> None:
    """Import the files of `batch`, handing each new image on to have its renditions made.

    `on_file` is called after each. Raises GiveUpError where nothing could be imported,
    GoOnLaterError when the time of one run is over.
    """
    _list_files(batch)
    deadline = time.monotonic() + RUN_SECONDS
    for row, content in _waiting(batch):
        image = _take(batch, row, content)
        if image and image.is_pending:
            want_renditions(image)
        on_file()
        if time.monotonic() > deadline:
            raise GoOnLaterError
    finish_import(batch)


def count_outcomes(batch: Batch) -> dict[str, int]:
    """Return how many files or rows of `batch` have each outcome, zero included."""
    counted = batch.files.order_by().values_list("outcome").annotate(n=Count("pk"))
    counts = {outcome.value: 0 for outcome in Outcome} | dict(counted)
    for accepted in Manifest.objects.filter(batch=batch).values_list("rows_accepted", flat=True):
        counts[Outcome.ACCEPTED] += accepted
    return counts


def _list_files(batch: Batch) -> None:
    if batch.is_listed:
        return
    rows = _expand(batch)
    while some := list(islice(rows, AT_ONCE)):
        ImportFile.objects.bulk_create(some, ignore_conflicts=True)
    if not batch.files.exists():
        raise GiveUpError(
            "There are no files in what was sent. Choose pictures, a ZIP of pictures, "
            "or a folder that holds some."
        )
    batch.is_listed = True
    batch.save(update_fields=["is_listed"])


def _expand(batch: Batch) -> Iterator[ImportFile]:
    """Yield a row for each file, and for each member of an archive instead of the archive."""
    for path, name in _files(batch):
        try:
            # One that is named so and is none is told what a ZIP archive should be.
            if is_archive(path) or path.suffix.lower() == ".zip":
                for member in members(path):
                    yield _row(batch, path, f"{name}/{member.name}", member)
            else:
                yield _row(batch, path, name)
        except Refused as refused:
            yield _row(batch, path, name, reason=refused.reason)
        except OSError as error:
            yield _row(batch, path, name, reason=unreadable(error))


def _files(batch: Batch) -> Iterator[tuple[Path, str]]:
    """Yield each file below the batch's paths with its name in the report, in order of name."""
    for given in map(Path, batch.paths):
        if not given.is_dir():
            yield given, given.name
            continue
        for path in sorted(given.rglob("*")):
            is_junk = path.name.lower() in JUNK or path.name.startswith(".")
            if path.is_file() and not path.is_symlink() and not is_junk:
                yield path, str(path.relative_to(given))


def _row(
    batch: Batch, path: Path, name: str, member: Member | None = None, reason: str = ""
) -> ImportFile:
    stored_path, stored_member = str(path), member.name if member else ""
    if not (_is_storable(stored_path, LONGEST_PATH) and len(stored_member) <= LONGEST_MEMBER):
        reason = reason or UNUSABLE_NAME
        stored_path, stored_member = _digest(stored_path), stored_member and _digest(stored_member)
    reason = reason or (member.refusal if member else None) or ""
    return ImportFile(
        batch=batch,
        path=stored_path,
        name=_shown(name),
        member=stored_member,
        outcome=Outcome.REFUSED if reason else Outcome.WAITING,
        reason=reason,
    )


def _waiting(batch: Batch) -> Iterator[tuple[ImportFile, Path | bytes | Refused]]:
    """Yield each waiting row with its content; an archive is read once, from front to back."""
    waiting = batch.files.filter(outcome=Outcome.WAITING)
    for row in _in_chunks(waiting.filter(member="")):
        yield row, Path(row.path)
    archives = waiting.exclude(member="").order_by("path").values_list("path", flat=True).distinct()
    for path in list(archives):
        rows = {row.member: row for row in waiting.filter(path=path).exclude(member="")}
        problem = Refused(CHANGED)
        try:
            for member in members(Path(path)):
                if known := rows.pop(member.name, None):
                    yield known, _read(member)
        except Refused as refused:
            problem = refused
        except OSError as error:
            problem = Refused(unreadable(error))
        for row in rows.values():
            yield row, problem


def _in_chunks(rows: QuerySet[ImportFile]) -> Iterator[ImportFile]:
    """Yield rows in order, without a query that stays open.

    On SQLite one that is still being read keeps the connection from writing as soon as another
    process has written.
    """
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from chunk
        last = chunk[-1].pk


def _read(member: Member) -> bytes | Refused:
    try:
        check_bytes(member.size, DEFAULT_LIMITS)
        return b"".join(member.chunks())
    except Refused as refused:
        return refused


def _take(batch: Batch, row: ImportFile, content: Path | bytes | Refused) -> Image | None:
    """Take one file in and write its outcome; return its image where it was accepted."""
    try:
        if isinstance(content, Refused):
            raise content
        image = take_picture(content)
    except Refused as refused:
        _note(row, Outcome.REFUSED, reason=refused.reason)
    except (FileNotFoundError, PermissionError) as error:
        _note(row, Outcome.REFUSED, reason=unreadable(error))
    else:
        return _add(batch, row, image)
    return None


@transaction.atomic
def _add(batch: Batch, row: ImportFile, image: Image) -> Image | None:
    """Add a task that shows `image`, and return that; None where the project has one already."""
    # The same picture in two files, imports or runs at once: one of them after the other.
    Image.objects.select_for_update(no_key=True).get(pk=image.pk)
    if not ImportFile.objects.filter(pk=row.pk, outcome=Outcome.WAITING).exists():
        return None
    uses = TaskImage.objects.filter(image=image, task__project=batch.project)
    if use := uses.select_related("task__batch").order_by("task_id").first():
        _note(row, Outcome.DUPLICATE, image=image, reason=_same_as(use.task, batch))
        return None
    add_task(batch=batch, key=_free_key(batch, row.name), pictures=[PictureInTask(image)])
    _note(row, Outcome.ACCEPTED, image=image)
    return image


def _free_key(batch: Batch, name: str) -> str:
    """Return a key for the task of a file: its name, with a number where another task has that."""
    key, number = name[-LONGEST_KEY:], 1
    while Task.objects.filter(batch=batch, key=key).exists():
        number += 1
        ending = f" ({number})"
        key = name[-(LONGEST_KEY - len(ending)) :] + ending
    return key


def _same_as(task: Task, batch: Batch) -> str:
    where = "in this import" if task.batch_id == batch.pk else f"in the batch “{task.batch.name}”"
    return f"The same picture is already there as “{task.key}” {where}. It was not added again."


def _note(
    row: ImportFile, outcome: ImportFile.Outcome, *, image: Image | None = None, reason: str = ""
) -> None:
    row.outcome, row.image, row.reason = outcome, image, reason
    row.save(update_fields=["outcome", "image", "reason"])


def finish_import(batch: Batch, of: str = "files") -> None:
    """Show the tasks, log the counts, and throw the uploaded files away.

    Raises GiveUpError where none of what came, called `of`, could be added.
    """
    counts = count_outcomes(batch)
    with transaction.atomic():
        open_tasks(batch)
        log_action(
            actor=batch.created_by,
            verb="batch:import",
            target=batch,
            project=batch.project,
            after=counts,
        )
    remove_incoming(batch)
    if counts[Outcome.ACCEPTED]:
        return
    if counts[Outcome.DUPLICATE] and not counts[Outcome.REFUSED]:
        what = "pictures" if of == "files" else of
        raise GiveUpError(f"All these {what} are in the project already: nothing was added.")
    raise GiveUpError(
        f"None of these {of} could be used. The report below gives the reason for each."
    )


def remove_incoming(batch: Batch) -> None:
    """Remove the uploaded files of a finished import; never a folder of somebody's own."""
    incoming = Path(settings.INCOMING_ROOT).resolve()
    for path in batch.paths:
        if Path(path).resolve().is_relative_to(incoming):
            shutil.rmtree(Path(path), ignore_errors=True)
            Path(path).unlink(missing_ok=True)


def _shown(name: str) -> str:
    """Return a file name that can be stored and shown: no control characters, not too long."""
    readable = name.encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "�" for char in readable)[-LONGEST_NAME:]


def _is_storable(text: str, longest: int) -> bool:
    """Return whether a database can keep `text`: a file name may be bytes that are no text."""
    return len(text) <= longest and not any("\ud800" <= char <= "\udfff" for char in text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def unreadable(error: OSError) -> str:
    """Return the sentence for a file that the server cannot open."""
    return f"The file cannot be read ({error.strerror}). Check that it is still there."
