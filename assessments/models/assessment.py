"""One assessment: its stage, what the department says, what the assessor found, and every move between stages."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.models.standard import Standard
from assessments.rules import Outcome
from assessments.workflow import (
    DECISION_STANDS,
    ENDED,
    FINDINGS_ARE_OPEN,
    FIXED,
    QUERIES_ARE_OPEN,
    STATEMENTS_ARE_OPEN,
    WITH_THE_BODY,
    Kind,
    Move,
    Stage,
)
from departments.models import CertificationBody, Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role

ROWS_ARE_FIXED = """
    IF EXISTS (
        SELECT 1 FROM assessments_assessment
        WHERE stage IN ('decided', 'appealed', 'withdrawn')
        AND id = CASE TG_OP WHEN 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END
    ) THEN
        RAISE EXCEPTION 'fixed_once_decided: cannot change rows of % for a decided assessment', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
"""
# An appeal and its dismissal change the stage and nothing else; an appeal that is allowed opens the assessment again.
ROW_IS_FIXED = """
    IF OLD.stage = 'withdrawn' OR NOT (
        OLD.stage = 'appealed' AND NEW.stage = 'desk_review'
        OR NEW.stage IN ('decided', 'appealed') AND OLD.stage <> NEW.stage
        AND to_jsonb(NEW) - 'stage' = to_jsonb(OLD) - 'stage'
    ) THEN
        RAISE EXCEPTION 'a_decision_is_fixed: cannot change a decided or withdrawn assessment';
    END IF;
    RETURN NEW;
"""


def fixed_once_decided() -> pgtrigger.Trigger:
    """What a decision rests on stays as it was: the database refuses to add, change or remove it."""
    return pgtrigger.Trigger(
        name="fixed_once_decided",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=ROWS_ARE_FIXED,
    )


UNDECIDED = Q(decided_at=None, decided_by=None, outcome="")
DECIDED = Q(decided_at__isnull=False, decided_by__isnull=False, outcome__in=[Outcome.AWARD, Outcome.NO_AWARD])
# Paused or withdrawn, it may have an assessor or not.
HALTED = [Stage.PAUSED, Stage.WITHDRAWN]
NEVER_ASSIGNED = [Stage.PREPARING, Stage.SUBMITTED, *HALTED]
ASSIGNED = [stage for stage in Stage if stage not in (Stage.PREPARING, Stage.SUBMITTED)]


ON_A_DASHBOARD = (
    "id", "title", "kind", "stage", "outcome", "standard", "due_on", "certified_until", "opened_at", "decided_at",
    "tallies",
)  # fmt: skip


def handed_over() -> Q:
    """What a certification body knows of: submitted, and not withdrawn before it ever was."""
    return ~Q(stage=Stage.PREPARING) & ~Q(stage=Stage.WITHDRAWN, submitted_at=None)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> AssessmentQuerySet:
        """One's department's; one's trust's; one's body's once submitted; and those that one is to assess."""
        return self.with_names().filter(
            Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE))
            | Q(body_id__in=user.bodies_as(Role.CERTIFIER)) & handed_over()
            | Q(body_id__in=user.bodies_as(Role.ASSESSOR), assessor=user) & handed_over()
        )

    def under_way(self) -> AssessmentQuerySet:
        """Neither decided nor withdrawn. One that is appealed may have to be taken up again, so it counts."""
        return self.exclude(stage__in=ENDED)

    def reviewed_now(self) -> AssessmentQuerySet:
        """Those with an assessor, who also checks what the department had to improve before."""
        return self.filter(assessor__isnull=False).exclude(stage__in=FIXED)

    def decided_of(self, department_id: int) -> AssessmentQuerySet:
        """A department's decided ones; one whose decision was taken back, or that was withdrawn, is none of them."""
        return self.filter(department_id=department_id, decided_at__isnull=False)

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
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="The department's decided assessment that this one starts from.",
    )
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.PREPARING)
    due_on = models.DateField(null=True, blank=True, help_text="When the department means to submit.")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="to_assess"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    declared_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing stands against its assessor: findings wait for this."
    )
    draft_sent_at = models.DateTimeField(null=True, blank=True)
    facts_due_on = models.DateField(null=True, blank=True, help_text="Until when the department checks the draft.")
    facts_checked_at = models.DateTimeField(null=True, blank=True, help_text="When it said that it has.")
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
    paused_from = models.CharField(max_length=20, choices=Stage, blank=True)
    proposal_version = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(
        default=dict,
        help_text="Counts per criterion number: elements, ready, supported, open, and own and found by band.",
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            # A trust's dashboard reads all that it shows from here: its assessments lie together in the index, and
            # scattered over the country's in the table. PostgreSQL compresses the counts.
            models.Index(fields=["department"], include=ON_A_DASHBOARD, name="assessments_on_a_dashboard"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=UNDECIDED & ~Q(stage__in=sorted(DECISION_STANDS))
                | DECIDED & Q(stage__in=sorted(DECISION_STANDS)),
                name="an_assessment_is_decided_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(assessor=None, assigned_at=None, stage__in=NEVER_ASSIGNED)
                | Q(assessor__isnull=False, assigned_at__isnull=False, stage__in=ASSIGNED),
                name="an_assessment_under_review_has_an_assessor",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.PAUSED, paused_from__in=WITH_THE_BODY)
                | ~Q(stage=Stage.PAUSED) & Q(paused_from=""),
                name="a_paused_assessment_knows_where_it_was",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("assessor")),
                name="nobody_decides_what_they_assessed",
            ),
            models.UniqueConstraint(
                fields=["department"],
                condition=~Q(stage__in=sorted(ENDED)),
                name="a_department_has_one_assessment_under_way",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="a_decision_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage__in=sorted(FIXED)),
                func=ROW_IS_FIXED,
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
        return self.stage in FINDINGS_ARE_OPEN and self.declared_at is not None

    @property
    def takes_queries(self) -> bool:
        return self.stage in QUERIES_ARE_OPEN

    @property
    def is_decided(self) -> bool:
        """A decision stands: it can be read, and changed no more."""
        return self.stage in DECISION_STANDS

    @property
    def is_fixed(self) -> bool:
        return self.stage in FIXED


def open_to_reviewers(user: User) -> AssessmentQuerySet:
    """The assessments that somebody reads from outside the trust: submitted, and theirs to assess or to decide."""
    return Assessment.objects.filter(handed_over()).filter(
        Q(body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(body_id__in=user.bodies_as(Role.ASSESSOR), assessor=user)
    )


def assessors_of(*each: models.QuerySet[Assessment]) -> frozenset[int]:
    """Who assesses any of these, in one query."""
    first, *others = (rows.order_by().values_list("assessor_id", flat=True) for rows in each)
    return frozenset(pk for pk in first.union(*others) if pk is not None)


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
