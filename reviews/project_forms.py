"""What a manager fills in about a project; parses and validates, and never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html

from evalhub.actions.projects import ProjectSettings
from evalhub.models import Project
from rubrics.library import ready_rubrics

# The answer to “which rubric?” that is the slug of no ready one.
EMPTY = "empty"


def _number_errors(least: int, most: int, what: str = "a whole number") -> dict[str, str]:
    sentence = f"Type {what} from {least} to {most}."
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)


class ProjectForm(forms.Form):
    """The settings that a project begins with."""

    name = forms.CharField(
        max_length=120, label="Name", error_messages={"required": "Give the project a name."}
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is about, for its members. Markdown.",
    )
    judgments_per_task = forms.IntegerField(
        label="Judgments per task",
        min_value=1,
        max_value=100,
        initial=3,
        error_messages=_number_errors(1, 100),
        help_text="By how many different evaluators each task is judged. Two or more "
        "are needed to measure agreement.",
    )
    lease_minutes = forms.IntegerField(
        label="Minutes to hold a task",
        min_value=1,
        max_value=1440,
        initial=30,
        error_messages=_number_errors(1, 1440),
        help_text="A task that an evaluator leaves goes back to the queue after this time.",
    )
    audit_percent = forms.FloatField(
        label="Percent of judgments to audit",
        min_value=0,
        max_value=100,
        initial=10,
        error_messages=_number_errors(0, 100, "a number"),
        help_text="Drawn at random as judgments come in. Flagged tasks are always audited.",
    )

    def settings(self) -> ProjectSettings:
        """Return the settings of a valid form."""
        given = dict(self.cleaned_data)
        return ProjectSettings(
            name=given["name"],
            description=given["description"],
            state=given.get("state", Project.State.ACTIVE),
            judgments_per_task=given["judgments_per_task"],
            lease_minutes=given["lease_minutes"],
            audit_rate=given["audit_percent"] / 100,
        )


def _rubrics_offered() -> list[tuple[str, str]]:
    offered = [(EMPTY, "Start with an empty rubric")]
    for ready in ready_rubrics():
        words = format_html("{} <span class=hint>{}</span>", ready.name, ready.summary)
        offered.append((ready.slug, words))
    return offered


class NewProjectForm(ProjectForm):
    """The settings that a project begins with, and the rubric it begins with."""

    rubric = forms.ChoiceField(
        label="Rubric",
        choices=_rubrics_offered,
        initial=EMPTY,
        widget=forms.RadioSelect,
        help_text="A ready one is a draft to begin with: read it, change it, publish it.",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose one of the rubrics shown."
        ),
    )

    def ready(self) -> str:
        """Return the slug of the ready rubric chosen in a valid form; empty for none."""
        chosen: str = self.cleaned_data["rubric"]
        return "" if chosen == EMPTY else chosen


class ProjectSettingsForm(ProjectForm):
    """The settings of a project that exists."""

    STATES = [
        (Project.State.ACTIVE, "Active: tasks are handed out"),
        (Project.State.PAUSED, "Paused: nobody gets a new task, open ones can be finished"),
        (Project.State.CLOSED, "Closed: the work is over, everything stays readable"),
    ]

    state = forms.ChoiceField(choices=STATES, widget=forms.RadioSelect, label="State")
    # The digest of the settings that the page showed.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    field_order = ["name", "description", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "judgments_per_task"
        ].help_text += " A change holds for tasks that are imported from now on."

    @classmethod
    def showing(cls, shown: ProjectSettings, typed: Any = None) -> ProjectSettingsForm:
        """Return the form of `shown`, with what was typed over it, if anything."""
        initial = {
            "name": shown.name,
            "description": shown.description,
            "state": shown.state,
            "judgments_per_task": shown.judgments_per_task,
            "lease_minutes": shown.lease_minutes,
            "audit_percent": f"{shown.audit_rate * 100:.6g}",
            "seen": shown.digest(),
        }
        if typed is None:
            return cls(initial=initial)
        return cls({**typed, "seen": shown.digest()}, initial=initial)
