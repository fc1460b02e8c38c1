"""The form that brings pictures in; it parses and validates, and never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

MOST_FILES = 1000


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files; cleans to a list."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError("Choose one or more pictures, or a ZIP of pictures.")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"These are {len(files)} files; {MOST_FILES} can be sent at once. "
                "Put them in a ZIP."
            )
        return list(files)


class ImportForm(forms.Form):
    """Which pictures, and what their batch is called."""

    pictures = SeveralFilesField(
        label="Pictures",
        help_text="JPEG, PNG, WebP, AVIF, GIF or TIFF, or ZIP archives of them. "
        "What cannot be used is listed with its reason; the rest goes in.",
    )
    name = forms.CharField(
        label="Name of the batch",
        max_length=120,
        help_text="Tasks that come in together are a batch: it is accepted or rejected as one.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = f"Import of {timezone.now():%-d %B %Y, %H:%M}"
        self.fields["pictures"].widget.attrs["accept"] = "image/*,.zip,.avif,.tif,.tiff"
