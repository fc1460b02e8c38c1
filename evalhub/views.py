"""What belongs to no room: health for the machines, and pages for when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evalhub.health import CHECKS, failing_parts
from evalhub.middleware import current_request_id


@login_not_required
@never_cache
@require_safe
def health_live(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process can; restart it when this fails."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def health_ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503 with the names of those that fail."""
    failing = failing_parts()
    parts = {name: "failing" if name in failing else "ok" for name in CHECKS}
    status = "failing" if failing else "ok"
    return JsonResponse({"status": status, "parts": parts}, status=503 if failing else 200)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse a request that no page of ours makes."""
    return HttpResponseBadRequest(_bare("400.html"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say who may do what was refused."""
    page = render_to_string("403.html", {"sentence": str(exception)}, request)
    return HttpResponseForbidden(page)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, in the same words for what one may not know of."""
    return HttpResponseNotFound(render_to_string("404.html", {}, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """Give the code under which the log tells what happened; needs nothing but the templates."""
    return HttpResponseServerError(_bare("500.html", {"reference": current_request_id()}))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do with a form that was sent from a page opened too long ago."""
    return HttpResponseForbidden(_bare("csrf_failure.html"))


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Ask for patience after too many wrong passwords or codes; never name the account."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked_out.html", {"minutes": minutes}, status=429)


def _bare(template: str, context: dict[str, Any] | None = None) -> str:
    """Render without the request: the error may lie in what the context processors need."""
    return render_to_string(template, context)
