"""What a browser would send from the editor of a draft."""

from __future__ import annotations

from typing import Any

from django import forms

from rubrics.draft import DraftForm
from rubrics.models import RubricVersion


def editor_data(version: RubricVersion, **changes: Any) -> dict[str, Any]:
    """Return the fields of the editor as `version` fills them, with `changes` typed over.

    A change of None unticks a box or clears a field. Names may be written with double
    underscores for hyphens: criteria__0__title.
    """
    form = DraftForm(version=version)
    data = {**_fields(form), **_fields(form.criteria.management_form)}
    for card in form.criteria.forms:
        data |= _fields(card) | _fields(card.levels.management_form)
        for row in card.levels.forms:
            data |= _fields(row)
    typed = {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in {**data, **typed}.items() if value is not None}


def _fields(form: forms.BaseForm) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if value is True:
            found[bound.html_name] = "on"
        elif value is not None and value is not False:
            found[bound.html_name] = value
    return found
