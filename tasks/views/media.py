"""Pictures for the people who may see them, and for nobody else."""

from __future__ import annotations

import logging
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from evalhub.access import signed_in
from tasks.models import Image, Rendition

logger = logging.getLogger(__name__)

CONTENT_TYPES = {"image/jpeg", "image/png", "image/webp"}
POLICY = "default-src 'none'; sandbox"
FRESH_SECONDS = 86_400
TRY_AGAIN_SECONDS = 10


@require_safe
def media(request: HttpRequest, image_id: int, kind: str) -> HttpResponseBase:
    """Send one rendition of an image that the user may see; its upload is sent to nobody.

    An address that names the content it leads to, as `Rendition.get_absolute_url` does, may be
    kept by the browser; any other is asked for again each time.
    """
    image = get_object_or_404(Image.objects.visible_to(signed_in(request)), pk=image_id)
    if kind not in Rendition.Kind.values:
        return _say("There is no such size of an image.")
    rendition = image.renditions.filter(kind=kind).first()
    if rendition is None:
        return _not_there(image)
    etag = f'"{rendition.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _with_headers(request, rendition, unchanged)
    try:
        return _with_headers(request, rendition, _send(rendition))
    except FileNotFoundError:
        logger.error("the file of rendition %s is gone: %s", rendition.pk, rendition.key)
        return _say("The file of this image is missing. Please tell your operator.")


def _send(rendition: Rendition) -> HttpResponseBase:
    """Return the file itself, or tell nginx which one to send."""
    kind = rendition.content_type
    content_type = kind if kind in CONTENT_TYPES else "application/octet-stream"
    if not settings.MEDIA_ACCEL_PREFIX:
        return FileResponse(default_storage.open(rendition.key), content_type=content_type)
    response = HttpResponse(content_type=content_type)
    response.headers["X-Accel-Redirect"] = quote(
        f"{settings.MEDIA_ACCEL_PREFIX}media/{rendition.key}"
    )
    return response


def _with_headers(
    request: HttpRequest, rendition: Rendition, response: HttpResponseBase
) -> HttpResponseBase:
    is_pinned = request.GET.get("v") == rendition.short_hash
    freshness = f"max-age={FRESH_SECONDS}, immutable" if is_pinned else "no-cache"
    response.headers["Cache-Control"] = f"private, {freshness}"
    response.headers["ETag"] = f'"{rendition.sha256}"'
    return _guard(response)


def _guard(response: HttpResponseBase) -> HttpResponseBase:
    """Let a browser take the response for a picture and nothing else, and for this site only."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _not_there(image: Image) -> HttpResponseBase:
    if not image.is_pending:
        return _say("This size of the image could not be made. A lead sees why on the batch page.")
    response = _say("This size of the image is still being made. Try again in a moment.")
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _say(sentence: str) -> HttpResponseBase:
    response = HttpResponse(f"{sentence}\n", status=404, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return _guard(response)
