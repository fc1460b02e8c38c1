"""What a manager fills in about a project; parses and validates, and never saves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.forms.boundfield import BoundField
from django.utils.html import format_html

from evalhub.actions.projects import ProjectSettings
from evalhub.models import Project, StoppingRule
from rubrics.library import ready_rubrics
from tasks.progress import TasksThere

# The answer to “which rubric?” that is the slug of no ready one.
EMPTY = "empty"
# For which tasks another number of judgments holds: those to come, or those there as well.
LATER, THERE = "later", "there"
# Shares are asked for as percents: the setting and the field.
SHARES = {
    "audit_rate": "audit_percent",
    "gold_rate": "gold_percent",
    "panel_rate": "panel_percent",
}


def _number_errors(least: int, most: int, what: str = "a whole number") -> dict[str, str]:
    sentence = f"Type {what} from {least} to {most}."
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)


def _percent(label: str, *, most: int, help_text: str, initial: int = 0) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=0,
        max_value=most,
        initial=initial,
        error_messages=_number_errors(0, most, "a number"),
        help_text=help_text,
    )


@dataclass(frozen=True)
class Part:
    """Some fields of a form that stand together, folded away below a heading if there is one."""

    heading: str
    fields: list[BoundField]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


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
    audit_percent = _percent(
        "Percent of judgments to audit",
        most=100,
        initial=10,
        help_text="Drawn at random as judgments come in. Flagged tasks are always audited.",
    )

    def settings(self) -> ProjectSettings:
        """Return the settings of a valid form; those it does not ask are as a project begins."""
        given = dict(self.cleaned_data)
        shares = {
            name: given[field] / 100 for name, field in SHARES.items() if field in self.fields
        }
        plain = {
            name: given[name] for name in ProjectSettings.__dataclass_fields__ if name in given
        }
        return ProjectSettings(**plain, **shares)


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

    RULES = [
        (StoppingRule.FIXED, "Never: every task gets the judgments per task"),
        (
            StoppingRule.DISAGREEMENT,
            "Where evaluators disagree: one more at a time, until more than half say the same",
        ),
        (StoppingRule.LEAD_BY_TWO, "Until one answer is two ahead of every other"),
    ]

    state = forms.ChoiceField(choices=STATES, widget=forms.RadioSelect, label="State")
    holds_ahead = forms.IntegerField(
        label="Tasks held ahead",
        min_value=0,
        max_value=5,
        error_messages=_number_errors(0, 5),
        help_text="Loaded while an evaluator still judges the one before, so that the next is "
        "there at once.",
    )
    daily_cap = forms.IntegerField(
        label="Most judgments of one evaluator in a day",
        required=False,
        min_value=1,
        max_value=100_000,
        error_messages=_number_errors(1, 100_000),
        help_text="Left empty there is no limit.",
    )
    gold_percent = _percent(
        "Percent of gold tasks",
        most=50,
        help_text="How often an evaluator meets a task with a known answer, at places nobody can "
        "foretell.",
    )
    needs_qualification = forms.BooleanField(
        label="Only qualified evaluators judge",
        required=False,
        help_text="Who qualifies is said on the members page. The others get training and "
        "qualification tasks.",
    )
    stopping_rule = forms.ChoiceField(
        choices=RULES,
        widget=forms.RadioSelect,
        label="Ask for more judgments",
        help_text="Levels next to each other count as the same answer. Numbers, texts and marks "
        "decide nothing.",
    )
    most_judgments = forms.IntegerField(
        label="Most judgments of a task",
        min_value=1,
        max_value=100,
        error_messages=_number_errors(1, 100),
        help_text="However much evaluators disagree.",
    )
    panel_percent = _percent(
        "Percent of tasks that always get the most judgments",
        most=100,
        help_text="Drawn at random at import. They show what the rule misses, and agreement "
        "counts all their judgments.",
    )
    reach = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="Another number of judgments holds for",
        initial=LATER,
        help_text="Asked for more, open tasks get places and finished ones are open again. Asked "
        "for fewer, free places go, and a task that has enough is finished. No judgment is lost: "
        "a task that has more keeps them.",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose for which tasks the number holds."
        ),
    )
    # The digest of the settings that the page showed.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    # The headings of the parts of the page and their fields; the first part stands open.
    PARTS = {
        "": (
            "name", "description", "state", "judgments_per_task", "reach", "lease_minutes",
            "audit_percent",
        ),
        "More judgments where evaluators disagree": (
            "stopping_rule", "most_judgments", "panel_percent",
        ),
        "Who gets which tasks": (
            "needs_qualification", "daily_cap", "holds_ahead", "gold_percent",
        ),
    }  # fmt: skip
    field_order = [name for part in PARTS.values() for name in part]

    def __init__(self, *args: Any, there: TasksThere, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if there.are_any:
            reach = cast(forms.ChoiceField, self.fields["reach"])
            reach.choices = [(LATER, "Tasks imported from now on"), (THERE, _in_tasks(there))]
        else:
            del self.fields["reach"]

    def clean(self) -> dict[str, Any]:
        """Refuse a rule that could never ask for more."""
        given = dict(self.cleaned_data)
        first, most = given.get("judgments_per_task"), given.get("most_judgments")
        rule = given.get("stopping_rule", StoppingRule.FIXED)
        if rule == StoppingRule.FIXED or first is None or most is None:
            return given
        if most <= first:
            self.add_error(
                "most_judgments", f"Type more than the judgments per task, which are {first}."
            )
        if rule == StoppingRule.DISAGREEMENT and first < 2:
            self.add_error(
                "judgments_per_task", "One judgment cannot disagree: type 2 or more, or ask never."
            )
        return given

    def adjusts_tasks(self) -> bool:
        """Return whether a valid form asks the tasks that are there for its number."""
        return bool(self.cleaned_data.get("reach") == THERE)

    def parts(self) -> list[Part]:
        """Return what the page draws, part by part."""
        return [
            Part(heading, [self[name] for name in names if name in self.fields])
            for heading, names in self.PARTS.items()
        ]

    @classmethod
    def showing(
        cls, shown: ProjectSettings, there: TasksThere, typed: Any = None
    ) -> ProjectSettingsForm:
        """Return the form of `shown`, with what was typed over it, if anything."""
        initial = _as_shown(shown) | {"seen": shown.digest()}
        if typed is None:
            return cls(initial=initial, there=there)
        return cls({**typed, "seen": shown.digest()}, initial=initial, there=there)

    def differing(self, current: ProjectSettings) -> list[tuple[str, str]]:
        """Return the label and the words of each of the `current` settings typed otherwise."""
        typed, stored = _as_shown(self.settings()), _as_shown(current)
        return [
            (str(self[name].label), self._in_words(stored[name]))
            for name in self.field_order
            if name in stored and typed[name] != stored[name]
        ]

    def _in_words(self, value: Any) -> str:
        words = dict([*self.STATES, *self.RULES])
        if value in words:
            return words[value]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "none" if value in (None, "") else str(value)


def _as_shown(settings: ProjectSettings) -> dict[str, Any]:
    """Return the settings by the names of the form's fields, shares as percents."""
    shown = asdict(settings)
    for name, field in SHARES.items():
        shown[field] = f"{shown.pop(name) * 100:.6g}"
    return shown


def _in_tasks(there: TasksThere) -> str:
    imported = " and those being imported" if there.imports else ""
    counts = f"{intcomma(there.open)} open, {intcomma(there.finished)} finished"
    return f"Those that are there as well: {counts}{imported}"
