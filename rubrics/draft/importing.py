"""The form that takes a rubric file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from rubrics.content import hash_version
from rubrics.models import RubricVersion


class ImportForm(forms.Form):
    """A rubric file, and the hash of the draft that it replaces; empty where there is none."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    file = forms.FileField(
        label="Rubric file",
        help_text="YAML or JSON, as evalhub writes it.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
        error_messages={"required": "Choose a file first.", "empty": "The file is empty."},
    )

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, Any] | None,
        *,
        draft: RubricVersion | None,
    ) -> None:
        super().__init__(data, files, initial={"seen": hash_version(draft) if draft else ""})
