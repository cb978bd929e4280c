"""What a country's assessments come to: small sums for pages that look at a certification body's work or at all."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Max, Q, Sum

from departments.models import CertificationBody, User
from departments.rules import Role


class About(models.TextChoices):
    """What a sum is of, with what `subject` and `within` hold: all but the first two of decided assessments, and none
    of what its certification body does not know of yet."""

    STAGE = "stage", "assessments: region, stage"
    WORKLOAD = "workload", "assessments: assessor, stage"
    OUTCOME = "outcome", "assessments: region, outcome"
    CRITERION = "criterion", "bands: number of a criterion, outcome"
    ELEMENT = "element", "bands and good practice: id of an element"
    ASSESSOR = "assessor", "bands: assessor, treatment function"
    FUNCTION = "function", "bands: treatment function, everybody’s"
    POSITION = "position", "assessments: treatment function, type of trust; level is the percent of elements that meet"


BANDS = ("compliance_plus", "compliant", "partially_compliant", "non_compliant", "not_applicable")
NUMBERS = ("assessments", *BANDS, "good_practice")


class RollupQuerySet(models.QuerySet["Rollup"]):
    def visible_to(self, user: User) -> RollupQuerySet:
        """Those of the bodies that somebody certifies for."""
        return self.filter(body__in=user.bodies_as(Role.CERTIFIER))

    def of_year(self, year: int | None) -> RollupQuerySet:
        """Of the assessments that were opened in a year; of all, without one."""
        return self if year is None else self.filter(year=year)

    def summed(self, *by: str) -> models.QuerySet[Any, dict[str, Any]]:
        """One row for each of these keys, with its numbers; nothing of what has come to nothing."""
        sums: dict[str, Any] = {f"all_{name}": Sum(name) for name in NUMBERS}
        rows: Any = self.order_by().values(*by).annotate(**sums)
        summed: models.QuerySet[Any, dict[str, Any]] = rows.exclude(all_assessments=0)
        return summed

    def first_and_last_year(self) -> dict[str, int | None]:
        return self.aggregate(first=models.Min("year"), last=Max("year"))


class Rollup(models.Model):
    """A part of a sum: whoever changes what it counts adds a row, and nobody waits for anybody.

    Database triggers on assessments, departments and trusts write the rows (migration `rollups`; ADR 12), so bulk
    updates are counted too. `services.rollups.fold` makes one row of many. A sum is what its rows add up to.
    """

    body = models.ForeignKey(CertificationBody, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="In which the assessments were opened.")
    about = models.CharField(max_length=12, choices=About)
    subject = models.CharField(max_length=100)
    within = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    assessments = models.IntegerField(default=0)
    compliance_plus = models.IntegerField(default=0)
    compliant = models.IntegerField(default=0)
    partially_compliant = models.IntegerField(default=0)
    non_compliant = models.IntegerField(default=0)
    not_applicable = models.IntegerField(default=0)
    good_practice = models.IntegerField(default=0)

    objects = RollupQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["body", "about", "year", "subject", "within", "level"], name="rollups_of_a_body"),
            models.Index(
                fields=["subject", "within", "year", "level"],
                condition=Q(about="position"),
                name="rollups_of_positions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.year}: {self.subject} {self.within}, {self.assessments}"
