"""One assessment: its stage, what the department says, what the assessor found, and every move between stages."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from assessments.models.standard import Element, Standard
from assessments.rules import Band, Outcome, what_is_missing
from assessments.workflow import FINDINGS_ARE_OPEN, STATEMENTS_ARE_OPEN, Kind, Move, Stage
from departments.models import CertificationBody, Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role
from files.models.words import WithoutWords, words_of

FIXED = """
    IF EXISTS (
        SELECT 1 FROM assessments_assessment
        WHERE stage = 'decided' AND id = CASE TG_OP WHEN 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END
    ) THEN
        RAISE EXCEPTION 'fixed_once_decided: cannot change rows of % for a decided assessment', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
"""


def fixed_once_decided() -> pgtrigger.Trigger:
    """What a decision rests on stays as it was: the database refuses to add, change or remove it."""
    return pgtrigger.Trigger(
        name="fixed_once_decided",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=FIXED,
    )


UNDECIDED = Q(decided_at=None, decided_by=None, outcome="")
DECIDED = Q(decided_at__isnull=False, decided_by__isnull=False, outcome__in=[Outcome.AWARD, Outcome.NO_AWARD])


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> AssessmentQuerySet:
        """One's department's; one's trust's; one's body's once submitted; and those that one is to assess."""
        return self.with_names().filter(
            Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE))
            | Q(body_id__in=user.bodies_as(Role.CERTIFIER)) & ~Q(stage=Stage.PREPARING)
            | Q(body_id__in=user.bodies_as(Role.ASSESSOR), assessor=user) & ~Q(stage=Stage.PREPARING)
        )

    def with_names(self) -> AssessmentQuerySet:
        """Everything that a line or a heading says of an assessment, in one query."""
        return self.select_related(
            "department__trust", "department__treatment_function", "standard", "body", "assessor"
        )


@remembered(exclude=["tallies"])
class Assessment(models.Model):
    """One department measured against one version of the standard, once."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="assessments")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="assessments")
    body = models.ForeignKey(CertificationBody, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.PREPARING)
    due_on = models.DateField(null=True, blank=True, help_text="When the department means to submit.")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="to_assess"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    method = models.TextField(blank=True)
    strengths = models.TextField("summary of strengths", blank=True)
    recommendation = models.TextField(blank=True)
    proposed_outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certified_until = models.DateField(null=True, blank=True)
    proposal_version = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(
        default=dict,
        help_text="Counts per criterion number: elements, ready, supported, open, and own and found by band.",
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=UNDECIDED & ~Q(stage=Stage.DECIDED) | DECIDED & Q(stage=Stage.DECIDED),
                name="an_assessment_is_decided_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(assessor=None, assigned_at=None, stage__in=[Stage.PREPARING, Stage.SUBMITTED])
                | Q(
                    assessor__isnull=False,
                    assigned_at__isnull=False,
                    stage__in=[Stage.DESK_REVIEW, Stage.DECISION, Stage.DECIDED],
                ),
                name="an_assessment_under_review_has_an_assessor",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("assessor")),
                name="nobody_decides_what_they_assessed",
            ),
            models.UniqueConstraint(
                fields=["department"],
                condition=~Q(stage=Stage.DECIDED),
                name="a_department_has_one_assessment_under_way",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_decision_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage=Stage.DECIDED),
            ),
            pgtrigger.Protect(name="an_assessment_is_never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.department}"

    def scope(self) -> Scope:
        return Scope(
            trust_id=self.department.trust_id,
            department_id=self.department_id,
            body_id=self.body_id,
            assessor_ids=frozenset({self.assessor_id} if self.assessor_id else ()),
        )

    @property
    def reference(self) -> str:
        """How people and documents name this assessment, such as CSE-2025-RKE-0012."""
        return f"CSE-{self.opened_at:%Y}-{self.department.trust.ods_code}-{self.pk:04d}"

    @property
    def takes_statements(self) -> bool:
        return self.stage in STATEMENTS_ARE_OPEN

    @property
    def takes_findings(self) -> bool:
        return self.stage in FINDINGS_ARE_OPEN

    @property
    def is_decided(self) -> bool:
        return self.stage == Stage.DECIDED


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
    evidence_count = models.PositiveIntegerField(default=0, help_text="Stored, not counted again on every page.")
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
        ]
        indexes = [GinIndex(fields=["words"], name="statements_by_their_words")]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"Statement on {self.element}"

    @property
    def missing(self) -> list[str]:
        """What still blocks this element, in words; nothing when it is ready."""
        return what_is_missing(
            band=self.band,
            has_text=bool(self.text),
            has_evidence=bool(self.evidence_count),
            has_tell_me=bool(self.tell_me),
            show_me=self.element.show_me,
        )

    @property
    def is_ready(self) -> bool:
        return not self.missing


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """Those of decided assessments that somebody can see; drafts, of those alone that one assesses or decides."""
        reviewers = Q(assessment__body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(
            assessment__body_id__in=user.bodies_as(Role.ASSESSOR), assessment__assessor=user
        )
        return self.filter(
            Q(assessment__stage=Stage.DECIDED) | reviewers, assessment__in=Assessment.objects.visible_to(user)
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


@remembered()
class StageMove(models.Model):
    """Who took an assessment from one stage to another, when and why."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=20, choices=Move)
    start = models.CharField(max_length=20, choices=Stage)
    end = models.CharField(max_length=20, choices=Stage)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="a_move_is_history", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_move_display()}, {self.at:%Y-%m-%d}"
