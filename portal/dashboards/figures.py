"""How the departments of a trust stand, from the tallies that assessments store: nothing is counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.headroom import share
from assessments.rules import Band, Outcome
from assessments.workflow import DECISION_STANDS, Kind, Stage
from departments.models import Trust
from portal.dashboards import rows
from portal.dashboards.rows import UNDER_WAY, AssessmentRow, DepartmentRow, Place

RATED = (Band.COMPLIANCE_PLUS, Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)
NOT_YET = ""
CORPORATE = "Corporate services"


def standings(trust: Trust, *, today: date, year: int | None = None, compare: int | None = None) -> list[Standing]:
    """How every department of a trust stands, by name. With `year`, as it was decided by the end of that year; with
    `compare`, also as it was decided by the end of that other year. Two queries."""
    years = tuple(sorted({one for one in (year, compare) if one}))
    by_department: dict[int, list[AssessmentRow]] = defaultdict(list)
    for row in rows.assessments(trust.pk, years):
        by_department[row.department].append(row)
    asked = AsAt(today=today, years=years, year=year, compare=compare)
    return [standing(row, by_department[row.pk], asked) for row in rows.departments(trust.pk)]


def standing(row: DepartmentRow, assessments: Sequence[AssessmentRow], asked: AsAt) -> Standing:
    last_era, reports = asked.era(asked.year), frozenset(row.reports)
    by_then = [one for one in assessments if UNDER_WAY < one.era <= last_era]
    until = max((one.certified_until for one in by_then if one.certified_until), default=None)
    last = latest(by_then)
    before = latest([one for one in assessments if UNDER_WAY < one.era <= asked.era(asked.compare)])
    now = next((one for one in assessments if one.era == UNDER_WAY and not asked.year), None)
    return Standing(
        pk=row.pk,
        name=row.name,
        since=min((timezone.localtime(one.decided_at or one.opened_at).year for one in assessments), default=None),
        decided=counted(last, reports) if last else None,
        under_way=counted(now, reports) if now else None,
        before=counted(before, reports) if before and asked.compare else None,
        certified_until=until if until and until >= asked.day else None,
        is_corporate=row.is_corporate,
        code=row.code or "",
        function=row.function or CORPORATE,
        sites=tuple(row.sites),
        overdue_actions=0 if asked.year else sum(due < asked.today for due in row.actions_due),
        practice=len(row.practice),
        gaps=0 if asked.year else len(row.gaps),
        gaps_of=row.gaps[0] if row.gaps else None,
    )


def latest(assessments: Iterable[AssessmentRow]) -> AssessmentRow | None:
    """The last decision: the first of the last era."""
    return max((one for one in assessments if one.place == 1), key=lambda one: one.era, default=None)


def counted(row: AssessmentRow, reports: frozenset[int]) -> Counted:
    """One assessment: what was found once decided, else the department's own view."""
    counts = "found" if row.stage in DECISION_STANDS else "own"
    return Counted(
        pk=row.pk,
        title=row.title,
        kind=row.kind,
        stage=Stage(row.stage),
        outcome=row.outcome,
        standard=row.standard,
        due=row.due_on,
        until=row.certified_until,
        decided_on=timezone.localdate(row.decided_at) if row.decided_at else None,
        has_report=row.pk in reports,
        bands={number: tally[counts] for number, tally in (row.tallies or {}).items()},
    )


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
    """From the last year back to that of the first assessment of any of these departments."""
    since = min((row.since for row in every if row.since), default=today.year)
    return list(range(today.year - 1, since - 1, -1))


def headline(every: Iterable[Standing]) -> Headline:
    """The figures of the clinical departments: corporate services are none.

    One that is certified and is being assessed again counts as both.
    """
    clinical = [row for row in every if not row.is_corporate]
    return Headline(
        departments=len(clinical),
        certified=sum(row.certified_until is not None for row in clinical),
        under_way=sum(row.under_way is not None for row in clinical),
        not_assessed=sum(not row.assessments for row in clinical),
    )


@dataclass(frozen=True)
class AsAt:
    """When a dashboard looks: today, or the end of a year; and the end of the year that it compares with."""

    today: date
    years: tuple[int, ...] = ()
    year: int | None = None
    compare: int | None = None

    @property
    def day(self) -> date:
        return date(self.year, 12, 31) if self.year else self.today

    def era(self, year: int | None) -> int:
        """The last era (`rows.assessments`) that had passed by the end of a year; by now, for none."""
        return self.years.index(year) + 1 if year else len(self.years) + 1


@dataclass(frozen=True)
class Counted:
    """One assessment as a dashboard counts it. `bands` is criterion number → band code → how many elements."""

    pk: int
    title: str
    kind: str
    stage: Stage
    outcome: str
    standard: int
    due: date | None
    until: date | None
    decided_on: date | None
    has_report: bool
    bands: Mapping[str, Mapping[str, int]]

    @property
    def decided(self) -> bool:
        return self.stage in DECISION_STANDS

    @property
    def won(self) -> bool:
        return self.outcome == Outcome.AWARD

    @property
    def share(self) -> float | None:
        """The part of its rated elements at or above Compliant, 0 to 100."""
        return share(self.bands)

    @property
    def kind_in_words(self) -> str:
        return Kind(self.kind).label


@dataclass(frozen=True)
class Standing:
    """One department: the year of its first assessment, its last decision, what is under way, what was decided by the
    year that it is compared with, and until when an award is in force; any may be missing."""

    pk: int
    name: str
    since: int | None
    decided: Counted | None
    under_way: Counted | None
    certified_until: date | None
    before: Counted | None = None
    overdue_actions: int = 0
    is_corporate: bool = False
    code: str = ""
    function: str = ""
    sites: tuple[Place, ...] = ()
    practice: int = 0
    gaps: int = 0
    gaps_of: int | None = None

    @property
    def assessments(self) -> tuple[Counted, ...]:
        return tuple(one for one in (self.decided, self.under_way) if one)

    @property
    def lines(self) -> tuple[Counted, ...]:
        """All that a dashboard shows of it: with what was decided by the year that it is compared with, last."""
        return (*self.assessments, *((self.before,) if self.before else ()))


@dataclass(frozen=True)
class Headline:
    """How many departments a trust has, and how they stand."""

    departments: int
    certified: int
    under_way: int
    not_assessed: int
