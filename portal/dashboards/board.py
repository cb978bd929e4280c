"""The lines of a trust's dashboard: what `figures` counts, put into words, links and an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.workflow import Stage
from portal.dashboards import words
from portal.dashboards.figures import Headline, Standing, strength
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
class Line:
    """One department as the dashboard shows it. `cells` is empty when it has no assessment."""

    name: str
    url: str
    stage: str
    stage_mark: SafeString
    assessment: str
    assessment_url: str
    whose: str
    certified: str
    cells: tuple[Cell, ...]
    due: Due | None
    report_url: str


def lines(every: Iterable[Standing], headings: Mapping[str, str], *, today: date) -> list[Line]:
    return [line(row, headings, today=today) for row in every]


def line(row: Standing, headings: Mapping[str, str], *, today: date) -> Line:
    latest, url = row.latest, reverse("departments:detail", args=[row.pk])
    certified = f"Certified until {words.day(row.certificate.until)}" if row.certificate else ""
    due, report = next_due(row, today), report_url(row)
    if latest is None:
        return Line(row.name, url, NOT_ASSESSED, SafeString(""), "", "", "", certified, (), due, report)
    opened = reverse("assessments:detail", args=[latest.pk])
    mark = marks.tag("outcome", latest.outcome) if latest.outcome else marks.tag("stage", latest.stage)
    whose = "Bands found by the assessor" if latest.decided else "The department’s own bands"
    cells = tuple(
        cell(title, latest.bands.get(number, {}), f"{opened}?criterion={number}") for number, title in headings.items()
    )
    return Line(row.name, url, latest.stage, mark, latest.title, opened, whose, certified, cells, due, report)


def cell(heading: str, counts: Mapping[str, int], url: str) -> Cell:
    level = strength(counts)
    if level == 0:
        total = sum(counts.values())
        return Cell(heading, 0, f"{total} not rated", f"{heading}: {total} not yet rated", url)
    return Cell(heading, level, words.short_counts(counts), f"{heading}: {words.whole_counts(counts)}", url)


def next_due(row: Standing, today: date) -> Due | None:
    """The self-assessment while it is being prepared; otherwise the end of the certificate, past or to come."""
    latest, certificate = row.latest, row.certificate
    if latest and latest.stage == Stage.PREPARING and latest.due:
        return due(latest.due, "Submit the self-assessment", today)
    if certificate:
        return due(certificate.until, "Certificate ends", today)
    if latest and latest.until:
        return due(latest.until, "Certificate ended", today)
    return None


def due(when: date, what: str, today: date) -> Due:
    return Due(when, what, words.day(when), words.away(when, today), when < today)


def report_url(row: Standing) -> str:
    """The newest award report that can be read: of the latest assessment, else of the certificate in force."""
    if row.latest and row.latest.has_report:
        return reverse("reports:award", args=[row.latest.pk])
    if row.certificate and row.certificate.has_report:
        return reverse("reports:award", args=[row.certificate.assessment])
    return ""


def in_order(every: Iterable[Standing], sort: str, today: date) -> list[Standing]:
    """By name as they come; by how far they have come; or by what is due first."""
    order = list(Stage)
    if sort == "stage":
        return sorted(every, key=lambda row: order.index(row.latest.stage) if row.latest else -1)
    if sort == "due":
        return sorted(every, key=lambda row: one.on if (one := next_due(row, today)) else FAR_OFF)
    return list(every)


def at_stage(every: Iterable[Standing], stage: str) -> list[Standing]:
    """Only the departments at a stage; all of them when none is asked for."""
    if stage not in STAGES:
        return list(every)
    return [row for row in every if (row.latest.stage if row.latest else NOT_ASSESSED) == stage]


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
