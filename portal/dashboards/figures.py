"""Counts across the departments of a trust, from the tallies that assessments store: one query, nothing re-counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from assessments.models import Assessment, CorrectiveAction, Criterion
from assessments.rules import Band, Outcome
from assessments.workflow import DECISION_STANDS, FIXED, Stage
from departments.models import Department, Trust
from reports.models import ReportState

RATED = (Band.COMPLIANCE_PLUS, Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)
NOT_YET = ""


def standings(trust: Trust, *, today: date, year: int | None = None) -> list[Standing]:
    """How every department of a trust stands, by name. With `year`, by what it opened that year. One query."""
    rows = departments_with_assessments(year).filter(trust=trust)
    return [standing(row, today) for row in rows]


@cache
def departments_with_assessments(year: int | None) -> QuerySet[Any, Any]:
    """The query behind a dashboard, made once: putting it together takes longer than running it."""
    assessments = Assessment.objects.filter(department=OuterRef("pk"))
    asked = assessments.filter(opened_at__year=year) if year else assessments
    decided = asked.filter(stage__in=DECISION_STANDS).order_by("-decided_at", "-pk")
    under_way = asked.exclude(stage__in=FIXED)
    certificates = assessments.filter(outcome=Outcome.AWARD).order_by("-certified_until")
    first = assessments.order_by("opened_at").values("opened_at")
    return (
        Department.objects.annotate(
            decided=Subquery(decided.values(row=what_counts())[:1]),
            under_way=Subquery(under_way.values(row=what_counts())[:1]),
            certified_until=Subquery(certificates.values("certified_until")[:1]),
            first_opened=Subquery(first[:1]),
            actions_due=ArraySubquery(CorrectiveAction.objects.filter(department=OuterRef("pk")).to_do().days_due()),
        )
        .order_by("name", "pk")
        .values("pk", "name", "decided", "under_way", "certified_until", "first_opened", "actions_due", "is_corporate")
    )


def what_counts() -> Expression:
    """What a dashboard says of one assessment, as one value."""
    names = ("pk", "title", "stage", "outcome", "standard_id", "tallies", "due_on", "certified_until")
    return JSONObject(**{name: F(name) for name in names}, report="report__state")


def standing(row: Mapping[str, Any], today: date) -> Standing:
    until = row["certified_until"]
    return Standing(
        pk=row["pk"],
        name=row["name"],
        since=timezone.localtime(row["first_opened"]).year if row["first_opened"] else None,
        decided=row["decided"] and counted(row["decided"]),
        under_way=row["under_way"] and counted(row["under_way"]),
        certified_until=until if until and until >= today else None,
        is_corporate=row["is_corporate"],
        overdue_actions=sum(due < today for due in row["actions_due"]),
    )


def counted(told: Mapping[str, Any]) -> Counted:
    """One assessment: what was found once decided, else the department's own view."""
    tallies: dict[str, Any] = told["tallies"]
    counts = "found" if told["stage"] in DECISION_STANDS else "own"
    return Counted(
        pk=told["pk"],
        title=told["title"],
        stage=Stage(told["stage"]),
        outcome=told["outcome"],
        standard=told["standard_id"],
        due=day(told["due_on"]),
        until=day(told["certified_until"]),
        has_report=told["report"] == ReportState.READY,
        bands={number: tally[counts] for number, tally in tallies.items()},
    )


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def strength(counts: Mapping[str, int]) -> int:
    """How a criterion stands, from 0 (no band yet) over 1 (a Non-Compliant) to 5 (all reach Compliant, some Plus)."""
    if not any(counts.get(band) for band in RATED):
        return 0
    if counts.get(Band.NON_COMPLIANT):
        return 1
    if counts.get(Band.PARTIALLY_COMPLIANT):
        return 2
    if counts.get(NOT_YET):
        return 3
    return 5 if counts.get(Band.COMPLIANCE_PLUS) else 4


def years(every: Iterable[Standing], today: date) -> list[int]:
    """From this year back to the first assessment of any of these departments."""
    since = min((row.since for row in every if row.since), default=today.year)
    return list(range(today.year, since - 1, -1))


def headline(every: Iterable[Standing]) -> Headline:
    """The figures of the clinical departments: corporate services are none.

    One that is certified and is being assessed again counts as both.
    """
    rows = [row for row in every if not row.is_corporate]
    return Headline(
        departments=len(rows),
        certified=sum(row.certified_until is not None for row in rows),
        under_way=sum(row.under_way is not None for row in rows),
        not_assessed=sum(not row.assessments for row in rows),
    )


def headings(every: Iterable[Standing]) -> dict[str, str]:
    """Criterion numbers and titles, for all that these departments are assessed on; newer wordings win. One query."""
    standards = {assessment.standard for row in every for assessment in row.assessments}
    criteria = Criterion.objects.filter(standard__in=standards).order_by("standard__version", "position")
    return dict(criteria.values_list("number", "title"))


@dataclass(frozen=True)
class Counted:
    """One assessment as a dashboard counts it. `bands` is criterion number → band code → how many elements."""

    pk: int
    title: str
    stage: Stage
    outcome: str
    standard: int
    due: date | None
    until: date | None
    has_report: bool
    bands: Mapping[str, Mapping[str, int]]

    @property
    def decided(self) -> bool:
        return self.stage in DECISION_STANDS


@dataclass(frozen=True)
class Standing:
    """One department: the year of its first assessment, its last decision, what is under way, and until when an award
    is in force; any may be missing."""

    pk: int
    name: str
    since: int | None
    decided: Counted | None
    under_way: Counted | None
    certified_until: date | None
    overdue_actions: int = 0
    is_corporate: bool = False

    @property
    def assessments(self) -> tuple[Counted, ...]:
        return tuple(one for one in (self.decided, self.under_way) if one)


@dataclass(frozen=True)
class Headline:
    """How many departments a trust has, and how they stand."""

    departments: int
    certified: int
    under_way: int
    not_assessed: int
