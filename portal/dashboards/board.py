"""The lines of a trust's dashboard: what `figures` counts, put into words, links and an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.workflow import Stage
from portal.dashboards import words
from portal.dashboards.figures import Counted, Headline, Standing, strength
from portal.nhsuk import marks

NOT_ASSESSED = "none"
STAGES = {**{stage.value: stage.label for stage in Stage}, NOT_ASSESSED: "No assessment yet"}
SORTS = {"name": "Department", "stage": "Stage", "due": "Due"}
FAR_OFF = date.max


@dataclass(frozen=True)
class Cell:
    """One criterion of one department: a link to what it counts."""

    heading: str
    strength: int
    short: str
    whole: str
    url: str


@dataclass(frozen=True)
class Due:
    """The next day that matters to a department."""

    on: date
    what: str
    day: str
    when: str
    overdue: bool


@dataclass(frozen=True)
class Counts:
    """One assessment of a department, with a cell for each criterion."""

    mark: SafeString
    title: str
    url: str
    whose: str
    cells: tuple[Cell, ...]
    due: Due | None
    report_url: str


@dataclass(frozen=True)
class Line:
    """One department: its last decision and what is under way. `rest` is what follows the first of these."""

    name: str
    url: str
    certified: str
    rows: int
    first: Counts | None
    rest: tuple[Counts, ...]


def lines(every: Iterable[Standing], headings: Mapping[str, str], *, today: date) -> list[Line]:
    return [line(row, headings, today=today) for row in every]


def line(row: Standing, headings: Mapping[str, str], *, today: date) -> Line:
    certified = f"Certified until {words.day(row.certified_until)}" if row.certified_until else ""
    all_counts = tuple(counts(assessment, headings, today=today) for assessment in row.assessments)
    first, rest = (all_counts[0], all_counts[1:]) if all_counts else (None, ())
    url = reverse("departments:detail", args=[row.pk])
    return Line(row.name, url, certified, max(len(all_counts), 1), first, rest)


def counts(assessment: Counted, headings: Mapping[str, str], *, today: date) -> Counts:
    url = reverse("assessments:detail", args=[assessment.pk])
    return Counts(
        mark=marks.tag("outcome", assessment.outcome) if assessment.decided else marks.tag("stage", assessment.stage),
        title=assessment.title,
        url=url,
        whose="Bands found" if assessment.decided else "Own bands",
        cells=tuple(
            cell(title, assessment.bands.get(number, {}), f"{url}?criterion={number}")
            for number, title in headings.items()
        ),
        due=due_of(assessment, today),
        report_url=reverse("reports:award", args=[assessment.pk]) if assessment.has_report else "",
    )


def cell(heading: str, bands: Mapping[str, int], url: str) -> Cell:
    level = strength(bands)
    if level == 0:
        total = sum(bands.values())
        return Cell(heading, 0, f"{total} not rated", f"{heading}: {total} not yet rated", url)
    return Cell(heading, level, words.short_counts(bands), f"{heading}: {words.whole_counts(bands)}", url)


def due_of(assessment: Counted, today: date) -> Due | None:
    """When the self-assessment is to be submitted, or when the certificate ends or ended."""
    if assessment.stage == Stage.PREPARING and assessment.due:
        return due(assessment.due, "Self-assessment", today)
    if assessment.until:
        return due(assessment.until, "Certificate ends" if assessment.until >= today else "Certificate ended", today)
    return None


def next_due(row: Standing, today: date) -> Due | None:
    """What comes first for a department."""
    dues = [one for assessment in row.assessments if (one := due_of(assessment, today))]
    return min(dues, key=lambda one: one.on, default=None)


def due(when: date, what: str, today: date) -> Due:
    return Due(when, what, words.day(when), words.away(when, today), when < today)


def in_order(every: Iterable[Standing], sort: str, today: date) -> list[Standing]:
    """By name as they come; by how far what is under way has come; or by what is due first."""
    order = list(Stage)
    if sort == "stage":
        return sorted(every, key=lambda row: order.index(row.assessments[-1].stage) if row.assessments else -1)
    if sort == "due":
        return sorted(every, key=lambda row: one.on if (one := next_due(row, today)) else FAR_OFF)
    return list(every)


def at_stage(every: Iterable[Standing], stage: str) -> list[Standing]:
    """Only the departments at a stage; all of them when none is asked for."""
    if stage not in STAGES:
        return list(every)
    return [row for row in every if stage in ({one.stage.value for one in row.assessments} or {NOT_ASSESSED})]


def sentence(figures: Headline) -> str:
    """“7 departments · 4 certified · 2 under way · 1 not yet assessed”."""
    parts = [words.numbered(figures.departments, "department"), f"{figures.certified} certified"]
    parts.append(f"{figures.under_way} under way")
    if figures.not_assessed:
        parts.append(f"{figures.not_assessed} not yet assessed")
    return " · ".join(parts)


def soonest(every: Iterable[Standing], today: date) -> str:
    """What is due first in the whole trust, in a sentence; empty when nothing is."""
    dues = [(one, row.name) for row in every if (one := next_due(row, today))]
    if not dues:
        return ""
    first, name = min(dues, key=lambda pair: (pair[0].on, pair[1]))
    return f"Next: {name}, {first.what.lower()}, {first.day} ({first.when})."
