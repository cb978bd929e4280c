"""The lines of a trust's dashboard: what `figures` counts, put into words, links and an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from assessments.workflow import Stage
from portal.dashboards import heat, words
from portal.dashboards.figures import Counted, Headline, Standing
from portal.nhsuk import marks

NOT_ASSESSED = "none"
STAGES = {**{stage.value: stage.label for stage in Stage}, NOT_ASSESSED: "No assessment yet"}
SORTS = {"name": "Department", "stage": "Stage", "due": "Due"}
FAR_OFF = date.max
NOTHING_DUE = "Nothing due"
# On a phone, where a line is a card, the second one says again whose it is.
AGAIN = '<strong class="app-board__heading app-board__again">{}</strong>{}'


@dataclass(frozen=True)
class Due:
    """A day that matters to a department: “Self-assessment 16 December 2026 (in 3 weeks)”."""

    on: date
    words: str
    overdue: bool


@dataclass(frozen=True)
class Line:
    """One assessment of a department, or a department without any.

    The first line of a department heads it and spans `span` lines. `mark` and `cells`, one for each criterion, are
    markup; `overdue` is a class, so that the template has little to decide: a dashboard has a hundred lines.
    """

    name: str
    heads: bool
    url: str = ""
    span: int = 1
    certified: str = ""
    corporate: bool = False
    late: str = ""
    late_url: str = ""
    mark: str = ""
    title: str = ""
    assessment_url: str = ""
    whose: str = ""
    cells: str = ""
    due: str = NOTHING_DUE
    overdue: str = ""
    report_url: str = ""


def lines(every: Iterable[Standing], headings: Mapping[str, str], *, today: date) -> list[Line]:
    """Departments in the order given, with a column for each of `headings` (criterion number → title)."""
    columns, at = heat.columns(headings), Addresses()
    return [line for row in every for line in lines_of(row, columns, at, today)]


def lines_of(row: Standing, columns: list[heat.Column], at: Addresses, today: date) -> Iterator[Line]:
    certified = f"Certified until {words.day(row.certified_until)}" if row.certified_until else ""
    head: dict[str, Any] = {
        "heads": True,
        "url": at.department(row.pk),
        "certified": certified,
        "corporate": row.is_corporate,
    }
    if row.overdue_actions:
        late = words.numbered(row.overdue_actions, "overdue action")
        head |= {"late": late, "late_url": f"{at.actions(row.pk)}?show=overdue"}
    if not row.assessments:
        yield Line(row.name, **head)
    for place, assessment in enumerate(row.assessments):
        url, decided, due = at.assessment(assessment.pk), assessment.decided, due_of(assessment, today)
        mark = marks.tag("outcome", assessment.outcome) if decided else marks.tag("stage", assessment.stage)
        yield Line(
            row.name,
            **({"heads": False} if place else {**head, "span": len(row.assessments)}),
            mark=format_html(AGAIN, row.name, mark) if place else mark,
            title=assessment.title,
            assessment_url=url,
            whose="Bands found" if decided else "Own bands",
            cells=heat.cells(url, assessment.bands, columns),
            due=due.words if due else NOTHING_DUE,
            overdue=" app-deadline--overdue" if due and due.overdue else "",
            report_url=at.report(assessment.pk) if assessment.has_report else "",
        )


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
    return Due(when, f"{what} {words.day(when)} ({words.away(when, today)})", when < today)


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
    return f"Next: {name}, {first.words[0].lower()}{first.words[1:]}."


def addresses(name: str) -> Callable[[int], str]:
    """Addresses of many rows from one look at the URLconf, which is slow to ask a hundred times."""
    before, after = reverse(name, args=[0]).split("0")
    return lambda pk: f"{before}{pk}{after}"


class Addresses:
    """Where the lines of a dashboard lead."""

    def __init__(self) -> None:
        self.department = addresses("departments:detail")
        self.assessment = addresses("assessments:detail")
        self.actions = addresses("assessments:actions")
        self.report = addresses("reports:award")
