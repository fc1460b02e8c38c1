"""What is judged by: a rubric, its immutable versions, their criteria and levels."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

KEY = RegexValidator(
    r"^[a-z][a-z0-9_]*$",
    "Use lower-case letters, digits and underscores, beginning with a letter.",
)


class Rubric(models.Model):
    """What a project's tasks are judged by; its meaning at one moment is a version."""

    project = models.OneToOneField(
        "evalhub.Project", on_delete=models.PROTECT, related_name="rubric"
    )
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def current_version(self) -> RubricVersion | None:
        """Return the version that new work is opened with, or None before the first release."""
        return self.versions.filter(state=RubricVersion.State.PUBLISHED).order_by("-number").first()

    def draft(self) -> RubricVersion | None:
        """Return the version that is being written, if there is one."""
        return self.versions.filter(state=RubricVersion.State.DRAFT).first()


class RubricVersion(models.Model):
    """One release of a rubric; once published it never changes, in the database too."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    instruction = models.TextField(
        blank=True, help_text="What the evaluator is asked to do, in a sentence or two. Markdown."
    )
    release_notes = models.TextField(
        blank=True, help_text="What changed, in words for the evaluators. Markdown."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        "evalhub.User", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["rubric", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "number"], name="one_version_per_rubric_and_number"
            ),
            models.UniqueConstraint(
                fields=["rubric"], condition=Q(state="draft"), name="one_draft_per_rubric"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="a_released_version_has_a_publishing_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def in_order(self) -> CriterionQuerySet:
        """Return the criteria in the rubric's order, with their levels, in two queries."""
        return self.prefetch_related("levels").order_by("position", "pk")


class Criterion(models.Model):
    """One thing that is scored; its key stays the same across versions."""

    class Direction(models.TextChoices):
        HIGHER_IS_BETTER = "higher", "Higher is better"
        HIGHER_IS_WORSE = "lower", "Higher is worse"
        NONE = "none", "Neither is better"

    class JustificationRule(models.TextChoices):
        NEVER = "never", "Never asked"
        OPTIONAL = "optional", "Optional"
        ALWAYS = "always", "Always required"
        IN_BAND = "band", "Required when the score is in a band"

    version = models.ForeignKey(RubricVersion, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=60, validators=[KEY])
    position = models.PositiveSmallIntegerField(default=0)
    type = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    description = models.TextField(
        blank=True, help_text="The clause the evaluator judges by. Markdown."
    )
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.NONE)
    is_required = models.BooleanField("required", default=True)
    allows_not_applicable = models.BooleanField("allows not applicable", default=False)
    justification_rule = models.CharField(
        max_length=10, choices=JustificationRule, default=JustificationRule.OPTIONAL
    )
    justification_band_low = models.FloatField("band from", null=True, blank=True)
    justification_band_high = models.FloatField("band to", null=True, blank=True)
    justification_min_length = models.PositiveSmallIntegerField(
        "justification, least characters", default=20
    )
    settings = models.JSONField(default=dict, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"], name="one_criterion_per_version_and_key"
            ),
            models.CheckConstraint(
                condition=~Q(justification_rule="band")
                | Q(justification_band_low__isnull=False, justification_band_high__isnull=False),
                name="a_band_rule_has_a_band",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a band rule without a band, in words."""
        from_band, to_band = self.justification_band_low, self.justification_band_high
        if self.justification_rule == self.JustificationRule.IN_BAND:
            if from_band is None or to_band is None:
                raise ValidationError(
                    "Say from which to which score a justification is required, "
                    "or choose another rule."
                )
            if from_band > to_band:
                raise ValidationError("The band begins above its end. Swap the two scores.")

    def needs_justification(self, number: float | None) -> bool:
        """Return whether the rule asks for a justification of the score `number`."""
        rule = self.JustificationRule(self.justification_rule)
        if rule is self.JustificationRule.IN_BAND:
            low, high = self.justification_band_low, self.justification_band_high
            return (
                number is not None
                and low is not None
                and high is not None
                and low <= number <= high
            )
        return rule is self.JustificationRule.ALWAYS

    @property
    def asks_for_justification(self) -> bool:
        return self.justification_rule != self.JustificationRule.NEVER


class Level(models.Model):
    """One labelled answer of a criterion, with the words that say when to give it."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    key = models.CharField(max_length=60, validators=[KEY])
    value = models.SmallIntegerField()
    label = models.CharField(max_length=80)
    descriptor = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "value"], name="one_level_per_criterion_and_value"
            ),
            models.UniqueConstraint(
                fields=["criterion", "key"], name="one_level_per_criterion_and_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"
