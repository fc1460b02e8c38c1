"""The form in which a lead writes a draft."""

from rubrics.draft.fields import ProseField, make_key, make_unique
from rubrics.draft.form import DraftForm, SeenForm

__all__ = ["DraftForm", "ProseField", "SeenForm", "make_key", "make_unique"]
