"""Send stored pictures to the people who may see them, as pictures and nothing else."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase

CONTENT_TYPES = {"image/jpeg", "image/png", "image/webp"}
POLICY = "default-src 'none'; sandbox"


def send_file(key: str, content_type: str) -> HttpResponseBase:
    """Return the file, or tell nginx which one to send; FileNotFoundError where it is gone."""
    kind = content_type if content_type in CONTENT_TYPES else "application/octet-stream"
    if not settings.MEDIA_ACCEL_PREFIX:
        return guard(FileResponse(default_storage.open(key), content_type=kind))
    response = HttpResponse(content_type=kind)
    response.headers["X-Accel-Redirect"] = quote(f"{settings.MEDIA_ACCEL_PREFIX}media/{key}")
    return guard(response)


def say_missing(sentence: str) -> HttpResponseBase:
    """Return a 404 in plain words that no browser keeps."""
    response = HttpResponse(f"{sentence}\n", status=404, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return guard(response)


def guard(response: HttpResponseBase) -> HttpResponseBase:
    """Let a browser take the response for a picture and nothing else, and for this site only."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
