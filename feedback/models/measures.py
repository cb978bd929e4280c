"""What is measured: national measures that come with the portal, and a trust's own."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from departments.models import Scope, Trust, User
from departments.models.history import remembered
from departments.rules import Role
from feedback.rules import MeasureKind, Source, Voice, on_common_scale


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> MeasureQuerySet:
        """The national ones, and those of one's trust."""
        return self.filter(Q(trust=None) | Q(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR)))

    def of_trust(self, trust: Trust) -> MeasureQuerySet:
        """What a file of a trust may speak of."""
        return self.filter(Q(trust=None) | Q(trust=trust))


@remembered()
class Measure(models.Model):
    """Something that patients or staff were asked, or that is counted of what they said, again and again."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=20, choices=Source)
    voice = models.CharField(max_length=10, choices=Voice)
    kind = models.CharField(max_length=10, choices=MeasureKind)
    out_of = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="The best score of a measure that is a score."
    )
    higher_is_better = models.BooleanField(default=True)
    trust = models.ForeignKey(
        Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="measures", help_text="None: national."
    )
    position = models.PositiveIntegerField(default=0, help_text="In lists; those of a trust come last.")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=MeasureKind.SCORE, out_of__gt=0) | ~Q(kind=MeasureKind.SCORE) & Q(out_of=None),
                name="a_score_is_out_of_something",
            ),
            models.CheckConstraint(
                condition=Q(source=Source.LOCAL, trust__isnull=False) | ~Q(source=Source.LOCAL) & Q(trust=None),
                name="a_local_measure_is_its_trusts_own",
            ),
            models.UniqueConstraint(
                fields=["trust", "title"],
                condition=Q(trust__isnull=False),
                name="a_trust_names_a_measure_once",
                violation_error_message="Your trust already has a measure of that name.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)

    def on_scale(self, score: Decimal | None) -> Decimal | None:
        """A score of this measure from 0 (worst) to 100 (best)."""
        return on_common_scale(kind=self.kind, score=score, out_of=self.out_of, higher_is_better=self.higher_is_better)
