"""The rules of background work, on the rows of a real job."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from evalhub.work import GiveUpError, begin_work, run_work, sweep_work, want_work
from tasks.models import Image
from tests.evalhub.recorded import note_run

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def image() -> Image:
    return Image.objects.create(
        sha256="0" * 64, key="images/0", format="JPEG", width=4, height=3, bytes=10
    )


def test_it_runs_once_and_then_never_again(image: Image) -> None:
    runs: list[int] = []
    for _ in range(2):
        run_work(Image, image.pk, lambda row: runs.append(row.attempts))
    image.refresh_from_db()
    assert runs == [1]
    assert (image.work_state, image.failure, image.runs_until) == ("done", "", None)
    assert image.finished_at is not None


def test_it_leaves_alone_what_another_worker_runs(image: Image) -> None:
    assert begin_work(Image, image.pk) is not None
    assert begin_work(Image, image.pk) is None


def test_it_takes_over_from_a_worker_that_died(image: Image) -> None:
    begin_work(Image, image.pk)
    Image.objects.filter(pk=image.pk).update(runs_until=LONG_AGO)
    again = begin_work(Image, image.pk)
    assert again is not None
    assert again.attempts == 2


def test_it_sets_aside_what_kills_its_worker_three_times(image: Image) -> None:
    for _ in range(3):
        assert begin_work(Image, image.pk) is not None
        Image.objects.filter(pk=image.pk).update(runs_until=LONG_AGO)
    assert begin_work(Image, image.pk) is None
    image.refresh_from_db()
    assert (image.work_state, image.failure) == (
        "failed",
        "The worker stopped each time it tried this.",
    )


def test_it_tries_an_error_three_times_and_keeps_its_reason(
    image: Image, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(row: Image) -> None:
        raise OSError("no space left")

    states = []
    for _ in range(4):
        run_work(Image, image.pk, fail)
        image.refresh_from_db()
        states.append(image.work_state)
    assert states == ["waiting", "waiting", "failed", "failed"]
    assert image.failure == "OSError: no space left"
    assert len(caplog.records) == 3


def test_it_gives_up_at_once_on_what_can_never_succeed(image: Image) -> None:
    def refuse(row: Image) -> None:
        raise GiveUpError("The file is empty. Send it again.")

    run_work(Image, image.pk, refuse)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == ("failed", 1)
    assert image.failure == "The file is empty. Send it again."


def test_it_keeps_a_wish_that_comes_while_it_runs(image: Image) -> None:
    run_work(Image, image.pk, lambda row: want_work(Image, note_run, row.pk))
    image.refresh_from_db()
    assert image.work_state == "waiting"


def test_it_saves_although_the_broker_is_down(
    image: Image,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        want_work(Image, note_run, image.pk)
    assert len(callbacks) == 1
    assert "could not send tests.note_run" in caplog.text
    image.refresh_from_db()
    # As if never sent: the very next sweep takes it up.
    assert (image.work_state, image.sent_at) == ("waiting", None)


def test_it_sweeps_nothing_into_a_broker_that_is_down(image: Image) -> None:
    assert sweep_work(Image, note_run) == 0
    image.refresh_from_db()
    assert image.sent_at is None
