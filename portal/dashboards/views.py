"""The dashboard of a trust: every department, how it stands, how it stood, and what is due."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from departments.access import Action, SignedInRequest, guard, guard_anywhere, may
from departments.models import Trust
from portal.dashboards import board, choices, figures, versions
from portal.dashboards.board import Paper
from portal.dashboards.choices import SORTS, STAGES, Choices
from portal.dashboards.due import soonest
from portal.dashboards.figures import Standing
from portal.dashboards.words import STRENGTHS

PAGE_ROWS = 50


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def dashboard(request: SignedInRequest, trust: Trust) -> HttpResponse:
    seen = look(request, trust)
    page = Paginator(seen.shown, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "trust": trust,
        "crumbs": [{"title": "Home", "url": reverse("portal:home")}],
        "figures": board.figures_in_words(figures.headline(seen.every), seen.asked),
        "soonest": "" if seen.asked.year else soonest(seen.every, seen.paper.today, seen.paper.known),
        "headings": seen.paper.headings,
        "columns": len(seen.paper.headings) + 3,
        "lines": board.lines(page, seen.paper),
        "page": page,
        "strengths": STRENGTHS,
        "asked": seen.asked,
        "filters": filters(seen),
        "total": len(seen.every),
    }
    return render(request, "portal/dashboard.html", context)


@dataclass(frozen=True)
class Seen:
    """A trust's departments, those that were asked for in the order that was asked for, and what their lines need."""

    every: list[Standing]
    shown: list[Standing]
    asked: Choices
    paper: Paper
    titles: dict[str, str]


def look(request: SignedInRequest, trust: Trust) -> Seen:
    """What a dashboard and its downloads show. Two queries, and one for a version that this process never met."""
    today = timezone.localdate()
    asked = choices.choices(request.GET.dict(), today)
    every = figures.standings(trust, today=today, year=asked.year, compare=asked.compare)
    known = versions.versions(one.standard for row in every for one in row.lines)
    shown = board.in_order(choices.chosen(every, asked), asked.sort, today, known)
    titles = versions.headings(known)
    headings = {number: title for number, title in titles.items() if asked.criterion in ("", number)}
    return Seen(every, shown, asked, Paper(today, asked, headings or titles, known), titles)


def filters(seen: Seen) -> list[dict[str, Any]]:
    """The choices above the table, each with what there is to choose from and what is chosen."""
    asked, years = seen.asked, figures.years(seen.every, seen.paper.today)
    ends = {year: f"End of {year}" for year in years}
    told: list[tuple[str, str, str, dict[Any, str], Any]] = [
        ("year", "As at", "Today", ends, asked.year),
        ("compare", "Compare with", "Nothing", ends, asked.compare),
        ("stage", "Stage", "All stages", STAGES, asked.stage),
        ("type", "Type", "All types", choices.types(seen.every), asked.type),
        ("site", "Site", "All sites", choices.sites(seen.every), asked.site),
        ("criterion", "Criterion", "All criteria", seen.titles, asked.criterion),
        ("sort", "Order by", "", SORTS, asked.sort),
    ]
    return [
        {"name": name, "label": label, "all": all_, "options": options, "chosen": chosen}
        for name, label, all_, options, chosen in told
        if options
    ]


@guard_anywhere(Action.READ_DASHBOARD)
def my_dashboard(request: SignedInRequest) -> HttpResponse:
    """Straight to the one trust; a choice where somebody watches several."""
    visible = Trust.objects.visible_to(request.user)
    trusts = [trust for trust in visible if may(request.user, Action.READ_DASHBOARD, trust)]
    if len(trusts) == 1:
        return redirect("portal:dashboard", trusts[0].ods_code)
    context = {"trusts": trusts, "crumbs": [{"title": "Home", "url": reverse("portal:home")}]}
    return render(request, "portal/choose_trust.html", context)
