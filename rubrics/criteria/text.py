from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from rubrics.criteria.base import Answer, Asked, CriterionType, StoredAnswer
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion
from rubrics.spec import CriterionSpec

LONGEST = 10_000
_is_address = URLValidator(schemes=["http", "https"])


class Text(CriterionType):
    """Free text; agreement is never computed on prose."""

    name = "text"
    label = "Free text"
    help = "Write in one's own words, or list addresses."
    has_number = False
    settings = (
        Setting("min_length", "Fewest characters", "whole", default=0, least=0, most=LONGEST),
        Setting("max_length", "Most characters", "whole", default=LONGEST, least=1, most=LONGEST),
        Setting(
            "urls",
            "A list of web addresses, one to a line",
            "flag",
            default=False,
        ),
    )

    def form_field(self, asked: Asked) -> forms.Field:
        kind = AddressesField if self.setting(asked.criterion, "urls") else forms.CharField
        return kind(
            widget=forms.Textarea(attrs={"rows": 3}),
            min_length=self.setting(asked.criterion, "min_length") or None,
            max_length=self.setting(asked.criterion, "max_length"),
            required=False,
        )

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        return Answer(text=cleaned) if cleaned else None

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        return answer.text

    def initial(self, asked: Asked, answer: StoredAnswer) -> Any:
        return answer.text

    def answer_rule(self, criterion: Criterion) -> str:
        if self.setting(criterion, "urls"):
            return "Web addresses, one to a line."
        least = self.setting(criterion, "min_length")
        return f"At least {least} characters." if least > 1 else ""

    def problems(self, criterion: CriterionSpec) -> list[str]:
        if found := super().problems(criterion):
            return found
        if self.setting(criterion, "min_length") > self.setting(criterion, "max_length"):
            return [f"“{criterion.title}”: the fewest characters are more than the most."]
        return []


class AddressesField(forms.CharField):
    """Addresses of the web, one to a line, without a name or password in any of them."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines()]
        for number, line in enumerate(lines, start=1):
            if line and not _leads_to_the_web(line):
                raise ValidationError(
                    f"{self.label}: line {number} is not a web address; begin it with http:// or "
                    "https://, and leave out any name and password."
                )
        return "\n".join(line for line in lines if line)


def _leads_to_the_web(line: str) -> bool:
    try:
        _is_address(line)
        return "@" not in urlsplit(line).netloc
    except (ValueError, ValidationError):
        return False
