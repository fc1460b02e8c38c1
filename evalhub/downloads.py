"""Send a file of the data folder: by nginx where it is told to, else by ourselves."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header


def send_download(path: Path, name: str, content_type: str) -> HttpResponseBase:
    """Return a response that gives the file at `path`, streamed, to be saved as `name`.

    The caller has checked who asks. Raises FileNotFoundError where there is no such file.
    """
    response: HttpResponseBase
    if settings.MEDIA_ACCEL_PREFIX:
        path.stat()
        inside = path.relative_to(settings.DATA_DIR).as_posix()
        response = HttpResponse(content_type=content_type)
        response.headers["X-Accel-Redirect"] = settings.MEDIA_ACCEL_PREFIX + quote(inside)
    else:
        response = FileResponse(path.open("rb"), content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response
