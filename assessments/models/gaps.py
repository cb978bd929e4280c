"""What measures speak of in the standard, and how a department's bands stand to them: stored, not counted again."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.gap import Difference, Levels
from assessments.models.assessment import Assessment
from assessments.models.standard import Element, Standard, SubCriterion
from assessments.rules import Band
from assessments.workflow import Stage
from departments.models import Scope, User
from departments.models.history import remembered

LEVEL_FIELDS = ("compliance_plus", "compliant", "partially_compliant")
NO_LEVELS = Q(**dict.fromkeys(LEVEL_FIELDS))
LEVELS = Q(
    partially_compliant__gt=0,
    compliant__gt=F("partially_compliant"),
    compliance_plus__gt=F("compliant"),
    compliance_plus__lte=100,
)
OF_ITS_STANDARD = """
    IF NOT EXISTS (
        SELECT 1 FROM assessments_subcriterion s JOIN assessments_criterion c ON c.id = s.criterion_id
        WHERE s.id = NEW.subcriterion_id AND c.standard_id = NEW.standard_id
    ) OR NEW.element_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM assessments_element e WHERE e.id = NEW.element_id AND e.subcriterion_id = NEW.subcriterion_id
    ) THEN
        RAISE EXCEPTION 'a_link_is_of_its_standard: the sub-criterion or element is of another one';
    END IF;
    RETURN NEW;
"""


class MeasureLinkQuerySet(models.QuerySet["MeasureLink"]):
    def in_order(self) -> MeasureLinkQuerySet:
        """As the standard lists what they speak of."""
        return self.select_related("subcriterion__criterion", "element", "edited_by").order_by(
            "subcriterion__criterion__position", "subcriterion__position", F("element__position").asc(nulls_first=True),
            "pk",
        )  # fmt: skip


@remembered()
class MeasureLink(models.Model):
    """One measure, or one theme of what people say, that speaks of a sub-criterion or an element of a version.

    The standard itself is never altered: links are rows beside it, and their history says who changed them.
    """

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="measure_links")
    subcriterion = models.ForeignKey(SubCriterion, on_delete=models.PROTECT, related_name="measure_links")
    element = models.ForeignKey(
        Element, on_delete=models.PROTECT, null=True, blank=True, related_name="measure_links",
        help_text="None: the sub-criterion as a whole.",
    )  # fmt: skip
    measure = models.CharField(max_length=60, blank=True, help_text="A measure's code; the floor below has its row.")
    theme = models.CharField(max_length=40, blank=True, help_text="Or a theme of remarks, by its code.")
    compliance_plus = models.PositiveSmallIntegerField("from this score, Compliance Plus", null=True, blank=True)
    compliant = models.PositiveSmallIntegerField("from this score, Compliant", null=True, blank=True)
    partially_compliant = models.PositiveSmallIntegerField(
        "from this score, Partially Compliant", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: it came with the standard.",
    )  # fmt: skip
    edited_at = models.DateTimeField()

    objects = MeasureLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(measure="") & ~Q(theme="") & NO_LEVELS | ~Q(measure="") & Q(theme=""),
                name="a_link_is_of_a_measure_or_a_theme",
            ),
            models.CheckConstraint(condition=NO_LEVELS | LEVELS, name="levels_go_down_from_band_to_band"),
            models.UniqueConstraint(
                fields=["standard", "measure", "theme", "subcriterion", "element"],
                nulls_distinct=False,
                name="a_measure_is_linked_once",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="a_link_is_of_its_standard",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_ITS_STANDARD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure or self.theme} on {self.speaks_of}"

    @property
    def speaks_of(self) -> Element | SubCriterion:
        return self.element or self.subcriterion

    @property
    def levels(self) -> Levels | None:
        """What its scores are compared with; None for a measure that is shown and not compared."""
        if self.compliance_plus is None or self.compliant is None or self.partially_compliant is None:
            return None
        return Levels(self.compliance_plus, self.compliant, self.partially_compliant)


@remembered(exclude=["reached"])
class Reworking(models.Model):
    """A job: the links of a version were changed, so the gaps of its assessments are to be worked out again."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="reworkings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reached = models.PositiveBigIntegerField(default=0, help_text="The id of the last assessment that is done.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["standard"], condition=Q(finished_at=None), name="reworkings_to_do")]

    def __str__(self) -> str:
        return f"Gaps of {self.standard_id}, asked for {self.asked_at:%Y-%m-%d}"


class GapQuerySet(models.QuerySet["Gap"]):
    def visible_to(self, user: User) -> GapQuerySet:
        """Those of the assessments that somebody can see. What the assessor found is not everybody's yet: ask
        `sees_findings` before `found` is shown."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))

    def in_order(self) -> GapQuerySet:
        return self.select_related("subcriterion__criterion").order_by(
            "subcriterion__criterion__position", "subcriterion__position"
        )

    def of_today(self) -> GapQuerySet:
        """Those of each department's newest assessment: what patients say now is said of that one alone."""
        newer = newest_assessments().filter(department=models.OuterRef("assessment__department"))
        return self.filter(assessment=models.Subquery(newer.values("pk")[:1]))

    def rated_higher(self) -> GapQuerySet:
        """Where a department rates itself higher than its patients do."""
        return self.filter(difference=Difference.OWN_HIGHER)


def newest_assessments() -> models.QuerySet[Assessment]:
    """Newest first, without the withdrawn: a department's first is the one that its figures are held against."""
    return Assessment.objects.exclude(stage=Stage.WITHDRAWN).order_by("-opened_at", "-pk")


class Gap(models.Model):
    """The three views of one sub-criterion in an assessment. Worked out of rows that remember themselves, so no history
    of its own is kept; `gaps_that_differ` says where it is not what they say."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="gaps")
    subcriterion = models.ForeignKey(SubCriterion, on_delete=models.PROTECT, related_name="gaps")
    own = models.CharField(max_length=20, choices=Band, blank=True, help_text="The band in the middle of its elements.")
    found = models.CharField(max_length=20, choices=Band, blank=True, help_text="The same of what the assessor found.")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="0 to 100, of `leads`")
    low = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    responses = models.PositiveIntegerField(null=True, blank=True)
    leads = models.CharField(max_length=300, blank=True, help_text="The figure that speaks for all: its title.")
    difference = models.CharField(max_length=20, choices=Difference, default=Difference.UNKNOWN)
    figures = models.JSONField(default=list, help_text="Every figure of patients and staff, as `StoredFigure` has it.")
    worked_out_at = models.DateTimeField()

    objects = GapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "subcriterion"], name="one_gap_for_a_subcriterion"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(low=None) | Q(low__lte=F("score"), high__gte=F("score")),
                name="a_score_lies_within_its_interval",
            ),
        ]
        indexes = [
            models.Index(fields=["assessment"], condition=Q(difference="own_higher"), name="gaps_rated_higher"),
        ]

    def __str__(self) -> str:
        return f"{self.subcriterion} in {self.assessment_id}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    def of_voice(self, voice: str) -> list[dict[str, Any]]:
        return [figure for figure in self.figures if figure["voice"] == voice]
