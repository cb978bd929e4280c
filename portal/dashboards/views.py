"""The dashboard of a trust: every department, how it stands and what is due."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from departments.access import Action, SignedInRequest, guard, guard_anywhere, may
from departments.models import Trust
from portal.dashboards import board, figures
from portal.dashboards.words import STRENGTHS

PAGE_ROWS = 50


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def dashboard(request: SignedInRequest, trust: Trust) -> HttpResponse:
    today, asked = timezone.localdate(), choices(request)
    every = figures.standings(trust, today=today, year=asked["year"])
    shown = board.in_order(board.at_stage(every, asked["stage"]), asked["sort"], today)
    page = Paginator(shown, PAGE_ROWS).get_page(request.GET.get("page"))
    headings = figures.headings(page)
    context = {
        "trust": trust,
        "crumbs": [{"title": "Home", "url": reverse("portal:home")}],
        "headline": board.sentence(figures.headline(every)),
        "soonest": board.soonest(every, today),
        "headings": headings,
        "columns": len(headings) + 3,
        "lines": board.lines(page, headings, today=today),
        "page": page,
        "strengths": STRENGTHS,
        "stages": board.STAGES,
        "sorts": board.SORTS,
        "years": figures.years(every, today),
        "total": len(every),
        **asked,
    }
    return render(request, "portal/dashboard.html", context)


def choices(request: SignedInRequest) -> dict[str, Any]:
    """The stage, year and order that were asked for; what makes no sense is left out."""
    stage, year, sort = (request.GET.get(name, "") for name in ("stage", "year", "sort"))
    return {
        "stage": stage if stage in board.STAGES else "",
        "year": int(year) if len(year) == 4 and year.isascii() and year.isdigit() and year > "0000" else None,
        "sort": sort if sort in board.SORTS else "name",
    }


@guard_anywhere(Action.READ_DASHBOARD)
def my_dashboard(request: SignedInRequest) -> HttpResponse:
    """Straight to the one trust; a choice where somebody watches several."""
    visible = Trust.objects.visible_to(request.user)
    trusts = [trust for trust in visible if may(request.user, Action.READ_DASHBOARD, trust)]
    if len(trusts) == 1:
        return redirect("portal:dashboard", trusts[0].ods_code)
    context = {"trusts": trusts, "crumbs": [{"title": "Home", "url": reverse("portal:home")}]}
    return render(request, "portal/choose_trust.html", context)
