"""The form in which a lead writes a draft."""

from rubrics.draft.fields import ProseField, make_key, make_unique
from rubrics.draft.form import DraftForm, SeenForm
from rubrics.draft.importing import ImportForm

__all__ = ["DraftForm", "ImportForm", "ProseField", "SeenForm", "make_key", "make_unique"]
