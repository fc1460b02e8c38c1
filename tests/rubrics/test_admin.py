"""Where leads write and publish their rubrics."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from rubrics.actions import acknowledge_version, publish_version, start_draft, write_draft
from rubrics.content import hash_version
from rubrics.models import Rubric, RubricVersion
from rubrics.reading import begin_with
from rubrics.spec import CriterionSpec, RubricSpec
from tests import cast
from tests.rubrics.draft_data import editor_data

LIST = "/admin/rubrics/rubric/"


@pytest.fixture
def foreign(otto: User) -> RubricVersion:
    """A draft of a project that only otto belongs to."""
    project = Project.objects.get(slug="elsewhere")
    return start_draft(actor=otto, rubric=cast.release_rubric(project, otto).rubric)


def page(version: RubricVersion, name: str = "change") -> str:
    return f"/admin/rubrics/rubricversion/{version.pk}/{name}/"


# ---------------------------------------------------------------- the list and the rubric's page
def test_it_lists_the_rubrics_of_led_projects_only(
    lead: Client, version: RubricVersion, foreign: RubricVersion
) -> None:
    response = lead.get(LIST)
    assert list(response.context["cl"].result_list) == [version.rubric]
    assert "v1 published" in response.text
    assert foreign.rubric.name not in response.text


def test_it_begins_the_rubric_of_a_project_that_has_none(lead: Client, project: Project) -> None:
    assert "has no rubric yet" in lead.get(LIST).text
    response = lead.post(f"{LIST}start/{project.slug}/")
    draft = Rubric.objects.get(project=project).draft()
    assert draft is not None
    assert response["Location"] == page(draft)
    assert "has no rubric yet" not in lead.get(LIST).text


def test_it_shows_the_versions_and_leads_on_to_the_next_draft(
    lead: Client, version: RubricVersion
) -> None:
    address = f"{LIST}{version.rubric_id}/change/"
    assert "Edit the next draft" in lead.get(address).text
    response = lead.post(f"{LIST}{version.rubric_id}/draft/")
    draft = version.rubric.draft()
    assert draft is not None
    assert response["Location"] == page(draft)
    assert lead.post(f"{LIST}{version.rubric_id}/draft/")["Location"] == page(draft)
    assert "Go on with draft v2" in lead.get(address).text


def test_it_starts_nothing_on_a_get(lead: Client, version: RubricVersion) -> None:
    assert lead.get(f"{LIST}{version.rubric_id}/draft/").status_code == 405
    assert version.rubric.draft() is None


def test_it_answers_404_for_another_projects_rubric_as_for_none(
    lead: Client, draft: RubricVersion, foreign: RubricVersion
) -> None:
    for path in (
        f"{LIST}{foreign.rubric_id}/change/",
        f"{LIST}999999/change/",
        page(foreign),
        "/admin/rubrics/rubricversion/999999/change/",
    ):
        assert lead.get(path).status_code == 404, path
    for path in (
        f"{LIST}{foreign.rubric_id}/draft/",
        f"{LIST}start/elsewhere/",
        page(foreign),
        page(foreign, "preview"),
    ):
        assert lead.post(path, editor_data(foreign)).status_code == 404, path
    foreign.refresh_from_db()
    assert foreign.is_draft


@pytest.mark.parametrize("name", ["ada", "mo", "olga"])
def test_it_is_closed_to_whoever_does_not_lead(
    client: Client, request: pytest.FixtureRequest, draft: RubricVersion, name: str
) -> None:
    """Operators have no part in it either: project content asks for a role."""
    if name == "olga":
        client.force_login(cast.make_user("olga", is_superuser=True))
    else:
        client.force_login(request.getfixturevalue(name))
    before = hash_version(draft)
    assert client.get(LIST).status_code == 403
    for path in (page(draft), f"{LIST}{draft.rubric_id}/change/"):
        response = client.get(path)
        assert response.status_code == 403, path
        assert "Only a lead of a project may open this page." in response.text
    data = editor_data(draft, instruction="Not yours")
    for path in (page(draft), page(draft, "preview")):
        assert client.post(path, data).status_code == 403, path
    draft.refresh_from_db()
    assert hash_version(draft) == before
    assert draft.is_draft


# ---------------------------------------------------------------- the editor
def test_it_saves_a_draft_and_logs_it(lead: Client, draft: RubricVersion, lena: User) -> None:
    data = editor_data(draft, instruction="Look twice.", criteria__0__title="Sharpness")
    response = lead.post(page(draft), {**data, "save": "1"}, follow=True)
    assert "Draft v2 is saved." in response.text
    draft.refresh_from_db()
    assert (draft.instruction, draft.criteria.get().title) == ("Look twice.", "Sharpness")
    assert draft.criteria.get().levels.count() == 5
    entry = ActionLog.objects.filter(verb="rubric_version:write").latest("pk")
    assert (entry.actor, entry.object_id) == (lena, str(draft.pk))


def test_it_ignores_fields_that_the_form_does_not_have(lead: Client, draft: RubricVersion) -> None:
    data = editor_data(
        draft,
        state="published",
        rubric="999",
        number="77",
        published_by="1",
        criteria__0__version="999",
        instruction="Mine",
    )
    lead.post(page(draft), data)
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.instruction) == ("draft", 2, "Mine")
    assert draft.published_by is None


def test_it_keeps_what_was_typed_when_something_is_to_be_mended(
    lead: Client, draft: RubricVersion
) -> None:
    data = editor_data(draft, instruction="Kept", **{"criteria-0-levels-0-value": ""})
    response = lead.post(page(draft), data)
    assert response.status_code == 422
    assert "Quality, level 1, number: Give this level a number" in response.text
    assert response.context["form"]["instruction"].value() == "Kept"
    draft.refresh_from_db()
    assert draft.instruction == "Look closely."


def test_it_adds_a_blank_criterion_without_scripts(lead: Client, draft: RubricVersion) -> None:
    response = lead.post(page(draft), {**editor_data(draft), "add": "1"})
    response = lead.get(response["Location"].split("#")[0])
    assert len(response.context["form"].criteria.forms) == 2


def test_it_shows_both_texts_when_somebody_else_saved_meanwhile(
    lead: Client, draft: RubricVersion, project: Project
) -> None:
    lars = cast.make_user("lars")
    cast.join(project, lars, Role.LEAD)
    mine = editor_data(draft, instruction="Mine")
    write_draft(
        actor=lars,
        version=draft,
        spec=RubricSpec(criteria=(cast.quality_criterion(),), instruction="By Lars"),
    )
    response = lead.post(page(draft), mine)
    assert response.status_code == 409
    assert "Lars saved this draft while you were writing." in response.text
    assert response.context["form"]["instruction"].value() == "Mine"
    assert "<del>By Lars</del><ins>Mine</ins>" in response.text
    assert response.text.count('class="change ') == 1  # where nothing differs, nothing is shown
    draft.refresh_from_db()
    assert draft.instruction == "By Lars"

    again = {**mine, "seen": response.context["form"]["seen"].value()}
    assert lead.post(page(draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.instruction == "Mine"


def test_it_moves_what_was_typed_into_the_next_draft_when_it_was_published_meanwhile(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    mine = editor_data(draft, instruction="Too late")
    publish_version(actor=lena, version=draft)
    response = lead.post(page(draft), mine)
    assert response.status_code == 409
    assert "Version 2 was published by Lena while you were writing." in response.text
    third = draft.rubric.draft()
    assert third is not None
    assert f'action="{page(third)}"' in response.text
    assert "<del>Look closely.</del><ins>Too late</ins>" in response.text
    again = {**mine, "seen": response.context["form"]["seen"].value()}
    assert lead.post(page(third), again).status_code == 302
    third.refresh_from_db()
    draft.refresh_from_db()
    assert (third.instruction, draft.instruction) == ("Too late", "Look closely.")


def test_it_previews_what_is_typed_and_stores_nothing(lead: Client, draft: RubricVersion) -> None:
    before, entries = hash_version(draft), ActionLog.objects.count()
    data = editor_data(draft, instruction="**Loud**", criteria__0__title="Sharpness")
    response = lead.post(page(draft, "preview"), data)
    assert response.status_code == 200
    assert "<strong>Loud</strong>" in response.text
    assert "Sharpness" in response.text
    assert "<html" not in response.text
    draft.refresh_from_db()
    assert (hash_version(draft), ActionLog.objects.count()) == (before, entries)


def test_it_previews_nothing_of_a_draft_that_cannot_be_saved(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    data = editor_data(draft, criteria__0__title="")
    assert lead.post(page(draft, "preview"), data).status_code == 204
    data = editor_data(draft)
    publish_version(actor=lena, version=draft)
    assert lead.post(page(draft, "preview"), data).status_code == 204


def test_it_never_runs_what_is_typed(lead: Client, draft: RubricVersion, lena: User) -> None:
    marker = "<script>alert(1)</script>"
    levels = {"criteria-0-levels-0-label": marker, "criteria-0-levels-0-descriptor": marker}
    data = editor_data(
        draft,
        instruction=marker,
        criteria__0__title=marker,
        criteria__0__description=marker,
        **levels,
    )
    assert marker not in lead.post(page(draft, "preview"), data).text
    assert marker not in lead.post(page(draft), data, follow=True).text
    publish_version(actor=lena, version=draft, release_notes=marker)
    assert marker not in lead.get(page(draft)).text
    assert marker not in lead.get(f"{LIST}{draft.rubric_id}/change/").text


# ---------------------------------------------------------------- what was published
def test_it_says_who_has_read_a_version(
    lead: Client, version: RubricVersion, draft: RubricVersion, lena: User, rosa: User, ravi: User
) -> None:
    begin_with(rosa, version)
    acknowledge_version(actor=rosa, version=publish_version(actor=lena, version=draft))
    html = " ".join(lead.get(page(draft)).text.split())
    assert "1 of 2 evaluators read what changed, 1 has not yet." in html
    assert '<th scope="row">Ravi</th> <td><span class="badge warn">Not yet</span></td>' in html


def test_it_shows_a_published_version_to_read_and_changes_nothing_of_it(
    lead: Client, version: RubricVersion
) -> None:
    before = hash_version(version)
    response = lead.get(page(version))
    assert "This version never changes." in response.text
    assert "The photograph is poor." in response.text
    assert 'name="criteria-0-title"' not in response.text
    assert lead.post(page(version), editor_data(version, instruction="New")).status_code == 409
    version.refresh_from_db()
    assert hash_version(version) == before


# ---------------------------------------------------------------- queries
def count_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_it_lists_25_rubrics_in_as_many_queries_as_one(
    lead: Client, version: RubricVersion, lena: User
) -> None:
    one = count_queries(lead, LIST)
    for n in range(24):
        project = cast.make_project(f"more-{n}")
        cast.join(project, lena, Role.LEAD)
        cast.release_rubric(project, lena)
    assert count_queries(lead, LIST) == one


def test_it_opens_a_draft_of_25_criteria_in_as_many_queries_as_one(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    one = count_queries(lead, page(draft))
    levels = cast.quality_criterion().levels
    many = [CriterionSpec(f"c{n}", "ordinal", f"C {n}", levels=levels) for n in range(25)]
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=tuple(many)))
    assert count_queries(lead, page(draft)) == one


def test_it_takes_a_draft_as_long_as_a_rubric_may_be(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    """Django refuses a form of more than a thousand fields unless it is told otherwise."""
    levels = cast.quality_criterion().levels
    many = [CriterionSpec(f"c{n}", "ordinal", f"C {n}", levels=levels) for n in range(60)]
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=tuple(many)))
    draft.refresh_from_db()
    data = editor_data(draft, instruction="Long")
    assert len(data) > 1000
    assert lead.post(page(draft), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.instruction, draft.criteria.count()) == ("Long", 60)
