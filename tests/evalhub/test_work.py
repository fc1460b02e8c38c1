"""The rules of background work, on the rows of a real job."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from evalhub import work
from evalhub.jobs import beat
from evalhub.models import Heartbeat
from evalhub.work import (
    GiveUpError,
    GoOnLaterError,
    begin_work,
    renew_run,
    run_work,
    sweep_work,
    want_work,
)
from tasks.models import Image
from tests.evalhub.recorded import note_run
from tests.services.processes import wait_until
from tests.tasks.test_claim_race import at_once

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


@pytest.mark.django_db(transaction=True)
def test_it_keeps_a_long_run_its_own_for_as_long_as_the_worker_lives(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "RENEW_EVERY", 0.05)

    def take_long(row: Image) -> None:
        Image.objects.filter(pk=row.pk).update(runs_until=LONG_AGO)
        wait_until(
            lambda: Image.objects.filter(pk=row.pk, runs_until__gt=timezone.now()).exists(),
            "the run is renewed",
        )

    run_work(Image, image.pk, take_long)
    image.refresh_from_db()
    assert (image.work_state, image.runs_until) == ("done", None)


def test_it_renews_no_run_that_another_worker_has_taken_over(image: Image) -> None:
    first = begin_work(Image, image.pk)
    assert first is not None
    assert renew_run(first)
    Image.objects.filter(pk=image.pk).update(runs_until=LONG_AGO)
    second = begin_work(Image, image.pk)
    assert second is not None
    assert not renew_run(first)
    assert renew_run(second)


@pytest.mark.parametrize("error", [None, ValueError, GiveUpError, GoOnLaterError])
def test_it_lets_a_run_that_was_taken_over_change_nothing(
    image: Image, error: type[Exception] | None
) -> None:
    def be_taken_over(row: Image) -> None:
        Image.objects.filter(pk=row.pk).update(runs_until=LONG_AGO)
        assert begin_work(Image, row.pk) is not None
        if error:
            raise error("Too late.")

    assert not run_work(Image, image.pk, be_taken_over)
    image.refresh_from_db()
    assert (image.work_state, image.attempts, image.failure) == ("running", 2, "")
    assert image.runs_until is not None
    assert image.runs_until > timezone.now()


def test_it_gives_up_a_run_two_minutes_after_its_last_sign_of_life(image: Image) -> None:
    begin_work(Image, image.pk)
    image.refresh_from_db()
    assert image.runs_until is not None
    assert image.runs_until - timezone.now() <= timedelta(minutes=2)


@pytest.mark.django_db(transaction=True)
def test_it_runs_once_however_many_hints_come_at_once(image: Image) -> None:
    runs: list[int] = []
    at_once(
        lambda: run_work(Image, image.pk, lambda row: runs.append(row.attempts)) for _ in range(6)
    )
    assert runs == [1]


def test_it_goes_on_later_with_its_attempts_forgotten(image: Image) -> None:
    def go_on_later(row: Image) -> None:
        raise GoOnLaterError

    for _ in range(5):
        assert run_work(Image, image.pk, go_on_later)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == ("waiting", 0)


def test_it_has_one_heartbeat_of_two_beats(db: None) -> None:
    beat()
    beat()
    assert Heartbeat.objects.count() == 1
