from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from evalhub.access import get_project_for, signed_in
from evalhub.private_files import guard, say_missing, send_file
from rubrics.models import ExampleImage

logger = logging.getLogger(__name__)

FRESH_SECONDS = 86_400


@require_safe
def example(request: HttpRequest, slug: str, sha256: str) -> HttpResponseBase:
    """Send an example image of the project's rubric to its members, and to nobody else."""
    project = get_project_for(signed_in(request), slug)
    row = get_object_or_404(ExampleImage, rubric__project=project, sha256=sha256)
    etag = f'"{row.sha256}"'
    try:
        response = get_conditional_response(request, etag=etag) or send_file(row.key, "image/webp")
    except FileNotFoundError:
        logger.error("the file of example %s is gone: %s", row.pk, row.key)
        return say_missing("The file of this image is missing. Please tell your operator.")
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}, immutable"
    response.headers["ETag"] = etag
    return guard(response)
