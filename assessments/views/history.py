"""A department's years in one view: every decision, and every element's band in each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from assessments.lineage import FALLS_SHORT, HOLDS, went
from assessments.models import Assessment
from assessments.services.past import Decision, Line, past_of
from assessments.views import breadcrumbs
from assessments.workflow import Kind
from departments.access import Action, SignedInRequest, guard, may

SHORT_KINDS = {
    Kind.INITIAL: "initial",
    Kind.ANNUAL_REVIEW_1: "review 1",
    Kind.ANNUAL_REVIEW_2: "review 2",
    Kind.RECERTIFICATION: "recertified",
}
SHOWS: dict[str, tuple[str, Callable[[list[str]], object]]] = {
    "": ("All elements", lambda bands: True),
    "changed": ("Changed the last time", lambda bands: len(bands) > 1 and went(bands[-2], bands[-1])),
    "weak": ("Partial or non-compliant now", lambda bands: bands and bands[-1] in FALLS_SHORT),
    "ever": ("Ever partial or non-compliant", lambda bands: FALLS_SHORT & set(bands)),
}


@dataclass(frozen=True)
class Section:
    """One criterion: how many of its elements held in each decision, and the lines that were asked for."""

    number: str
    title: str
    trend: list[tuple[str, str]]  # the decision's label, and how many were Compliant or better, of how many rated
    lines: list[Line]


@guard(Action.READ_ASSESSMENT, on=Assessment)
def history(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    past = past_of(assessment)
    show, criterion = request.GET.get("show", ""), request.GET.get("criterion", "")
    labels = labels_of(past.decisions)
    sections = in_sections(past.lines, labels)
    context = {
        "assessment": assessment,
        "newest_first": newest_first(request, past.decisions),
        "columns": [(label, SHORT_KINDS[Kind(row.kind)]) for row, label in zip(past.decisions, labels, strict=True)],
        "labels": labels,
        "sections": [kept for section in sections if (kept := narrowed(section, show, criterion))],
        "summary": in_words(past.lines, labels),
        "filters": filters(sections, show, criterion),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/history.html", context)


def newest_first(request: SignedInRequest, decisions: list[Decision]) -> list[tuple[Decision, str, bool]]:
    """Each with its kind in words, and whether its own page opens to this person."""
    return [
        (decision, Kind(decision.kind).label, may(request.user, Action.READ_ASSESSMENT, decision))
        for decision in reversed(decisions)
    ]


def labels_of(decisions: list[Decision]) -> list[str]:
    """The year of each, with a letter where a year has several."""
    years = [decision.year for decision in decisions]
    return [
        f"{year}{chr(ord('a') + years[:place].count(year))}" if years.count(year) > 1 else str(year)
        for place, year in enumerate(years)
    ]


def in_sections(lines: list[Line], labels: list[str]) -> list[Section]:
    sections = []
    for (current, number, title), group in groupby(
        lines, key=lambda line: (line.is_current, line.criterion, line.criterion_title)
    ):
        rows = list(group)
        trend = []
        for place, label in enumerate(labels):
            bands = [row.bands[place] for row in rows if row.bands[place]]
            trend.append((label, f"{sum(band in HOLDS for band in bands)} of {len(bands)}" if bands else "none"))
        sections.append(Section(number if current else "", title, trend, rows))
    return sections


def narrowed(section: Section, show: str, criterion: str) -> Section | None:
    """The section with the lines that were asked for; None when there are none. Its trend is of all of them."""
    if criterion and section.number != criterion:
        return None
    test = SHOWS.get(show, SHOWS[""])[1]
    lines = [line for line in section.lines if test(line.bands)]
    return Section(section.number, section.title, section.trend, lines) if lines else None


def filters(sections: list[Section], show: str, criterion: str) -> list[dict[str, Any]]:
    """The ways to narrow the view, as links: what to show, then the criterion; each keeps the other."""
    shows = [
        {"url": query(show=code, criterion=criterion), "words": words, "current": code == show}
        for code, (words, _) in SHOWS.items()
    ]
    numbers = [section.number for section in sections if section.number]
    criteria = [
        {"url": query(show=show, criterion=number), "words": f"Criterion {number}" if number else "Every criterion",
         "current": number == criterion}
        for number in ["", *numbers]
    ]  # fmt: skip
    return [{"label": "Which elements to show", "links": shows}, {"label": "Which criterion", "links": criteria}]


def query(**chosen: str) -> str:
    return f"?{urlencode({name: value for name, value in chosen.items() if value})}"


def in_words(lines: list[Line], labels: list[str]) -> str:
    """What the table comes to, for whoever does not want to read it cell by cell."""
    if len(labels) < 2:
        return ""
    now = [line for line in lines if line.is_current]
    ways = [went(*line.bands[-2:]) for line in now]
    up, down = ways.count("up"), ways.count("down")
    weak = [line.number for line in now if line.bands[-1] in FALLS_SHORT]
    never = sum(not FALLS_SHORT & set(line.bands) for line in now)
    said = [f"From {labels[-2]} to {labels[-1]}, {counted(up)} went up and {down} down."]
    said.append(f"Partial or non-compliant now: {', '.join(weak)}." if weak else "None is partial or non-compliant.")
    said.append(f"{counted(never)} never fell short in {len(labels)} decisions.")
    return " ".join(said)


def counted(number: int) -> str:
    return f"{number} element{'' if number == 1 else 's'}"
