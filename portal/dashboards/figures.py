"""Counts across the departments of a trust, from the tallies that assessments store: one query, nothing re-counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import ExtractYear, JSONObject
from django.utils import timezone

from assessments.models import Assessment, Criterion
from assessments.rules import Band, Outcome
from assessments.workflow import Stage
from departments.models import Department, Trust
from reports.models import ReportState

RATED = (Band.COMPLIANCE_PLUS, Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)
NOT_YET = ""


def standings(trust: Trust, *, today: date, year: int | None = None) -> list[Standing]:
    """How every department of a trust stands, by name. With `year`, by what it opened that year, in one query."""
    assessments = Assessment.objects.filter(department=OuterRef("pk"))
    latest = assessments.filter(opened_at__year=year) if year else assessments
    certified = assessments.filter(outcome=Outcome.AWARD, certified_until__gte=today)
    years = assessments.annotate(year=ExtractYear("opened_at")).order_by("-year").values("year").distinct()
    rows: QuerySet[Any] = Department.objects.filter(trust=trust).annotate(
        latest=Subquery(latest.order_by("-opened_at", "-pk").values(row=what_counts())[:1]),
        certificate=Subquery(certified.order_by("-certified_until").values(row=what_certifies())[:1]),
        years=ArraySubquery(years),
    )
    return [standing(row) for row in rows.values("pk", "name", "latest", "certificate", "years").order_by("name", "pk")]


def what_counts() -> Expression:
    """What a dashboard says of one assessment, as one value."""
    names = ("pk", "title", "stage", "outcome", "standard_id", "tallies", "due_on", "certified_until")
    return JSONObject(**{name: F(name) for name in names}, opened="opened_at", report="report__state")


def what_certifies() -> Expression:
    """The certificate that a department holds today, and whether its report can be read."""
    return JSONObject(pk="pk", until="certified_until", report="report__state")


def standing(row: Mapping[str, Any]) -> Standing:
    latest, certificate = row["latest"], row["certificate"]
    return Standing(
        pk=row["pk"],
        name=row["name"],
        years=tuple(row["years"]),
        latest=latest and counted(latest),
        certificate=certificate
        and Certificate(
            assessment=certificate["pk"],
            until=date.fromisoformat(certificate["until"]),
            has_report=certificate["report"] == ReportState.READY,
        ),
    )


def counted(latest: Mapping[str, Any]) -> Counted:
    decided = latest["stage"] == Stage.DECIDED
    tallies: dict[str, Any] = latest["tallies"]
    return Counted(
        pk=latest["pk"],
        title=latest["title"],
        stage=Stage(latest["stage"]),
        outcome=latest["outcome"],
        standard=latest["standard_id"],
        opened=timezone.localtime(datetime.fromisoformat(latest["opened"])).date(),
        due=day(latest["due_on"]),
        until=day(latest["certified_until"]),
        has_report=latest["report"] == ReportState.READY,
        ready=sum(tally["ready"] for tally in tallies.values()),
        elements=sum(tally["elements"] for tally in tallies.values()),
        bands={number: bands(tally, found=decided) for number, tally in tallies.items()},
    )


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def bands(tally: Mapping[str, Any], *, found: bool) -> dict[str, int]:
    """How many elements of a criterion have each band: what was found once decided, else the department's own view."""
    counts: dict[str, int] = tally["found" if found else "own"]
    return counts


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


def headline(every: Iterable[Standing]) -> Headline:
    """The trust's figures. A department that is certified and is being assessed again counts as both."""
    rows = list(every)
    latest = [row.latest for row in rows]
    return Headline(
        departments=len(rows),
        certified=sum(row.certificate is not None for row in rows),
        under_way=sum(one is not None and one.stage != Stage.DECIDED for one in latest),
        not_assessed=sum(one is None for one in latest),
    )


def headings(every: Iterable[Standing]) -> dict[str, str]:
    """Criterion numbers and titles, for all that these departments are assessed on; newer wordings win. One query."""
    standards = {row.latest.standard for row in every if row.latest}
    criteria = Criterion.objects.filter(standard__in=standards).order_by("standard__version", "position")
    return dict(criteria.values_list("number", "title"))


@dataclass(frozen=True)
class Certificate:
    """An award that is in force."""

    assessment: int
    until: date
    has_report: bool


@dataclass(frozen=True)
class Counted:
    """One assessment as a dashboard counts it. `bands` is criterion number → band code → how many elements."""

    pk: int
    title: str
    stage: Stage
    outcome: str
    standard: int
    opened: date
    due: date | None
    until: date | None
    has_report: bool
    ready: int
    elements: int
    bands: Mapping[str, Mapping[str, int]]

    @property
    def decided(self) -> bool:
        return self.stage == Stage.DECIDED


@dataclass(frozen=True)
class Standing:
    """One department: its latest assessment, if it had any, and the certificate that it holds, if it does."""

    pk: int
    name: str
    years: tuple[int, ...]
    latest: Counted | None
    certificate: Certificate | None


@dataclass(frozen=True)
class Headline:
    """How many departments a trust has, and how they stand."""

    departments: int
    certified: int
    under_way: int
    not_assessed: int
