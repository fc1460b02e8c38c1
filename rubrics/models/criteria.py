from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

KEY = RegexValidator(
    r"^[a-z][a-z0-9_]*$",
    "Use lower-case letters, digits and underscores, beginning with a letter.",
)


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def in_order(self) -> CriterionQuerySet:
        """Return the criteria in the rubric's order, with their levels and those' examples."""
        return self.prefetch_related("levels__example").order_by("position", "pk")


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

    class Citation(models.TextChoices):
        NOTHING = "", "Nothing in particular"
        REGION = "region", "A marked region"
        CLAUSE = "clause", "A clause of the guideline"
        EITHER = "either", "A marked region or a clause"

    class ConditionEffect(models.TextChoices):
        NONE = "", "No condition"
        SHOW = "show", "Asked only when"
        REQUIRE = "require", "Required only when"

    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.CASCADE, related_name="criteria"
    )
    key = models.CharField(max_length=60, validators=[KEY])
    position = models.PositiveSmallIntegerField(default=0)
    type = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    # Criteria that follow each other with the same section stand under one heading.
    section = models.CharField(max_length=120, blank=True)
    description = models.TextField(
        blank=True, help_text="The clause the evaluator judges by. Markdown."
    )
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.NONE)
    is_required = models.BooleanField("required", default=True)
    is_per_image = models.BooleanField("asked of each image", default=False)
    allows_not_applicable = models.BooleanField("allows not applicable", default=False)
    justification_rule = models.CharField(
        max_length=10, choices=JustificationRule, default=JustificationRule.OPTIONAL
    )
    justification_band_low = models.FloatField("band from", null=True, blank=True)
    justification_band_high = models.FloatField("band to", null=True, blank=True)
    justification_min_length = models.PositiveSmallIntegerField(
        "justification, least characters", default=20
    )
    justification_cites = models.CharField(max_length=10, choices=Citation, blank=True)
    # An answer in this band makes everything that follows void.
    gate_low = models.FloatField(null=True, blank=True)
    gate_high = models.FloatField(null=True, blank=True)
    # Whether it is asked, or required, depends on the answer to an earlier criterion.
    condition_effect = models.CharField(max_length=10, choices=ConditionEffect, blank=True)
    condition_criterion = models.CharField(max_length=60, blank=True)
    condition_low = models.FloatField(null=True, blank=True)
    condition_high = models.FloatField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(gate_low__isnull=True, gate_high__isnull=True)
                | Q(gate_low__isnull=False, gate_high__isnull=False),
                name="a_gate_has_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(condition_effect="")
                | (
                    ~Q(condition_criterion="")
                    & Q(condition_low__isnull=False, condition_high__isnull=False)
                ),
                name="a_condition_names_a_criterion_and_a_band",
            ),
        ]

    def __str__(self) -> str:
        return self.title

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
    # Levels with the same group stand together, as in a taxonomy.
    group = models.CharField(max_length=80, blank=True)
    example = models.ForeignKey(
        "rubrics.ExampleImage", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

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

    @property
    def example_url(self) -> str:
        """Return where its example image is; empty where it has none."""
        if self.example is None:
            return ""
        project = self.criterion.version.rubric.project
        return reverse("example", args=[project.slug, self.example.sha256])


class ExampleImage(models.Model):
    """A picture that shows what a level means: small, in sRGB, without metadata."""

    rubric = models.ForeignKey("rubrics.Rubric", on_delete=models.PROTECT, related_name="examples")
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["rubric", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "sha256"], name="one_example_per_rubric_and_content"
            ),
        ]

    def __str__(self) -> str:
        return f"example {self.sha256[:12]}"
