"""Lay the judging form out with crispy-forms: one block per criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from evalhub.markdown import render_markdown
from rubrics import wording
from rubrics.criteria.numbers import NumberType, spell_number
from rubrics.criteria.parts import key_for
from rubrics.forms import AnswersForm, CriterionFields
from rubrics.models import Criterion, Level
from rubrics.released import draw_once

# So many characters stand side by side in the panel at its narrowest, gaps left out.
CHARACTERS_IN_A_ROW = 48


def judging_helper(form: AnswersForm) -> FormHelper:
    """Return the helper that lays out the criteria of `form`, inside the page's own form tag."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_errors = False  # the page sums them up above the criteria
    helper.layout = Layout(*_in_sections(CriterionBlock(group, form) for group in form.groups()))
    return helper


def _in_sections(blocks: Iterable[CriterionBlock]) -> Iterator[CriterionBlock | SectionHeading]:
    """Put each section's heading before its first criterion."""
    section = ""
    for block in blocks:
        if block.criterion.section != section:
            section = block.criterion.section
            if section:
                yield SectionHeading(section)
        yield block


@dataclass(frozen=True)
class SectionHeading:
    """A crispy layout object: the heading of the criteria that follow."""

    title: str

    def render(
        self, form: forms.Form, context: Context, template_pack: str = "", **kwargs: Any
    ) -> SafeString:
        """Return the heading as HTML."""
        return render_to_string("rubrics/_section.html", {"heading": self.title})


@dataclass(frozen=True)
class LevelOption:
    """One level as a radio button: its id, the key that chooses it, and its words."""

    id: str
    key: str
    level: Level
    is_chosen: bool
    shows_value: bool
    asks_for_text: bool = False

    @property
    def value(self) -> str:
        return spell_number(self.level.value)

    @property
    def key_is_value(self) -> bool:
        """Whether the key that is printed is the score itself, so that one of them is enough."""
        return self.key == self.value


@dataclass(frozen=True)
class LevelGroup:
    """Levels that stand under one name, with the id of that name; or under none."""

    id: str
    name: str
    options: list[LevelOption]


class CriterionBlock:
    """A crispy layout object: one criterion with its clause, answer and justification."""

    template = "rubrics/_criterion.html"

    def __init__(self, group: CriterionFields, form: AnswersForm) -> None:
        self.asked, self.criterion, self.kind = group.asked, group.criterion, group.kind
        self.answer, self.justification = group.answer, group.justification
        self.not_applicable = group.not_applicable
        self.others = {row.key: row for row in form.criteria}
        # A clause keeps its number where only some criteria are asked, or one of several images.
        self.number = 1 + list(self.others).index(self.criterion.key)

    def render(
        self, form: AnswersForm, context: Context, template_pack: str = "", **kwargs: Any
    ) -> SafeString:
        """Return the block as HTML, and tell crispy which fields are in it."""
        fields = (self.answer, self.not_applicable, self.justification)
        form.rendered_fields.update(field.name for field in fields if field)
        draw = partial(render_to_string, self.template, {"block": self})
        is_blank = not (form.is_bound or form.initial or form.prefix)
        if is_blank and self.kind.has_levels and self.asked.position is None:
            return draw_once(form.version, self.asked.key, draw)  # the same of every task
        return draw()

    @cached_property
    def controls(self) -> Any:
        """Return what the type's own partial draws beside its field."""
        return self.kind.controls(self.asked, self.answer.value())

    @cached_property
    def clause(self) -> SafeString:
        return render_markdown(self.criterion.description)

    @cached_property
    def options(self) -> list[LevelOption]:
        """Return the levels as radio buttons, each with the key that chooses it."""
        chosen = self.controls
        return [
            LevelOption(
                id=f"{self.answer.auto_id}_{index}",
                key=key_for(index),
                level=level,
                is_chosen=level.key == chosen.key,
                shows_value=self.kind.measurement == "ordinal",
                asks_for_text=bool(chosen.other) and level.key == chosen.other,
            )
            for index, level in enumerate(self.criterion.levels.all())
        ]

    @property
    def level_groups(self) -> list[LevelGroup]:
        """Return the levels in the groups that stand together; without a name where in none."""
        together = groupby(self.options, key=lambda option: option.level.group)
        return [
            LevelGroup(f"{self.answer.auto_id}_group_{index}", name, list(options))
            for index, (name, options) in enumerate(together)
        ]

    @property
    def levels_class(self) -> str:
        """Return how the levels stand: side by side where each fits on two lines, or a list."""
        count = len(self.options)
        room = CHARACTERS_IN_A_ROW // max(count, 1)
        labels = [option.level.label for option in self.options]
        fits = all(
            len(label) <= 2 * room and max(map(len, label.split()), default=0) <= room
            for label in labels
        )
        is_plain = not any(option.level.group or option.asks_for_text for option in self.options)
        return f"in-a-row of-{count}" if fits and is_plain else "in-a-list"

    @property
    def has_level_words(self) -> bool:
        """Return whether any level says, or shows, what it means."""
        return any(
            option.level.descriptor or option.level.example_id is not None
            for option in self.options
        )

    @property
    def bounds(self) -> tuple[float, float | None]:
        """Return the ends of a number criterion."""
        return self.kind.bounds(self.criterion) if isinstance(self.kind, NumberType) else (0, None)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Return what the page's script has to know, as data attributes without their prefix."""
        criterion = self.criterion
        found: dict[str, Any] = {
            "criterion": self.asked.key,
            "type": criterion.type,
            "image": "" if self.asked.position is None else self.asked.position,
            "required": "true" if criterion.is_required and not self.nothing_to_ask else "false",
            "answer-missing": wording.answer_missing(self.asked) if self.may_be_required else "",
        }
        if criterion.gate_low is not None:
            found |= {"gate-low": criterion.gate_low, "gate-high": criterion.gate_high}
        if criterion.condition_effect:
            found |= {
                "condition": criterion.condition_effect,
                "condition-on": criterion.condition_criterion,
                "condition-low": criterion.condition_low,
                "condition-high": criterion.condition_high,
            }
        if self.justification:
            found |= {
                "why-missing": wording.justification_missing(self.asked),
                "why-rule": criterion.justification_rule,
                "why-low": criterion.justification_band_low,
                "why-high": criterion.justification_band_high,
                "why-least": criterion.justification_min_length,
            }
        return {name: _spell_attribute(value) for name, value in found.items()}

    @property
    def may_be_required(self) -> bool:
        return self.criterion.is_required or self.criterion.condition_effect == "require"

    @property
    def optional_words(self) -> str:
        """Return what stands beside the title of a criterion that may be left open."""
        return "" if self.criterion.condition_effect == "require" else "optional"

    @property
    def asked_when(self) -> str:
        """Return on which answer to another criterion this one depends; empty for none."""
        return wording.condition_rule(
            self.criterion, self.others.get(self.criterion.condition_criterion)
        )

    @property
    def gate(self) -> str:
        """Return which answers end the judgment here; empty where none does."""
        return wording.gate_rule(self.criterion)

    @property
    def nothing_to_ask(self) -> str:
        """Return why this task has nothing to answer; empty where it has, as nearly always."""
        return self.kind.nothing_to_ask(self.asked)

    @property
    def justification_now(self) -> str:
        return wording.justification_now(self.criterion)

    @property
    def shows_justification(self) -> bool:
        """Return whether the justification stands open from the start."""
        why = self.justification
        rule = self.criterion.justification_rule
        is_always = rule == Criterion.JustificationRule.ALWAYS
        return bool(why and (is_always or why.errors or why.value()))


def _spell_attribute(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
