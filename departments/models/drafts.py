"""What somebody has typed into a form and not yet sent: kept for them alone, for a month at most."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from departments.models.people import User


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> DraftQuerySet:
        """One's own, and nobody else's."""
        return self.filter(user=user)

    def with_words(self) -> DraftQuerySet:
        """Those that can be given back: of a form that was taken, the row keeps no words."""
        return self.exclude(values={})


class Draft(models.Model):
    """The words of one form of one person. `path` is where the form is sent, `name` tells its forms apart."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    path = models.CharField(max_length=300)
    name = models.CharField(max_length=100)
    values = models.JSONField(help_text="What static/js/kept.js puts back: a text or a list of choices by field.")
    version = models.CharField(max_length=20, blank=True, help_text="The record's version when it was typed over.")
    taken = models.CharField(
        max_length=40, blank=True, help_text="The page whose form was taken: what it still sends is no draft any more."
    )
    saved_at = models.DateTimeField(db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path", "name"], name="one_draft_of_a_form_each")]

    def __str__(self) -> str:
        return f"{self.name} at {self.path}"
