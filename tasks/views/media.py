"""Pictures for the people who may see them, and for nobody else."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from evalhub.access import signed_in
from evalhub.private_files import guard, say_missing, send_file
from tasks.models import Image, Rendition

logger = logging.getLogger(__name__)

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
        return say_missing("There is no such size of an image.")
    rendition = image.renditions.filter(kind=kind).first()
    if rendition is None:
        return _not_there(image)
    etag = f'"{rendition.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _with_headers(request, rendition, unchanged)
    try:
        return _with_headers(request, rendition, send_file(rendition.key, rendition.content_type))
    except FileNotFoundError:
        logger.error("the file of rendition %s is gone: %s", rendition.pk, rendition.key)
        return say_missing("The file of this image is missing. Please tell your operator.")


def _with_headers(
    request: HttpRequest, rendition: Rendition, response: HttpResponseBase
) -> HttpResponseBase:
    is_pinned = request.GET.get("v") == rendition.short_hash
    freshness = f"max-age={FRESH_SECONDS}, immutable" if is_pinned else "no-cache"
    response.headers["Cache-Control"] = f"private, {freshness}"
    response.headers["ETag"] = f'"{rendition.sha256}"'
    return guard(response)


def _not_there(image: Image) -> HttpResponseBase:
    if not image.is_pending:
        return say_missing(
            "This size of the image could not be made. A lead sees why on the batch page."
        )
    response = say_missing("This size of the image is still being made. Try again in a moment.")
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
