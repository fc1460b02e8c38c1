from __future__ import annotations

from rubrics.criteria.levels import LevelType
from rubrics.criteria.settings import Setting

LONGEST_OTHER = 200


class Choice(LevelType):
    """One of several options without an order; one of them may ask for words of its own."""

    name = "choice"
    label = "One of several"
    help = "Choose one of several options that stand in no order."
    measurement = "nominal"
    settings = (
        Setting(
            "other",
            "Option that asks for text",
            "level",
            default="",
            help="The key of the option, such as “other”, that needs a few words beside it.",
        ),
    )
