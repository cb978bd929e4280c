"""Who has the page of an element open now: rows of a minute, of which no history is kept."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from assessments.models.assessment import Assessment
from assessments.models.standard import Element
from departments.models import User

GONE = timedelta(seconds=60)  # without a sign for this long, somebody has left


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> PresenceQuerySet:
        return self.filter(seen_at__gt=timezone.now() - GONE)

    def visible_to(self, user: User) -> PresenceQuerySet:
        """Others on one's own side: a department never learns when its assessor reads, nor the other way round."""
        own = Presence.objects.filter(user=user, assessment=models.OuterRef("assessment"))
        return self.exclude(user=user).filter(models.Exists(own.filter(reviews=models.OuterRef("reviews"))))


class Presence(models.Model):
    """Somebody on the page of one element of an assessment, since when, and when they last gave a sign."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reviews = models.BooleanField(help_text="Of the certification body's side, not of the department's.")
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presences"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "element", "user"], name="somebody_is_on_a_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.element_id}"
