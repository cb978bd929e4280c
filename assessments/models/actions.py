"""Corrective actions: what a department must improve, who does it by when, what shows it, and who checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.improving import TO_DO, UNFINISHED, ActionKind, ActionMove, ActionState, is_overdue
from assessments.models.assessment import Assessment, open_to_reviewers
from assessments.models.evidence import EvidenceVersion
from assessments.models.gaps import Gap
from assessments.models.standard import Element
from assessments.models.words import Finding
from departments.models import Department, Membership, Scope, User
from departments.models.history import remembered
from departments.rules import Role

NOT_COMPLETED = Q(completed_by=None, completed_at=None)
COMPLETED = Q(completed_by__isnull=False, completed_at__isnull=False)
NOT_CHECKED = Q(checked_by=None, checked_at=None)
CHECKED = Q(checked_by__isnull=False, checked_at__isnull=False)


def owner_is_there() -> Exists:
    """Whether an action's owner, if it is a person, still holds a role in the department."""
    there = Membership.objects.current().filter(user=OuterRef("owner"), department=OuterRef("department"))
    return Exists(there)


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, user: User) -> CorrectiveActionQuerySet:
        """One's department's and trust's; to reviewers those of their assessments, and of whom they review now."""
        theirs = open_to_reviewers(user)
        return self.with_names().filter(
            Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE))
            | Q(assessment__in=theirs.values("pk"))
            | Q(department__in=theirs.reviewed_now().values("department"))
        )

    def with_names(self) -> CorrectiveActionQuerySet:
        return self.select_related("department__trust", "assessment", "element", "owner")

    def to_do(self) -> CorrectiveActionQuerySet:
        return self.filter(state__in=sorted(TO_DO))

    def unfinished(self) -> CorrectiveActionQuerySet:
        return self.filter(state__in=sorted(UNFINISHED))

    def overdue(self, *, today: date) -> CorrectiveActionQuerySet:
        """Those of which `is_overdue` says so."""
        return self.to_do().filter(due_on__lt=today)

    def with_owner_there(self) -> CorrectiveActionQuerySet:
        """Each says so in `owner_is_there`."""
        return self.annotate(owner_is_there=owner_is_there())

    def without_owner(self) -> CorrectiveActionQuerySet:
        """To do, and nobody answers for it: no owner was chosen, or the one who was has left the department."""
        return self.to_do().filter(Q(owner=None, owner_post="") | Q(owner__isnull=False) & ~owner_is_there())

    def days_due(self) -> models.QuerySet[Any, Any]:
        """The days alone, for a page that counts those of many departments at once."""
        return self.filter(due_on__isnull=False).order_by().values("due_on")

    def of_element(self, element: Element) -> CorrectiveActionQuerySet:
        """Those of an element, in this version of the standard or the ones before."""
        return self.filter(element__in=[row.pk for row in element.lineage()])

    def in_order(self) -> CorrectiveActionQuerySet:
        """What is due first comes first; what has no date yet before what is over."""
        over = models.Case(models.When(state__in=sorted(UNFINISHED), then=0), default=1)
        return self.order_by(over, models.F("due_on").asc(nulls_last=True), "element__position", "pk")


@remembered()
class CorrectiveAction(models.Model):
    """One thing that a department must or wants to improve, until somebody has checked that it is done."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="actions")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="actions")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="action")
    gap = models.ForeignKey(
        Gap, on_delete=models.PROTECT, null=True, blank=True, related_name="actions",
        help_text="What patients say, where it was made of that.",
    )  # fmt: skip
    kind = models.CharField(max_length=20, choices=ActionKind)
    improvement = models.TextField("what must improve", help_text="As it was found; copied, so that it stands.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    owner_post = models.CharField("or a post", max_length=200, blank=True)
    due_on = models.DateField("due", null=True, blank=True)
    plan = models.TextField(blank=True)
    done = models.TextField("what has been done", blank=True)
    evidence = models.ManyToManyField(EvidenceVersion, through="ActionEvidence", related_name="actions")
    state = models.CharField(max_length=20, choices=ActionState, default=ActionState.OPEN)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(improvement=""), name="an_action_says_what_must_improve"),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(owner_post=""), name="an_action_is_a_persons_or_a_posts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "returned", "closed"]) & NOT_COMPLETED & NOT_CHECKED
                | Q(state="completed") & COMPLETED & NOT_CHECKED
                | Q(state="checked") & COMPLETED & CHECKED,
                name="an_action_is_completed_then_checked",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=models.F("completed_by")),
                name="nobody_checks_what_they_completed",
            ),
            models.UniqueConstraint(fields=["gap", "element"], name="a_gap_is_made_an_action_of_an_element_once"),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_on"], condition=Q(state__in=["open", "returned"]), name="actions_due"
            )
        ]
        triggers = [pgtrigger.Protect(name="an_action_is_never_removed", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.element}"

    def scope(self) -> Scope:
        """The assessor of its assessment, and the one who reviews the department now, may both be asked to check it."""
        now = self.department.assessments.reviewed_now().values_list("assessor_id", flat=True)
        assessors = {*now, self.assessment.assessor_id if self.assessment else None} - {None}
        body = self.assessment.body_id if self.assessment else self.department.trust.body_id
        return Scope(
            trust_id=self.department.trust_id,
            department_id=self.department_id,
            body_id=body,
            assessor_ids=frozenset(pk for pk in assessors if pk is not None),
        )

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def has_owner(self) -> bool:
        return bool(self.owner_id or self.owner_post)

    @property
    def owner_words(self) -> str:
        return self.owner.name if self.owner else self.owner_post

    def overdue(self, today: date) -> bool:
        return is_overdue(state=self.state, due_on=self.due_on, today=today)


@remembered()
class ActionEvidence(models.Model):
    """A version of a piece of evidence that shows that an action is done."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="shown_by")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version__evidence__number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "version"], name="an_action_is_shown_by_a_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} for {self.action_id}"


@remembered()
class ActionStep(models.Model):
    """What happened to an action, who did it, when, and why."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20, choices=ActionMove)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(move__in=["returned", "closed"]) | ~Q(reason=""), name="a_step_back_or_out_says_why"
            )
        ]
        triggers = [pgtrigger.Protect(name="a_step_is_history", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_move_display()}, {self.at:%Y-%m-%d}"
