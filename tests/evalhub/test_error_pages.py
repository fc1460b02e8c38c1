"""What people read when something is wrong."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from pytest_django import Settings

from evalhub import urls
from evalhub.models import User


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret cause")


@login_not_required
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("the secret cause")


@pytest.fixture
def faulty(settings: Settings) -> Iterator[Client]:
    """The product's own addresses, and two that fail."""
    module = ModuleType("faulty_urls")
    vars(module).update({name: value for name, value in vars(urls).items() if "handler" in name})
    vars(module)["urlpatterns"] = [
        *urls.urlpatterns,
        path("broken/", broken, name="broken"),
        path("suspicious/", suspicious, name="suspicious"),
    ]
    sys.modules["faulty_urls"] = module
    settings.ROOT_URLCONF = "faulty_urls"
    clear_url_caches()
    yield Client(raise_request_exception=False)
    del sys.modules["faulty_urls"]
    clear_url_caches()


def test_it_gives_the_code_under_which_the_log_tells_more(
    faulty: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """No database mark: the page must not need what may be the cause."""
    with caplog.at_level(logging.ERROR, "django.request"):
        response = faulty.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong on our side" in page
    assert f'<code class="reference">{response["X-Request-Id"]}</code>' in page
    assert "the secret cause" not in page
    assert "the secret cause" in str(caplog.records[-1].exc_info)


def test_it_does_not_explain_itself_to_a_forged_request(faulty: Client) -> None:
    response = faulty.get("/suspicious/")
    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()
    assert "the secret cause" not in response.content.decode()


def test_it_says_that_there_is_nothing_to_anybody(client: Client, rosa: User) -> None:
    for _ in range(2):
        response = client.get("/no/such/page/")
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()
        client.force_login(rosa)


def test_it_says_who_may(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    response = client.get("/projects/photos/settings/")
    assert response.status_code == 403
    assert "Only a manager of Photos may do this." in response.content.decode()
