"""The page of a trust's years: its trend as a chart and as a table whose rows open the dashboard of that time."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from departments.access import Action, SignedInRequest, guard
from departments.charts.parts import said
from departments.models import Trust
from portal.dashboards import rows, trend, versions
from portal.dashboards.choices import Choices, choices, chosen, sites, types
from portal.dashboards.figures import AsAt, standing


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def trends(request: SignedInRequest, trust: Trust) -> HttpResponse:
    """With `?part`, the chart alone, for the dashboard."""
    today = timezone.localdate()
    asked = choices(request.GET.dict(), today)
    every = [standing(row, (), AsAt(today)) for row in rows.departments(trust.pk)]
    wanted = {row.pk for row in chosen(every, replace(asked, stage=""))}
    decisions = [one for one in rows.decisions(trust.pk) if one.department in wanted]
    known = versions.versions(one.standard for one in decisions)
    titles = versions.headings(known)
    criterion = asked.criterion if asked.criterion in titles else ""
    years = trend.years(narrowed(decisions, criterion), known, today=today)
    context = {
        "trust": trust,
        "chart": trend.chart(years),
        "lines": lines(years, trust, asked, today.year),
        "title": titles.get(criterion, ""),
        "filters": filters(asked, types(every), sites(every), titles),
        "crumbs": crumbs(trust),
    }
    return render(request, "portal/trend_part.html" if "part" in request.GET else "portal/trend.html", context)


def narrowed(decisions: list[rows.Decided], criterion: str) -> list[rows.Decided]:
    """Only what was found of one criterion, if one is asked for."""
    if not criterion:
        return decisions
    return [one._replace(bands={criterion: one.bands.get(criterion, {})}) for one in decisions]


def lines(years: list[trend.Year], trust: Trust, asked: Choices, this_year: int) -> list[dict[str, Any]]:
    """The newest year first; each opens the dashboard as it stood at its end."""
    board = reverse("portal:dashboard", args=[trust.ods_code])
    told = []
    for one in reversed(years):
        at = Choices(type=asked.type, site=asked.site, criterion=asked.criterion)
        now = one.year == this_year
        url = board + replace(at, year=None if now else one.year).query
        told.append({"year": one, "now": now, "url": url, "share": said(one.share, "%")})
    return told


def filters(asked: Choices, kinds: dict[str, str], places: dict[int, str], titles: dict[str, str]) -> list[Any]:
    told: list[tuple[str, str, str, dict[Any, str], Any]] = [
        ("type", "Type", "All types", kinds, asked.type),
        ("site", "Site", "All sites", places, asked.site),
        ("criterion", "Criterion", "All criteria", titles, asked.criterion),
    ]
    return [
        {"name": name, "label": label, "all": all_, "options": options, "chosen": one}
        for name, label, all_, options, one in told
        if options
    ]


def crumbs(trust: Trust) -> list[dict[str, str]]:
    return [
        {"title": "Home", "url": reverse("portal:home")},
        {"title": "Dashboard", "url": reverse("portal:dashboard", args=[trust.ods_code])},
    ]
