"""Where a department stands among like departments: a position in a distribution, never a league table.

Like departments have the same treatment function in trusts of the same type. Their shares come from the rollup that
assessments keep of themselves; nobody is named, and fewer than five say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.headroom import reaching
from assessments.models import Assessment
from assessments.models.rollups import About, Rollup
from assessments.workflow import DECISION_STANDS
from departments.access import Action, SignedInRequest, guard, may
from departments.charts.distribution import Quarters, quarters
from departments.charts.parts import Chart
from departments.charts.trend import Point, trend
from departments.models import Department, User
from portal.dashboards.rows import found_of

FEWEST = 5
MOST_DECISIONS = 24


@guard(Action.READ_BENCHMARK, on=Department)
def benchmark(request: SignedInRequest, department: Department) -> HttpResponse:
    decisions = decisions_of(department, request.user)
    asked = request.GET.get("year", "")
    years = list(dict.fromkeys(one.year for one in decisions))
    own = next((one for one in decisions if str(one.year) == asked), decisions[0] if decisions else None)
    group = like(department, own, decisions) if own else None
    context = {
        "department": department,
        "own": own,
        "years": years,
        "function": own.function if own else "",
        "group": group,
        "standing": position(group, own.share) if group and own else "",
        "chart": chart(group, own) if group and own else None,
        "came_along": came_along(decisions) if len(decisions) > 1 else None,
        "crumbs": crumbs(request, department),
    }
    return render(request, "portal/benchmark.html", context)


@dataclass(frozen=True)
class Decision:
    """A decided assessment: the year in which it was opened and the share of its elements at or above Compliant."""

    pk: int
    title: str
    year: int
    function: str
    good: int
    rated: int

    @property
    def share(self) -> float:
        return 100 * self.good / self.rated

    @property
    def level(self) -> int:
        """The share as the rollup keeps it, in whole per cent."""
        return 100 * self.good // self.rated


def decisions_of(department: Department, user: User) -> list[Decision]:
    """A department's decided assessments in which something is rated, newest first, as somebody may read them: a body
    reads those that it decided itself. One query."""
    visible = Assessment.objects.visible_to(user).filter(department=department, stage__in=sorted(DECISION_STANDS))
    rows = visible.order_by("-opened_at")
    told = rows.values_list("pk", "title", "opened_at", "department__treatment_function__short_name", "tallies")
    return [
        Decision(pk, title, timezone.localtime(at).year, function or "", *sums)
        for pk, title, at, function, tallies in told[:MOST_DECISIONS]
        if (sums := reaching(found_of(tallies)))[1]
    ]


def like(department: Department, own: Decision, decisions: list[Decision]) -> Quarters | None:
    """The quarters of the like departments without this one, of assessments opened in the same year; None where there
    are fewer than five. One query."""
    others = (
        Department.objects.filter(
            treatment_function=department.treatment_function_id, trust__type=department.trust.type,
            assessments__stage__in=sorted(DECISION_STANDS), assessments__opened_at__year=own.year,
        )
        .exclude(pk=department.pk)
        .order_by()
        .distinct()
    )  # fmt: skip
    rows = (
        Rollup.objects.filter(
            about=About.POSITION, subject=department.treatment_function_id, within=department.trust.type, year=own.year
        )
        .order_by()
        .values("level")
        .annotate(number=Sum("assessments"), others=ArraySubquery(others.values("pk")[:FEWEST]))
    )
    levels, departments = {}, 0
    for row in rows:
        levels[row["level"]] = row["number"]
        departments = len(row["others"])
    for one in decisions:
        if one.year == own.year and one.level in levels:
            levels[one.level] -= 1
    return quarters_of(levels) if departments >= FEWEST else None


def quarters_of(levels: Mapping[int, int]) -> Quarters | None:
    """The quarters of shares in whole per cent, from level → how many; None of fewer than five."""
    shares = [level for level, number in sorted(levels.items()) for _ in range(number)]
    if len(shares) < FEWEST:
        return None
    lower, middle, upper = (at(shares, part / 4) for part in (1, 2, 3))
    return Quarters(lower, middle, upper, len(shares))


def at(ordered: list[int], part: float) -> float:
    """The value at a part of the way through, between neighbours where it falls between."""
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def position(group: Quarters, share: float) -> str:
    """Where a share stands, without a rank."""
    if share < group.lower:
        return "in the lowest quarter"
    return "in the highest quarter" if share > group.upper else "in the middle half"


def chart(group: Quarters, own: Decision) -> Chart:
    return quarters(
        group, marker=own.share, marked="This department", name="position",
        title=f"Share of elements at or above Compliant, assessments opened in {own.year}", what="Share",
        whose="like departments", unit="%", low=min(50, own.share, group.lower),
    )  # fmt: skip


def came_along(decisions: list[Decision]) -> Chart:
    """The department's own shares through the years, for which nobody else is needed."""
    points = [Point(str(one.year), one.share, count=one.rated) for one in reversed(decisions)]
    return trend(
        points, name="own", title="Its own share, by the year in which an assessment was opened",
        what="At or above Compliant", unit="%", counted="Elements rated",
    )  # fmt: skip


def crumbs(request: SignedInRequest, department: Department) -> list[dict[str, Any]]:
    told = [{"title": "Home", "url": reverse("portal:home")}]
    if may(request.user, Action.READ_DASHBOARD, department):
        url = reverse("portal:dashboard", args=[department.trust.ods_code])
        told.append({"title": "Dashboard", "url": url})
    return [*told, {"title": department.name, "url": reverse("departments:detail", args=[department.pk])}]
