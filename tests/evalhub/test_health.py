"""What the health pages say when a part is broken."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evalhub.celery import app
from evalhub.demo.broker import Broker
from evalhub.health import CHECKS, failing_parts
from evalhub.models import Heartbeat


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that takes connections and never answers: a broker that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def worker_alive(db: None) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())


def test_it_is_live_without_asking_anything(client: Client) -> None:
    """No database mark: a query would fail the test."""
    response = client.get("/health/live/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_it_names_the_broker_that_is_gone(client: Client, worker_alive: None) -> None:
    response = client.get("/health/ready/")
    assert response.status_code == 503
    assert response.json() == {
        "status": "failing",
        "parts": {"database": "ok", "broker": "failing", "disk": "ok", "worker": "ok"},
    }


def test_it_names_a_broker_that_hangs(
    worker_alive: None, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, port = listener.getsockname()
    monkeypatch.setattr(app.conf, "broker_url", f"redis://{host}:{port}/0")
    assert failing_parts() == ["broker"]


@pytest.mark.services
def test_it_is_ready_when_every_part_works(
    client: Client, worker_alive: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Broker(tmp_path) as broker:
        monkeypatch.setattr(app.conf, "broker_url", broker.celery_url)
        response = client.get("/health/ready/")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_it_names_the_database_that_cannot_be_reached() -> None:
    """No database mark: every query is refused, as by a server that is gone."""
    assert {"database", "worker"} <= set(failing_parts())


def test_it_names_the_worker_that_is_silent(db: None) -> None:
    assert "worker" in failing_parts()


def test_it_names_the_disk_that_cannot_be_written(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert "disk" in failing_parts()


def test_it_leaves_nothing_on_the_disk(db: None, settings: Settings) -> None:
    CHECKS["disk"]()
    assert list(settings.MEDIA_ROOT.iterdir()) == []


def test_it_logs_why_a_part_fails(db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "evalhub.health"):
        failing_parts()
    assert "No worker has run the heartbeat job" in caplog.text


def test_it_is_never_cached_and_needs_no_session(client: Client, worker_alive: None) -> None:
    response = client.get("/health/ready/")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_it_only_answers_questions(client: Client) -> None:
    assert client.post("/health/live/").status_code == 405
    assert client.post("/health/ready/").status_code == 405
