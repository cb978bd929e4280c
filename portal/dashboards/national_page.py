"""The page on which a certification body sees its country: what is under way, what came of it, how alike it judges."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from assessments.models import About
from departments.access import Action, SignedInRequest, guard_anywhere
from portal.dashboards import national, national_charts
from portal.dashboards.national import PAGE_ROWS, STAGES, Line, Told
from portal.nhsuk import marks


@guard_anywhere(Action.READ_NATIONAL)
def page(request: SignedInRequest) -> HttpResponse:
    year, this_year = asked_year(request.GET.get("year", "")), timezone.localdate().year
    lines = national.sums(request.user, year)
    rows = national.assessors(request.user, year, after=request.GET.get("after", "")[:220])
    shown = rows[:PAGE_ROWS]
    since = rows[0].since if rows else None
    functions = tuple(line for line in lines if line.about == About.FUNCTION)
    context = {
        "year": year,
        "years": range(this_year, (since or this_year) - 1, -1),
        "sums": sums_part(lines, year) if lines else "",
        "assessors": assessors_part(shown, functions, year) if shown else "",
        "more": f"{shown[-1].name}.{shown[-1].pk}" if len(rows) > PAGE_ROWS else "",
        "crumbs": [{"title": "Home", "url": reverse("portal:home")}],
    }
    return render(request, "portal/national.html", context)


def asked_year(said: str) -> int | None:
    """What makes no sense filters nothing."""
    return int(said) if len(said) == 4 and said.isascii() and said.isdigit() and said > "0000" else None


@lru_cache(maxsize=64)
def sums_part(lines: tuple[Line, ...], year: int | None) -> SafeString:
    """All that the page says of these sums. The same numbers are the same words, so they are put together once."""
    country = national.country(lines)
    decided, awarded = national.awards(country.outcomes())
    criteria = country.criteria()
    context = {
        "pipeline": pipeline(country.pipeline(), year),
        "regions": regions(country.outcomes(), year),
        "decided": decided,
        "awarded": awarded,
        "criteria": national_charts.of_criteria(criteria),
        "lost": national_charts.of_no_award(criteria),
        "weakest": country.weakest(),
        "themes": country.themes(),
    }
    return render_to_string("portal/national_sums.html", context)


@lru_cache(maxsize=256)
def assessors_part(rows: tuple[Told, ...], functions: tuple[Line, ...], year: int | None) -> SafeString:
    """The same of the assessors of one page."""
    assessors = national.judged(rows, {line.subject: line.spread for line in functions})
    context = {
        "assessors": assessors,
        "spread": national_charts.of_assessors(assessors),
        "listed": listed(year),
    }
    return render_to_string("portal/national_assessors.html", context)


def listed(year: int | None) -> str:
    """The beginning of the address of the assessments behind a figure; what narrows it further comes after it."""
    return f"{reverse('assessments:list')}?{f'year={year}&' if year else ''}"


def pipeline(rows: Mapping[str, Mapping[str, int]], year: int | None) -> dict[str, Any]:
    """Regions down, stages across; of stages at which there is nothing, no column."""
    used = [stage for stage in STAGES if any(stage in stages for stages in rows.values())]
    address = listed(year)
    return {
        "stages": [(stage, marks.STAGES[stage].words) for stage in used],
        "lines": [
            (region, line(stages, used, f"{address}{urlencode({'region': region})}")) for region, stages in rows.items()
        ],
        "totals": [f"{sum(stages.get(stage, 0) for stages in rows.values()):,}" for stage in used],
    }


def line(stages: Mapping[str, int], used: list[Any], address: str) -> list[tuple[str, str]]:
    """A number for each stage, with the list of the assessments that it counts."""
    return [(f"{stages.get(stage, 0):,}", f"{address}&stage={stage}" if stages.get(stage) else "") for stage in used]


def regions(rows: Mapping[str, Mapping[str, int]], year: int | None) -> list[dict[str, Any]]:
    """What came of the assessments of each region."""
    address = listed(year)
    return [
        {
            "region": region, "decided": sum(outcomes.values()), "awarded": outcomes.get("award", 0),
            "percent": round(100 * outcomes.get("award", 0) / sum(outcomes.values())),
            "url": f"{address}{urlencode({'region': region, 'outcome': 'no_award'})}",
            "refused": outcomes.get("no_award", 0),
        }
        for region, outcomes in sorted(rows.items())
    ]  # fmt: skip
