"""The leaders' view: what each executive of a trust thinks of its customer focus, once a year."""

from __future__ import annotations

from collections import Counter

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from assessments.leading import FIRST_YEAR, LEADERSHIP, Agreement, ChangeNeeded
from assessments.models.standard import Element, ElementQuerySet, Standard
from departments.models import Scope, Trust, User
from departments.models.history import remembered

Counts = dict[bool, Counter[str]]


def given_once() -> list[pgtrigger.Trigger]:
    """Proportions that were shown stay true: an answer is never changed."""
    return [pgtrigger.Protect(name="given_once", operation=pgtrigger.Update)]


def leadership_elements(standard: Standard | None) -> ElementQuerySet:
    """The elements of a version that leaders are asked about, in its order."""
    return Element.objects.outline().filter(standard=standard, subcriterion__number=LEADERSHIP)


def nobodys() -> Counts:
    """Counts by answer: True → the trust's own, False → all others'."""
    return {True: Counter(), False: Counter()}


class LeadersViewQuerySet(models.QuerySet["LeadersView"]):
    def visible_to(self, user: User) -> LeadersViewQuerySet:
        """One's own. What others answered is seen in proportions alone."""
        return self.filter(answered_by=user)

    def change_needed(self, trust: Trust) -> dict[int, Counts]:
        """How often each answer was given, by the trust's leaders and by all others; a year each, the last first."""
        rows = self.values_list("year", is_of(trust, "trust"), "change_needed").annotate(count=Count("pk"))
        found: dict[int, Counts] = {}
        for year, own, answer, count in rows.order_by("-year"):
            found.setdefault(year, nobodys())[own][answer] += count
        return found


class LeadersAnswerQuerySet(models.QuerySet["LeadersAnswer"]):
    def agreements(self, trust: Trust, year: int) -> dict[str, tuple[str, Counts]]:
        """The same of one year for each element: its number → its title and the counts, in the standard's order."""
        element, own = ("element__position", "element__number", "element__title"), is_of(trust, "view__trust")
        rows = self.filter(view__year=year).values_list(*element, own, "agreement").annotate(count=Count("pk"))
        found: dict[str, tuple[str, Counts]] = {}
        for _, number, title, of_trust, agreement, count in rows.order_by("element__position"):
            found.setdefault(number, (title, nobodys()))[1][of_trust][agreement] += count
        return found


def is_of(trust: Trust, field: str) -> models.ExpressionWrapper[Q]:
    return models.ExpressionWrapper(Q(**{field: trust.pk}), output_field=models.BooleanField())


@remembered()
class LeadersView(models.Model):
    """One executive's answers for one year."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="leaders_views")
    year = models.PositiveSmallIntegerField()
    change_needed = models.CharField(max_length=20, choices=ChangeNeeded)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects = LeadersViewQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "year", "answered_by"], name="a_leader_answers_for_a_trust_once_a_year"
            ),
            models.CheckConstraint(condition=Q(year__gte=FIRST_YEAR), name="leaders_answer_in_a_year_of_ours"),
            models.CheckConstraint(
                condition=Q(change_needed__in=ChangeNeeded.values), name="leaders_choose_a_change_that_there_is"
            ),
        ]
        indexes = [models.Index(fields=["year", "trust", "change_needed"], name="leaders_views_of_a_year")]
        triggers = given_once()

    def __str__(self) -> str:
        return f"Leaders’ view of {self.trust_id}, {self.year}"

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)


@remembered()
class LeadersAnswer(models.Model):
    """How far that executive agrees that the trust does what one element asks of its leaders."""

    view = models.ForeignKey(LeadersView, on_delete=models.CASCADE, related_name="answers")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(max_length=20, choices=Agreement)

    objects = LeadersAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["view", "element"], name="a_leader_answers_once_on_an_element"),
            models.CheckConstraint(
                condition=Q(agreement__in=Agreement.values), name="leaders_choose_an_agreement_that_there_is"
            ),
        ]
        triggers = given_once()

    def __str__(self) -> str:
        return f"{self.get_agreement_display()}: {self.element_id}"
