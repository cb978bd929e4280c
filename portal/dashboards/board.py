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
from portal.dashboards.choices import CERTIFIED, NOT_ASSESSED, UNDER_WAY, Choices
from portal.dashboards.due import due_of, first_due
from portal.dashboards.figures import Counted, Headline, Standing
from portal.dashboards.verdicts import change_words, share_whole, share_words, verdict_words
from portal.dashboards.versions import Version
from portal.nhsuk import marks

FAR_OFF = date.max
NOTHING_DUE = "Nothing due"
# On a phone, where a line is a card, the second one says again whose it is.
AGAIN = '<strong class="app-board__heading app-board__again">{}</strong>{}'


@dataclass(frozen=True)
class Line:
    """One assessment of a department, or a department without any.

    The first line of a department heads it and spans `span` lines. `mark` and `cells`, one for each criterion, are
    markup; `overdue` is a class, so that the template has little to decide: a dashboard has a hundred lines.
    """

    row: Standing
    one: Counted | None
    heads: bool
    url: str = ""
    span: int = 1
    certified: str = ""
    late: str = ""
    late_url: str = ""
    gaps: str = ""
    gaps_url: str = ""
    practice: str = ""
    practice_url: str = ""
    mark: str = ""
    assessment_url: str = ""
    whose: str = ""
    cells: str = ""
    share: str = ""
    counts: str = ""
    verdict: str = ""
    change: str = ""
    due: str = ""
    overdue: str = ""
    report_url: str = ""

    @property
    def name(self) -> str:
        return self.row.name


@dataclass(frozen=True)
class Paper:
    """What all lines of a page have in common."""

    today: date
    asked: Choices
    headings: Mapping[str, str]
    known: Mapping[int, Version]


def lines(every: Iterable[Standing], paper: Paper) -> list[Line]:
    """Departments in the order given, with a column for each of the headings (criterion number → title)."""
    columns, at = heat.columns(paper.headings), Addresses()
    return [line for row in every for line in lines_of(row, columns, at, paper)]


def lines_of(row: Standing, columns: list[heat.Column], at: Addresses, paper: Paper) -> Iterator[Line]:
    head = head_of(row, at)
    shown = row.lines
    if not shown:
        yield Line(row, None, **head)
    for place, one in enumerate(shown):
        url = at.assessment(one.pk)
        due = None if paper.asked.year or one is row.before else due_of(row, one, paper.today, paper.known)
        mark = marks.tag("outcome", one.outcome) if one.decided else marks.tag("stage", one.stage)
        yield Line(
            row,
            one,
            **({"heads": False} if place else {**head, "span": len(shown)}),
            mark=format_html(AGAIN, row.name, mark) if place else mark,
            assessment_url=url,
            whose=whose_bands(one, earlier=paper.asked.compare if one is row.before else None),
            cells=heat.cells(url, one.bands, columns),
            share=share_words(one),
            counts=share_whole(one),
            verdict=verdict_words(one, paper.known),
            change=change_of(row, one, paper),
            due=due.words if due else nothing_due(row, one, paper),
            overdue=" app-deadline--overdue" if due and due.overdue else "",
            report_url=at.report(one.pk) if one.has_report else "",
        )


def head_of(row: Standing, at: Addresses) -> dict[str, Any]:
    """What is said of the department itself, once."""
    head: dict[str, Any] = {"heads": True, "url": at.department(row.pk)}
    if row.certified_until:
        head["certified"] = f"Certified until {words.day(row.certified_until)}"
    if row.overdue_actions:
        head["late"] = words.numbered(row.overdue_actions, "overdue action")
        head["late_url"] = f"{at.actions(row.pk)}?show=overdue"
    if row.gaps and row.gaps_of:
        head["gaps"] = f"{words.numbered(row.gaps, 'gap')}: patients rate lower"
        head["gaps_url"] = f"{at.gaps(row.gaps_of)}?show=gap"
    if row.practice:
        head["practice"] = words.numbered(row.practice, "good practice case")
        head["practice_url"] = f"{at.practice}?department={row.pk}"
    return head


def whose_bands(one: Counted, *, earlier: int | None) -> str:
    if one.decided_on is None:
        return "Own bands"
    day = words.day(one.decided_on)
    return f"Bands found, as at the end of {earlier} (decided {day})" if earlier else f"Bands found, decided {day}"


def change_of(row: Standing, one: Counted, paper: Paper) -> str:
    """How the last decision differs from the one that it is compared with."""
    year = paper.asked.compare
    return change_words(one, row.before, year) if year and row.before and one is row.decided else ""


def nothing_due(row: Standing, one: Counted, paper: Paper) -> str:
    return "" if paper.asked.year or one is row.before else NOTHING_DUE


def in_order(every: Iterable[Standing], sort: str, today: date, known: Mapping[int, Version]) -> list[Standing]:
    """By name as they come; by how far what is under way has come; by what is due first; by share, the lowest first."""
    order = list(Stage)
    if sort == "stage":
        return sorted(every, key=lambda row: order.index(row.assessments[-1].stage) if row.assessments else -1)
    if sort == "due":
        return sorted(every, key=lambda row: found.on if (found := first_due(row, today, known)) else FAR_OFF)
    if sort == "share":
        return sorted(every, key=lambda row: share if (share := share_of(row)) is not None else 101)
    return list(every)


def share_of(row: Standing) -> float | None:
    return row.assessments[0].share if row.assessments else None


def figures_in_words(figures: Headline, asked: Choices) -> list[dict[str, str]]:
    """“7 departments”, “4 certified”, “2 under way”, “1 not yet assessed”, each with the query that shows them."""
    told = [
        (words.numbered(figures.departments, "department"), ""),
        (f"{figures.certified} certified", CERTIFIED),
        *([] if asked.year else [(f"{figures.under_way} under way", UNDER_WAY)]),
        *([(f"{figures.not_assessed} not yet assessed", NOT_ASSESSED)] if figures.not_assessed else []),
    ]
    return [{"words": said, "query": Choices(stage=stage, year=asked.year).query or "?"} for said, stage in told]


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
        self.library = addresses("assessments:library")
        self.gaps = addresses("assessments:gaps")
        self.report = addresses("reports:award")
        self.practice = reverse("assessments:practice")
