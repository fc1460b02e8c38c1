"""What a lead decides when a version is released; the form parses and validates, never saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from rubrics.changes import ASKED_AGAIN, Kind, ProposedChange
from rubrics.content import hash_version
from rubrics.models import RubricVersion
from tasks.releases import ReleasePlan

OlderWork = RubricVersion.OlderWork
CLASSES = {
    Kind.EDITORIAL: "Wording only; nobody needs to read it.",
    Kind.CLARIFYING: "The meaning stays; evaluators read it first, scores stay comparable.",
    Kind.BREAKING: "The meaning changes; scores before and after are kept apart.",
}
FORCED = "A change of type, or a level with another number or none, is always breaking."


@dataclass(frozen=True)
class Option:
    """A radio button: its words, and why it cannot be chosen, where it cannot."""

    id: str
    value: str
    label: str
    sentence: str
    is_chosen: bool
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """A changed clause with the classes a lead may give it.

    There are none for a clause that is added or removed: nothing is to be decided.
    """

    change: ProposedChange
    name: str
    options: list[Option]
    errors: list[str]


class ReleaseForm(forms.Form):
    """The class of each change, what happens to older work, the notes, and what is answered."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": "The page had lost what it was about. Look and send again."},
    )
    release_notes = forms.CharField(
        label="Release notes",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10_000,
        required=False,
        help_text="What evaluators should know before they begin. Markdown.",
    )

    def __init__(self, data: QueryDict | None = None, *, plan: ReleasePlan) -> None:
        version = plan.version
        super().__init__(
            data, initial={"seen": hash_version(version), "release_notes": version.release_notes}
        )
        self.plan = plan
        if plan.impact.before:
            notes = self.fields["release_notes"]
            notes.required = True
            notes.help_text = (
                "What changed since the version before, and why, in words for the evaluators. "
                "Markdown."
            )
            notes.error_messages["required"] = (
                "Say in a sentence or two what changed. Evaluators read it before they go on."
            )
        self._add_classes()
        self._add_older_work()
        self._add_questions()

    def _add_classes(self) -> None:
        for change in self.plan.changes:
            choices = [(kind.value, kind.label) for kind in CLASSES if kind in change.choices]
            if choices:
                self.fields[name_of(change)] = forms.ChoiceField(
                    label=change.title,
                    choices=choices,
                    initial=change.proposed,
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": "Choose what kind of change it is.",
                        "invalid_choice": "Choose one of the kinds offered.",
                    },
                )

    def _add_older_work(self) -> None:
        if not (self.plan.impact.before and self.plan.impact.has_older_work):
            return
        is_broken = any(change.proposed in ASKED_AGAIN for change in self.plan.changes)
        possible = [one for one in OlderWork if not self._why_not(one)]
        self.fields["older_work"] = forms.ChoiceField(
            label="Older work",
            choices=[(one.value, one.label) for one in possible],
            initial=None if is_broken else OlderWork.KEEP,
            widget=forms.RadioSelect,
            error_messages={
                "required": "Choose what happens to the work made under the version before.",
                "invalid_choice": "Choose one of the ways offered.",
            },
        )

    def _add_questions(self) -> None:
        for name, label in (("feedback", "Feedback"), ("flags", "Flags")):
            rows = [row for one in self.plan.questions for row in getattr(one, name)]
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=label,
                choices=[(row.pk, str(row.pk)) for row in rows],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "One of them was answered meanwhile."},
            )

    def _why_not(self, one: OlderWork) -> str:
        """Return why older work cannot be treated so, whatever is decided; empty where it can."""
        changes = self.plan.changes
        if one is OlderWork.KEEP:
            broken = next((change for change in changes if change.least in ASKED_AGAIN), None)
            if broken is None:
                return ""
            what = "is new" if broken.least == Kind.ADDED else "changes beyond comparison"
            return f"“{broken.title}” {what}, so that older judgments do not go with new ones."
        may_ask = any(change.key and ASKED_AGAIN & set(change.choices) for change in changes)
        return "" if one is not OlderWork.REASK or may_ask else "There is nothing to ask again."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decided = self._decided(cleaned)
        asks = any(kind in ASKED_AGAIN for kind in decided.values())
        older_work = cleaned.get("older_work")
        if older_work == OlderWork.REASK and decided.get("") == Kind.BREAKING:
            self.add_error(
                "older_work",
                "Every criterion is concerned where the whole is breaking. "
                "Have the older work judged anew, or leave it.",
            )
        if older_work == OlderWork.KEEP and asks:
            self.add_error(
                "older_work",
                "Older work is not comparable where a change is breaking or a criterion new. "
                "Choose another way, or another class for the change.",
            )
        if older_work == OlderWork.REASK and not asks:
            self.add_error(
                "older_work",
                "Nothing is asked again, because no change is breaking. Keep the older work.",
            )
        return cleaned

    def _decided(self, cleaned: dict[str, Any]) -> dict[str, str]:
        return {
            change.key: cleaned.get(name_of(change)) or change.proposed.value
            for change in self.plan.changes
        }

    def release(self) -> dict[str, Any]:
        """Return what a valid form says, as `release_version` takes it."""
        cleaned = self.cleaned_data
        decisions = self._decided(cleaned)
        older_work = cleaned.get("older_work", "")
        if self.plan.impact.before and not older_work:  # there is none, but a late submit may come
            is_broken = any(kind in ASKED_AGAIN for kind in decisions.values())
            older_work = OlderWork.LEAVE if is_broken else OlderWork.KEEP
        return {
            "release_notes": cleaned["release_notes"],
            "seen": cleaned["seen"],
            "decisions": decisions,
            "older_work": older_work,
            "feedback": cleaned["feedback"],
            "flags": cleaned["flags"],
        }

    def decisions(self) -> Iterator[Decision]:
        """Yield each changed clause with its classes as radio buttons."""
        for change in self.plan.changes:
            name = name_of(change)
            if name not in self.fields:
                yield Decision(change, name, [], [])
                continue
            bound = self[name]
            options = [
                Option(
                    id=f"{bound.auto_id}_{kind}",
                    value=kind.value,
                    label=kind.label,
                    sentence=sentence,
                    is_chosen=bound.value() == kind.value,
                    reason="" if kind in change.choices else FORCED,
                )
                for kind, sentence in CLASSES.items()
            ]
            yield Decision(change, name, options, [str(error) for error in bound.errors])

    def older_work_options(self) -> list[Option]:
        """Return what may happen to older work, in counts; empty where there is none."""
        if "older_work" not in self.fields:
            return []
        bound = self["older_work"]
        return [
            Option(
                id=f"{bound.auto_id}_{one}",
                value=one.value,
                label=one.label,
                sentence=self._consequence(one),
                is_chosen=bound.value() == one.value,
                reason=self._why_not(one),
            )
            for one in OlderWork
        ]

    def _consequence(self, one: OlderWork) -> str:
        impact = self.plan.impact
        judgments, tasks = count(impact.judgments, "judgment"), count(impact.tasks, "task")
        anew = count(impact.asked_anew, "judgment")
        return {
            OlderWork.KEEP: f"{judgments} of {tasks}: counted together with the new ones.",
            OlderWork.REASK: "Those who judged are asked only what is breaking or added: "
            f"{judgments} of {tasks}. Their other answers are taken over.",
            OlderWork.REDO: f"Everyone is offered {tasks} again, for {anew} in full.",
            OlderWork.LEAVE: f"{judgments} of {tasks}: not asked again. "
            "Criteria that broke are never counted together.",
        }[one]


def name_of(change: ProposedChange) -> str:
    """Return the name of the field that holds the class of `change`."""
    return f"class-{change.key}"


def count(number: int, word: str) -> str:
    """Return a number with its word: 1 task, 1,200 tasks."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
