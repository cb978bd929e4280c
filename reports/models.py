"""What is remembered of documents: the facts that a decision rests on, and each rendering of a report."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models import Assessment
from departments.models import Blob, Scope, User
from departments.models.history import remembered


class ReportState(models.TextChoices):
    """How far a report has come."""

    QUEUED = "queued", "Queued"
    RENDERING = "rendering", "Rendering"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


# What is being done up to each per cent, in words for the person who waits.
STEPS = ((10, "Reading the facts"), (20, "Setting the text"), (85, "Laying out the pages"), (100, "Writing the file"))


class DecisionFacts(models.Model):
    """The facts that a decision rests on, as they stood: the report is made from the newest ones and nothing else.

    An assessment that is decided again after an appeal keeps those of its first decision too.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="decision_facts")
    number = models.PositiveSmallIntegerField(default=1, help_text="Which decision of the assessment: 1, 2, …")
    facts = models.JSONField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "decision facts"
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="a_decision_has_its_facts_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="facts_are_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Facts of {self.assessment_id}, decision {self.number}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """The reports of the assessments that somebody can see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))


@remembered(exclude=["progress", "beaten_at"])
class Report(models.Model):
    """One rendering of an award report: a job whose truth is this row."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="In per cent.")
    error = models.TextField(blank=True, help_text="Why it failed, in words for the person who waits.")
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    beaten_at = models.DateTimeField(null=True, blank=True, help_text="When the rendering last showed progress.")
    finished_at = models.DateTimeField(null=True, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pages = models.PositiveIntegerField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.READY, blob__isnull=False, finished_at__isnull=False)
                | ~Q(state=ReportState.READY),
                name="a_ready_report_has_its_bytes",
            ),
        ]

    def __str__(self) -> str:
        return f"Award report of {self.assessment_id}: {self.state}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    @property
    def is_under_way(self) -> bool:
        return self.state in {ReportState.QUEUED, ReportState.RENDERING}

    @property
    def doing(self) -> str:
        return next((words for until, words in STEPS if self.progress < until), STEPS[-1][1])

    @property
    def filename(self) -> str:
        return f"award-report-{self.assessment.reference}.pdf"
