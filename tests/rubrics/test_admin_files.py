"""A rubric as a file: taken from admin, and taken into a draft there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evalhub.models import User
from rubrics.actions import publish_version, write_draft
from rubrics.content import hash_version, spec_of
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, RubricSpec
from tests import cast


def page(version: RubricVersion, name: str = "change") -> str:
    return f"/admin/rubrics/rubricversion/{version.pk}/{name}/"


def send(lead: Client, version: RubricVersion, content: bytes, seen: str = "") -> Any:
    file = SimpleUploadedFile("rubric.yaml", content)
    address = f"/admin/rubrics/rubric/{version.rubric_id}/import/"
    return lead.post(address, {"file": file, "seen": seen})


@pytest.mark.parametrize("query", ["", "?format=json"])
def test_it_takes_back_what_it_gave_away(
    lead: Client, draft: RubricVersion, lena: User, query: str
) -> None:
    before = spec_of(draft)
    response = lead.get(page(draft, "export") + query)
    kind = "json" if query else "yaml"
    assert f'filename="photos-rubric-v2.{kind}"' in response["Content-Disposition"]
    write_draft(actor=lena, version=draft, spec=RubricSpec())
    draft.refresh_from_db()
    answer = send(lead, draft, response.content, hash_version(draft))
    assert answer["Location"] == page(draft)
    draft.refresh_from_db()
    assert spec_of(draft) == before


def test_it_begins_a_draft_from_a_file(lead: Client, version: RubricVersion) -> None:
    content = lead.get(page(version, "export")).content
    assert send(lead, version, content).status_code == 302
    draft = version.rubric.draft()
    assert draft is not None
    assert spec_of(draft) == spec_of(version)


def test_it_names_path_and_line_of_what_is_wrong(lead: Client, draft: RubricVersion) -> None:
    before = hash_version(draft)
    content = lead.get(page(draft, "export")).content.replace(b"ordinal", b"hologram")
    response = send(lead, draft, content, before)
    assert response.status_code == 422
    assert "<code>criteria[0].type</code>" in response.text
    assert "Line " in response.text
    draft.refresh_from_db()
    assert hash_version(draft) == before


def test_it_asks_for_a_file(lead: Client, version: RubricVersion) -> None:
    address = f"/admin/rubrics/rubric/{version.rubric_id}/import/"
    assert lead.get(address).status_code == 200
    response = lead.post(address, {})
    assert response.status_code == 422
    assert "Choose a file first." in response.text


def test_it_overwrites_nothing_that_somebody_else_saved(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    content, seen = lead.get(page(draft, "export")).content, hash_version(draft)
    write_draft(actor=lena, version=draft, spec=RubricSpec(instruction="New"))
    response = send(lead, draft, content, seen)
    assert response.status_code == 409
    assert "Somebody else saved the draft meanwhile." in response.text
    draft.refresh_from_db()
    assert draft.instruction == "New"


def test_it_says_on_a_release_what_it_changed(
    lead: Client, version: RubricVersion, draft: RubricVersion, lena: User
) -> None:
    criteria = (cast.quality_criterion(), CriterionSpec("faces", "count", "Faces in sight"))
    spec = RubricSpec("Look closely.", criteria)
    write_draft(actor=lena, version=draft, spec=spec)
    publish_version(actor=lena, version=draft, release_notes="Faces are counted.")
    text = lead.get(page(draft)).text
    assert "What changed since version 1" in text
    assert 'id="change-faces"' in text
    assert "What changed since" not in lead.get(page(version)).text
