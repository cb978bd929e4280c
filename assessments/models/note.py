"""What an assessor writes for themselves alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F

from assessments.models.assessment import Assessment
from assessments.models.standard import Element
from departments.models import Scope, User
from departments.models.history import remembered


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, user: User) -> PrivateNoteQuerySet:
        """One's own, of the assessments that one assesses now. Nobody else ever reads them, whatever their role."""
        return self.filter(
            author=user, assessment__assessor=F("author"), assessment__in=Assessment.objects.visible_to(user)
        )


@remembered()
class PrivateNote(models.Model):
    """An assessor's own note on one element. It is in no search, no export, no report, and no page of anybody else."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("private note", blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "element", "author"], name="somebody_has_one_note_on_an_element"
            ),
        ]

    def __str__(self) -> str:
        return f"A private note of {self.author_id}"

    @property
    def edited_by(self) -> User:
        """Nobody else can have: a second window of the author's was first."""
        return self.author

    def scope(self) -> Scope:
        return self.assessment.scope()
