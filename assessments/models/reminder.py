"""Reminders of evidence that runs out: a row each, so that nobody is reminded twice in a month."""

from django.conf import settings
from django.db import models


class EvidenceReminder(models.Model):
    """One e-mail in one month to a lead, of all their departments' evidence that runs out or has."""

    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="The first day of the month.")
    pieces = models.PositiveIntegerField(help_text="How many pieces of evidence it named.")
    queued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "month"], name="a_lead_is_reminded_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}, {self.month:%B %Y}"
