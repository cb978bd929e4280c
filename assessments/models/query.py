"""What assessor and department ask and answer on an element, and the evidence that an answer brings."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.evidence import EvidenceVersion
from assessments.models.standard import Element
from departments.models import Scope, User
from departments.models.history import remembered


class QueryState(models.TextChoices):
    """Whose turn it is: the department's, the assessor's, nobody's."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class QueryQuerySet(models.QuerySet["Query"]):
    def visible_to(self, user: User) -> QueryQuerySet:
        """Those of the assessments that somebody can see: both sides read the same thread."""
        return self.select_related(
            "element", "assessment__department__trust", "assessment__standard", "opened_by"
        ).filter(assessment__in=Assessment.objects.visible_to(user))

    def overdue(self, today: date) -> QueryQuerySet:
        """Those that the department should have answered by now."""
        return self.filter(state=QueryState.OPEN, due_on__lt=today)


@remembered()
class Query(models.Model):
    """A question of the assessor on one element, with everything that is said to it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="queries")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="queries")
    state = models.CharField(max_length=20, choices=QueryState, default=QueryState.OPEN)
    due_on = models.DateField("answer by")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Counts messages and changes of state.")

    objects = QueryQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name_plural = "queries"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=QueryState.CLOSED, closed_by__isnull=False, closed_at__isnull=False)
                | Q(state__in=[QueryState.OPEN, QueryState.ANSWERED], closed_by=None, closed_at=None),
                name="a_query_is_closed_by_somebody_or_is_not",
            ),
        ]
        indexes = [models.Index(fields=["assessment", "state", "due_on"], name="queries_by_their_state")]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"Query on {self.element.number}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    @property
    def is_open(self) -> bool:
        return self.state == QueryState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == QueryState.CLOSED


@remembered()
class QueryMessage(models.Model):
    """What one person said to a query. It stays as it was sent, under the name of who sent it."""

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField("message")
    asks = models.BooleanField(help_text="From the assessor; otherwise from the department.")
    attached = models.ManyToManyField(EvidenceVersion, through="QueryAttachment", related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something")]
        triggers = [pgtrigger.Protect(name="a_message_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.author_id}, {self.at:%Y-%m-%d}"


@remembered()
class QueryAttachment(models.Model):
    """Evidence that an answer brings, in the version that the assessment rests on from then on."""

    message = models.ForeignKey(QueryMessage, on_delete=models.PROTECT, related_name="attachments")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version__evidence__number"]
        constraints = [models.UniqueConstraint(fields=["message", "version"], name="a_message_brings_evidence_once")]
        triggers = [pgtrigger.Protect(name="an_attachment_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.version_id} with {self.message_id}"
