"""Whether an assessor is independent: what they declared when they were assigned, and what a certifier overrode."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.independence import Said, declared_conflicts
from assessments.models.assessment import Assessment
from departments.models import Scope, User
from departments.models.history import remembered

ASKED = Q(signed_at=None, signed_name="", worked_there=None, worked_until=None, has_interest=None, details="")
SIGNED = Q(signed_at__isnull=False, worked_there__isnull=False, has_interest__isnull=False) & ~Q(signed_name="")


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: User) -> DeclarationQuerySet:
        """Those of the assessments that somebody can see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))

    def of_who_assesses(self) -> DeclarationQuerySet:
        """Those of the assessors of now, not of who assessed before them; newest last."""
        return self.filter(assessor=models.F("assessment__assessor")).order_by("asked_at", "pk")


@remembered()
class Declaration(models.Model):
    """What somebody declares of their interests for one assignment: asked when they are assigned, signed once."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="declarations")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    worked_there = models.BooleanField(null=True, help_text="At the trust, ever.")
    worked_until = models.DateField(null=True, blank=True, help_text="Empty: still.")
    has_interest = models.BooleanField(null=True, help_text="A relationship, or money.")
    details = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=200, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ASKED | SIGNED, name="a_declaration_is_signed_whole_or_not_at_all"),
            models.CheckConstraint(
                condition=~Q(has_interest=True) | ~Q(details=""), name="a_declared_interest_says_which"
            ),
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(signed_at=None), name="an_assessment_waits_for_one_declaration"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="what_is_signed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Declaration of {self.assessor}, {self.asked_at:%Y-%m-%d}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    def said(self) -> Said:
        return Said(
            worked_there=bool(self.worked_there),
            worked_until=self.worked_until,
            has_interest=bool(self.has_interest),
            details=self.details,
        )

    def conflicts(self, *, today: date) -> list[str]:
        """What of it stands in the way, each as what follows the assessor's name."""
        return declared_conflicts(self.said(), today=today, years=settings.INDEPENDENCE_YEARS)


class IndependenceOverrideQuerySet(models.QuerySet["IndependenceOverride"]):
    def visible_to(self, user: User) -> IndependenceOverrideQuerySet:
        """Those of the assessments that somebody can see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))


@remembered()
class IndependenceOverride(models.Model):
    """A certifier let somebody assess although this stood against them, and said why. The report shows it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="overrides")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    problems = models.JSONField(help_text="As they stood then: a list of what follows the assessor’s name.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = IndependenceOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(problems=[]), name="an_override_says_what_and_why"),
            models.CheckConstraint(condition=~Q(by=models.F("assessor")), name="nobody_overrides_for_themselves"),
        ]
        triggers = [
            pgtrigger.Protect(name="an_override_is_history", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Override for {self.assessor}, {self.at:%Y-%m-%d}"

    def scope(self) -> Scope:
        return self.assessment.scope()
