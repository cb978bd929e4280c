"""One file of figures that a trust sent: how far it has come, what was read in it, and what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from departments.models import Blob, Scope, Trust, User
from departments.models.history import remembered
from departments.rules import Role
from feedback.rules import CAME_IN, UNDER_WAY, ImportState


class FeedbackImportQuerySet(models.QuerySet["FeedbackImport"]):
    def visible_to(self, user: User) -> FeedbackImportQuerySet:
        """One's trust's, without what was read in them: that is long, and pages ask for parts of it."""
        rows = self.filter(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
        return rows.with_names().without_what_was_read()

    def with_names(self) -> FeedbackImportQuerySet:
        return self.select_related("trust", "sent_by", "confirmed_by", "undone_by")

    def without_what_was_read(self) -> FeedbackImportQuerySet:
        return self.defer("found")


@remembered(exclude=["found", "rows_done", "attempts", "beaten_at"])
class FeedbackImport(models.Model):
    """A file on its way to figures. Its row stays, and tells what came of it."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="feedback_imports")
    blob = models.ForeignKey(
        Blob,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_imports",
        help_text="None: it was not imported, and its bytes are gone.",
    )
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.WAITING)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    # What was read
    layout = models.CharField(max_length=60, blank=True, help_text="Its code; empty: none was recognised.")
    title = models.CharField(max_length=200, blank=True, help_text="What kind of file it is, in words.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Of a survey of the trust's own: column to measure.")
    starts_on = models.DateField(null=True, blank=True, help_text="First day of the period, from the file or a person.")
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of the period.")
    found = models.JSONField(default=dict, help_text="Everything that was read: rows, problems, what was left out.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was read, however it was written.")
    problem = models.TextField(blank=True, help_text="Why it could not be read or imported, in whole sentences.")
    patient_signs = models.JSONField(default=list, help_text="Where its text may name a patient; never the identifier.")
    # What becomes of it
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    beaten_at = models.DateTimeField(null=True, blank=True, help_text="When its reading or import last showed life.")

    objects = FeedbackImportQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="a_period_has_two_ends_in_order",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="an_import_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(CAME_IN | {ImportState.IMPORTING}))
                | Q(confirmed_by__isnull=False, starts_on__isnull=False) & ~Q(layout=""),
                name="what_is_imported_was_confirmed_with_its_period",
            ),
            models.CheckConstraint(
                condition=Q(blob__isnull=False) | Q(state=ImportState.GIVEN_UP), name="an_import_keeps_its_file"
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) & ~Q(state=ImportState.UNDONE)
                | Q(undone_by__isnull=False, undone_at__isnull=False, state=ImportState.UNDONE),
                name="an_import_is_undone_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(state__in=[ImportState.IMPORTED, ImportState.REPLACED]),
                name="an_import_is_replaced_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state__in=sorted(UNDER_WAY)), name="imports_that_a_worker_waits_on"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        return self.rows_done * 100 // self.rows_total if self.rows_total else 0

    @property
    def signs_of_patients(self) -> list[dict[str, Any]]:
        return list(self.patient_signs)
