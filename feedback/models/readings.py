"""Figures: what a measure said at a place in a period, with the cell of the file that it was read from."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from departments.models import Department, Scope, Trust, User
from departments.models.history import remembered
from departments.rules import Role
from feedback.models.imports import FeedbackImport
from feedback.models.measures import Measure
from feedback.models.places import Place
from feedback.models.reviewing import reviewed_by, reviewers_of
from feedback.rules import PlaceState, counts_in_words, score_in_words


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> ReadingQuerySet:
        """Everything of a trust for who runs it; for a department and its reviewers, its own places' and the trust's.

        Also figures that count no more: a link to one leads to what became of it.
        """
        theirs = Q(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
        theirs |= Q(place__department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
        theirs |= Q(place=None, trust_id__in=user.trusts_of_departments())
        reviewed = reviewed_by(user)
        if reviewed is not None:
            theirs |= Q(place__department__in=reviewed.values("pk"))
            theirs |= Q(place=None, trust__in=reviewed.values("trust"))
        return self.with_names().filter(theirs)

    def with_names(self) -> ReadingQuerySet:
        """Everything that a page says of a figure, in one query; of its import not what was read in it."""
        return self.select_related("trust", "measure", "place__department", "feedback_import__confirmed_by").defer(
            "feedback_import__found"
        )

    def current(self) -> ReadingQuerySet:
        """Those that count: neither undone nor replaced."""
        return self.filter(current=True)

    def speaking_of(self, department: Department) -> ReadingQuerySet:
        """What counts for a department: its places' figures, and its trust's of a measure that its places lack."""
        own = Reading.objects.filter(current=True, place__department=department)
        lacking = ~Exists(own.filter(measure=OuterRef("measure")))
        whole = Q(lacking, place=None, trust_id=department.trust_id)
        return self.current().filter(Q(place__department=department) | whole)


@remembered()
class Reading(models.Model):
    """One figure. A count or score that is suppressed in the file is unknown (None), never zero."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="readings")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="readings")
    feedback_import = models.ForeignKey(FeedbackImport, on_delete=models.PROTECT, related_name="readings")
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readings",
        help_text="None: the whole trust.",
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    positive = models.PositiveIntegerField(null=True, blank=True)
    responses = models.PositiveIntegerField(null=True, blank=True)
    score = models.DecimalField(
        max_digits=9,
        decimal_places=5,
        null=True,
        blank=True,
        help_text="A share from 0 to 1, or the score itself, as its measure's kind says.",
    )
    benchmark = models.DecimalField(
        max_digits=9, decimal_places=5, null=True, blank=True, help_text="The benchmark group's score."
    )
    suppressed = models.BooleanField(default=False, help_text="The file holds a count back, so that nobody is known.")
    detail = models.JSONField(default=dict, help_text="Counts by answer; null where one is held back.")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(help_text="Within the sheet, from 1, as a spreadsheet counts.")
    column = models.CharField(max_length=10, blank=True, help_text="Its letters, such as H.")
    current = models.BooleanField(default=True, help_text="False once its import is undone or replaced.")
    replaced_by = models.ForeignKey(
        FeedbackImport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="took_the_place_of",
        help_text="The import that brought a newer figure; undone, it gives this one its place back.",
    )

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "measure", "place", "starts_on", "ends_on"],
                condition=Q(current=True),
                nulls_distinct=False,
                name="one_figure_counts_for_a_period",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_reading_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(current=False), name="what_is_replaced_counts_no_more"
            ),
            models.CheckConstraint(
                condition=Q(positive=None) | Q(responses=None) | Q(positive__lte=F("responses")),
                name="no_more_are_positive_than_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "measure", "starts_on"], condition=Q(current=True), name="readings_of_places"
            ),
            models.Index(
                fields=["trust", "measure", "starts_on"],
                condition=Q(current=True, place=None),
                name="readings_of_trusts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.place or self.trust}, {self.starts_on:%B %Y}"

    def scope(self) -> Scope:
        """For who reads it: the department of its place; the trust's own figures are lent to all its departments."""
        if self.place is None:
            reviewers = reviewers_of(trust=self.trust_id)
            return Scope(
                trust_id=self.trust_id,
                body_id=self.trust.body_id,
                assessor_ids=reviewers,
                lent_in_trust_id=self.trust_id,
            )
        department = self.place.department_id
        return Scope(
            trust_id=self.trust_id,
            department_id=department,
            body_id=self.trust.body_id,
            assessor_ids=reviewers_of(pk=department) if department else frozenset(),
        )

    @property
    def on_scale(self) -> Decimal | None:
        """From 0 (worst) to 100 (best); None when it is not known."""
        return self.measure.on_scale(self.score)

    @property
    def score_words(self) -> str:
        return score_in_words(kind=self.measure.kind, score=self.score, out_of=self.measure.out_of)

    @property
    def counts_words(self) -> str:
        return counts_in_words(positive=self.positive, responses=self.responses)

    @property
    def is_about_nobody_yet(self) -> bool:
        """Whether its place still waits to be matched."""
        return self.place is not None and self.place.state == PlaceState.UNDECIDED
