"""How a department stands to what its trust's corporate assessment says of the same element."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.alignment import Stance
from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.words import Statement
from assessments.rules import Band
from departments.models import Scope, User
from departments.models.history import remembered


class CorporateStanceQuerySet(models.QuerySet["CorporateStance"]):
    def visible_to(self, user: User) -> CorporateStanceQuerySet:
        """Those of the assessments that somebody can see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))


@remembered()
class CorporateStance(models.Model):
    """Whether a department rests on the corporate statement, says something else, or says that it is not so here.

    It keeps the corporate words as they stood when this was chosen: what a department rests on does not change under
    its hands, and its readers are shown these words and no later ones.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="corporate_stances")
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="corporate_stance")
    corporate = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="taken_up")
    corporate_version = models.PositiveIntegerField()
    corporate_text = models.TextField()
    corporate_band = models.CharField(max_length=20, choices=Band, blank=True)
    stance = models.CharField(max_length=20, choices=Stance)
    note = models.TextField("why", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    carried = models.BooleanField(default=False, help_text="It began as the stance of the assessment before.")
    version = models.PositiveIntegerField(default=1)

    objects = CorporateStanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stance=Stance.INHERITED) | ~Q(note=""), name="to_say_otherwise_needs_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(statement=models.F("corporate")), name="nobody_inherits_from_themselves"
            ),
        ]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.statement}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    @property
    def is_still_carried(self) -> bool:
        """It is the stance of the last time: nobody has changed or confirmed it since."""
        return self.carried and self.version == 1

    def is_behind(self, corporate: Statement) -> bool:
        """Whether the corporate assessment says something else by now."""
        return (corporate.text, corporate.band) != (self.corporate_text, self.corporate_band)
