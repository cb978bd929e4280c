"""What people write of one element in an assessment: the department's statement and the assessor's finding."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.standard import Element
from assessments.rules import Band, what_is_missing
from assessments.workflow import DECISION_STANDS, DRAFT_IS_OUT
from departments.models import User
from departments.models.history import remembered
from departments.rules import Role
from files.models.words import WithoutWords, words_of


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: User) -> StatementQuerySet:
        """Those of the assessments that somebody can see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))

    def in_order(self) -> StatementQuerySet:
        """As the standard lists the elements, each with its criterion, in one query."""
        return self.select_related("element__subcriterion__criterion").order_by("element__position")


@remembered(exclude=["evidence_count", "words"])
class Statement(models.Model):
    """What a department says of one element: how it meets it, the band it gives itself, what to see on the visit."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="statements")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField("statement", blank=True)
    band = models.CharField("own band", max_length=20, choices=Band, blank=True)
    tell_me = models.TextField("to see on the visit", blank=True)
    carried = models.BooleanField(default=False, help_text="It began with the words of the assessment before.")
    in_scope = models.BooleanField(default=True, help_text="Whether this review of the cycle looks at the element.")
    scope_reason = models.TextField(blank=True, help_text="Why it was brought in, where the cycle leaves it out.")
    evidence_count = models.PositiveIntegerField(default=0, help_text="Stored, not counted again on every page.")
    inherits = models.BooleanField(
        default=False, help_text="Whether corporate words stand for it. Stored, not looked up again on every page."
    )
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    words = words_of(text="B", tell_me="C")

    objects = WithoutWords.from_queryset(StatementQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "element"], name="one_statement_for_an_element"),
            models.CheckConstraint(
                condition=Q(scope_reason="") | Q(in_scope=True), name="only_what_was_brought_in_says_why"
            ),
        ]
        indexes = [GinIndex(fields=["words"], name="statements_by_their_words")]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"Statement on {self.element}"

    @property
    def said(self) -> str:
        """What stands in print: the corporate words that the department rests on, then its own."""
        parts = [self.text]
        if self.inherits:
            parts.insert(0, f"{self.corporate_stance.corporate_text}\n(From the corporate assessment.)")
        return "\n\n".join(part for part in parts if part)

    @property
    def is_still_carried(self) -> bool:
        """Its words are those of the last time: nobody has changed or confirmed them since."""
        return self.carried and self.version == 0

    @property
    def missing(self) -> list[str]:
        """What still blocks this element, in words; nothing when it is ready, or when the review leaves it out."""
        if not self.in_scope:
            return []
        return what_is_missing(
            band=self.band,
            has_text=bool(self.text),
            has_evidence=bool(self.evidence_count),
            has_tell_me=bool(self.tell_me),
            show_me=self.element.show_me,
            inherits=self.inherits,
        )

    @property
    def is_ready(self) -> bool:
        return not self.missing


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """Those of decided assessments that somebody can see; drafts, of those that one assesses or decides, and to a
        lead once the draft report is sent."""
        reviewers = Q(assessment__body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(
            assessment__body_id__in=user.bodies_as(Role.ASSESSOR), assessment__assessor=user
        )
        return self.filter(
            Q(assessment__stage__in=DECISION_STANDS)
            | reviewers
            | Q(assessment__stage__in=DRAFT_IS_OUT, assessment__department_id__in=user.departments_as(Role.LEAD)),
            assessment__in=Assessment.objects.visible_to(user),
        )

    def in_order(self) -> FindingQuerySet:
        return self.select_related("element__subcriterion__criterion").order_by("element__position")


@remembered(exclude=["words"])
class Finding(models.Model):
    """What the assessor found of one element."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="findings")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="findings")
    band = models.CharField(max_length=20, choices=Band, blank=True)
    narrative = models.TextField("finding", blank=True)
    strengths = models.TextField(blank=True)
    improvement = models.TextField("area for improvement", blank=True)
    carried = models.BooleanField(default=False, help_text="It began with the finding of the assessment before.")
    good_practice = models.BooleanField("good practice that others could follow", default=False)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    words = words_of(narrative="B", strengths="B", improvement="B")

    objects = WithoutWords.from_queryset(FindingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "element"], name="one_finding_for_an_element"),
        ]
        indexes = [GinIndex(fields=["words"], name="findings_by_their_words")]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"Finding on {self.element}"

    @property
    def is_still_carried(self) -> bool:
        """It is the finding of the last time, which the assessor has not changed since."""
        return self.carried and self.version == 0
