"""The standard as rows: a version of it, its criteria, sub-criteria and elements, and what its bands mean."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pgtrigger
from django.db import models
from django.utils import timezone

from assessments.rules import AwardRule, Band, RuleElement

LONGEST_CODE = 50
LONGEST_NUMBER = 20
LONGEST_TITLE = 300


def never_altered() -> list[pgtrigger.Trigger]:
    """Decisions rest on a stored version, so a change is a new version: the database refuses any other way."""
    return [pgtrigger.Protect(name="never_altered", operation=pgtrigger.Update | pgtrigger.Delete)]


class StandardQuerySet(models.QuerySet["Standard"]):
    def newest(self, code: str | None = None) -> Standard | None:
        """The version that a new assessment begins with: the highest of this code, or the last loaded of any."""
        if code is None:
            return self.order_by("-loaded_at", "-pk").first()
        return self.filter(code=code).order_by("-version").first()


class ElementQuerySet(models.QuerySet["Element"]):
    def outline(self) -> ElementQuerySet:
        """Elements in the standard's order, each with its sub-criterion and criterion, in one query."""
        return self.select_related("subcriterion__criterion").order_by("position")


class Standard(models.Model):
    """One version of a published standard. Stored once by `load_standard`, then never altered."""

    code = models.SlugField(max_length=LONGEST_CODE)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    owner = models.TextField(blank=True)
    award_rule = models.JSONField(help_text="max_non_compliant, max_partial_per_criterion and a note, as in the file")
    coverage_rule = models.JSONField(
        default=dict, help_text="old_after_months, old, carries and uncovered_service, as in the file; empty: as usual"
    )
    cycle = models.JSONField(help_text="certificate_years and the reviews of the cycle, as in the file")
    source_sha256 = models.CharField(max_length=64, unique=True, help_text="of the content, whatever its layout")
    loaded_at = models.DateTimeField(default=timezone.now)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="a_standard_has_each_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="versions_of_a_standard_start_at_one"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.title} ({self.code}, version {self.version})"

    def rule(self) -> AwardRule:
        """The award rule as plain values, in one query."""
        rows = self.elements.order_by("position").values_list(
            "number", "subcriterion__criterion__number", "subcriterion__criterion__title", "may_be_not_applicable"
        )
        return AwardRule.of(self.award_rule, (RuleElement(*row) for row in rows))


class Criterion(models.Model):
    """One of the standard's main headings, such as 4 Delivery; the award rule counts partials within it."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="criteria")
    number = models.CharField(max_length=LONGEST_NUMBER)
    title = models.CharField(max_length=LONGEST_TITLE)
    summary = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(help_text="within the standard, from 1")

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="a_standard_numbers_each_criterion_once"),
            models.UniqueConstraint(fields=["standard", "position"], name="one_criterion_at_a_position"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SubCriterion(models.Model):
    """A group of elements within a criterion, such as 4.3 Deal effectively with problems."""

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="subcriteria")
    number = models.CharField(max_length=LONGEST_NUMBER)
    title = models.CharField(max_length=LONGEST_TITLE)
    position = models.PositiveSmallIntegerField(help_text="within the criterion, from 1")

    class Meta:
        ordering = ["criterion__position", "position"]
        verbose_name = "sub-criterion"
        verbose_name_plural = "sub-criteria"
        constraints = [
            models.UniqueConstraint(fields=["criterion", "number"], name="a_criterion_numbers_each_subcriterion_once"),
            models.UniqueConstraint(fields=["criterion", "position"], name="one_subcriterion_at_a_position"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Element(models.Model):
    """The smallest thing that is assessed, such as 4.3.2 Easy complaints procedure; each finding rates one."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="elements")
    subcriterion = models.ForeignKey(SubCriterion, on_delete=models.PROTECT, related_name="elements")
    number = models.CharField(max_length=LONGEST_NUMBER)
    title = models.CharField(max_length=LONGEST_TITLE)
    looks_for = models.TextField()
    may_be_not_applicable = models.BooleanField(default=False)
    show_me = models.BooleanField(default=False, help_text="needs evidence that can be shown, not told alone")
    position = models.PositiveSmallIntegerField(help_text="within the standard, from 1")
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        help_text="what this element was in the version before; empty when it is new",
    )

    objects = ElementQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="a_standard_numbers_each_element_once"),
            models.UniqueConstraint(fields=["standard", "position"], name="one_element_at_a_position"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def lineage(self) -> list[Element]:
        """This element and what it was in the versions before, newest first."""
        line = [self]
        while (before := line[-1].previous) is not None:
            line.append(before)
        return line


@cache
def element_numbers(standard: int) -> tuple[str, ...]:
    """The numbers of a stored version's elements, in order. A version is never altered, so they are read once."""
    rows = Element.objects.filter(standard=standard).order_by("position")
    return tuple(rows.values_list("number", flat=True))


class Place(NamedTuple):
    """What the counts and the award rule ask of an element."""

    number: str
    criterion: str
    show_me: bool


@cache
def element_places(standard: int) -> dict[int, Place]:
    """The elements of a stored version by id; read once, as above."""
    rows = Element.objects.filter(standard=standard)
    told = rows.values_list("pk", "number", "subcriterion__criterion__number", "show_me")
    return {pk: Place(number, criterion, show_me) for pk, number, criterion, show_me in told}


@cache
def rule_of(standard: int) -> AwardRule:
    """The award rule of a stored version; read once, as above."""
    return Standard.objects.get(pk=standard).rule()


@cache
def band_meanings(standard: int) -> tuple[BandMeaning, ...]:
    """What the bands mean in a stored version, best first; read once, as above."""
    return tuple(BandMeaning.objects.filter(standard=standard).order_by("position"))


class BandMeaning(models.Model):
    """What a band is called, and what it means, in one version of the standard."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="bands")
    code = models.CharField(max_length=LONGEST_CODE, choices=Band.choices)
    title = models.CharField(max_length=LONGEST_TITLE)
    meaning = models.TextField()
    position = models.PositiveSmallIntegerField(help_text="within the standard, best first, from 1")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="a_standard_explains_each_band_once"),
            models.CheckConstraint(
                condition=models.Q(code__in=Band.values), name="a_band_meaning_explains_a_known_band"
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return self.title
