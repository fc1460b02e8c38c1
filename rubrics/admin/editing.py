"""What the pages of a draft do with what a lead typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from evalhub.access import signed_in
from evalhub.imaging.errors import Refused
from evalhub.models import ActionLog, User
from rubrics.actions import write_draft
from rubrics.actions.examples import add_example
from rubrics.changes import changes_between
from rubrics.content import spec_of
from rubrics.draft import DraftForm
from rubrics.draft.review import review_draft
from rubrics.forms import AnswersForm
from rubrics.guideline import read_guideline
from rubrics.layout import judging_helper
from rubrics.models import RubricVersion
from rubrics.reading import readers_of
from rubrics.subject import Subject, sample_subject


def read_form(request: HttpRequest, version: RubricVersion) -> DraftForm:
    """Return the form with what was sent; the pictures in a valid one are stored by now."""
    form = DraftForm(request.POST, request.FILES, version=version)
    if request.FILES and form.is_valid():
        actor = signed_in(request)

        def store(data: bytes) -> str:
            return add_example(actor=actor, rubric=version.rubric, data=data).sha256

        try:
            form.take_uploads(store)
        except Refused as refused:
            form.add_error(None, refused.reason)
    return form


def save_draft(
    actor: User, version: RubricVersion, form: DraftForm, *, ignore_seen: bool = False
) -> RubricVersion:
    """Write what a valid `form` says into the draft."""
    return write_draft(
        actor=actor,
        version=version,
        spec=form.spec(copy=form.data.get("copy", "")),
        seen=None if ignore_seen else form.cleaned_data["seen"],
    )


def seen_from(version: RubricVersion) -> dict[str, Any]:
    """Return what stands beside the editor: the evaluator's form, and the notes on the draft."""
    return {"preview": preview_of(version), "review": review_draft(spec_of(version))}


def preview_of(version: RubricVersion) -> dict[str, Any]:
    """Return, for a template, the form that evaluators get from `version`, and its layout."""
    form = AnswersForm(version=version, subject=_sample(version), auto_id="preview-%s")
    return {"form": form, "layout": judging_helper(form), "subject": form.subject}


def read_release(version: RubricVersion) -> dict[str, Any]:
    """Return what the page of a release shows: its clauses, its readers, and what it changed."""
    before = version.rubric.versions.filter(number__lt=version.number).order_by("-number").first()
    return {
        "clauses": read_guideline(version),
        "readers": readers_of(version),
        "before": before,
        "changes": changes_between(before, version) if before else [],
    }


def last_writer(version: RubricVersion) -> User | None:
    """Return who wrote or published `version` last, as the action log has it."""
    entry = (
        ActionLog.objects.filter(
            object_type=RubricVersion._meta.label_lower, object_id=str(version.pk)
        )
        .select_related("actor")
        .order_by("-pk")
        .first()
    )
    return entry.actor if entry else None


def version_url(version: RubricVersion) -> str:
    """Return the address of the version's own page."""
    return reverse("admin:rubrics_rubricversion_change", args=[version.pk])


def _sample(version: RubricVersion) -> Subject:
    try:
        return sample_subject(version.sample_task)
    except ValueError:  # a sample that does not hold together is said beside the draft
        return sample_subject({})
