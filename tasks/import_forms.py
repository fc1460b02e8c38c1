"""The form that brings pictures in; it parses and validates, and never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from evalhub.models import Project
from tasks.models import Batch

# A hint for the browser's file dialog; what a file is, its content decides.
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff,application/zip,.zip"


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files, cleaned to a list; an empty file is for the import's report to refuse."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError("Choose one or more pictures, or a ZIP of pictures.")
        return list(files)


class ImportForm(forms.Form):
    """What a batch is called, and which files its pictures are in."""

    name = forms.CharField(
        label="Name of the batch",
        max_length=120,
        required=False,
        help_text="What comes in together is a batch: you can look at its tasks by themselves.",
    )
    pictures = SeveralFilesField(
        label="Pictures",
        help_text="JPEG, PNG, WebP, AVIF, GIF or TIFF, or ZIP archives of them. "
        "What cannot be used is listed with its reason; the rest goes in.",
        widget=SeveralFilesInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._default_name = f"Batch {Batch.objects.filter(project=project).count() + 1}"
        self.initial.setdefault("name", self._default_name)

    def clean_name(self) -> str:
        """Return the name, the one that the form came with where it was taken out."""
        return self.cleaned_data["name"] or self._default_name
