"""What is due across a trust: overdue actions, evidence that runs out, self-assessments, reviews and certificates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments.models import Assessment, Evidence, EvidenceUse
from assessments.pieces import SOON
from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from portal.dashboards import figures, versions, words
from portal.dashboards.board import Addresses
from portal.dashboards.due import Due, first_due
from portal.dashboards.figures import Standing
from portal.dashboards.trends import crumbs
from portal.dashboards.versions import Version

PAGE_ROWS = 50
RENEWAL_DAYS = 365  # how early the end of a certificate counts as near


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def falling_due(request: SignedInRequest, trust: Trust) -> HttpResponse:
    """With `?part`, the sums alone, for the dashboard."""
    today = timezone.localdate()
    every = figures.standings(trust, today=today)
    known = versions.versions(one.standard for row in every for one in row.lines)
    lines = sorted(lines_of(every, running_out(trust, today), today, known), key=Line.urgency)
    context = {
        "trust": trust,
        "page": Paginator(lines, PAGE_ROWS).get_page(request.GET.get("page")),
        "sums": sums(lines, today),
        "crumbs": crumbs(trust),
    }
    return render(request, "portal/due_part.html" if "part" in request.GET else "portal/due.html", context)


@dataclass(frozen=True)
class Line:
    """What is due in one department; an address for each figure that is not zero."""

    name: str
    url: str
    actions: int
    actions_url: str
    expired: int
    expires: int
    library_url: str
    next: Due | None
    next_url: str
    certified_until: date | None
    certified: str
    certificate_url: str

    def urgency(self) -> tuple[date, str]:
        return (self.next.on if self.next else date.max), self.name


def lines_of(
    every: Iterable[Standing], evidence: Mapping[int, tuple[int, int]], today: date, known: Mapping[int, Version]
) -> Iterable[Line]:
    at = Addresses()
    for row in every:
        expired, expires = evidence.get(row.pk, (0, 0))
        decided = row.decided
        yield Line(
            name=row.name,
            url=at.department(row.pk),
            actions=row.overdue_actions,
            actions_url=f"{at.actions(row.pk)}?show=overdue",
            expired=expired,
            expires=expires,
            library_url=f"{at.library(row.pk)}?use=newest&standing=",
            next=first_due(row, today, known),
            next_url=at.assessment(row.assessments[-1].pk) if row.assessments else "",
            certified_until=row.certified_until,
            certified=words.day(row.certified_until) if row.certified_until else "",
            certificate_url=at.assessment(decided.pk) if decided else "",
        )


def running_out(trust: Trust, today: date) -> dict[int, tuple[int, int]]:
    """Department → how many pieces of its newest assessment's evidence are out of date, and expire soon. One query."""
    later = Assessment.objects.filter(
        department=OuterRef("assessment__department"), opened_at__gt=OuterRef("assessment__opened_at")
    )
    used = EvidenceUse.objects.filter(~Exists(later), evidence=OuterRef("pk"))
    ended = Q(current__valid_until__lt=today)
    rows = Evidence.objects.filter(Exists(used), department__trust=trust, current__valid_until__lte=today + SOON)
    counted = rows.order_by().values("department")
    sums = counted.annotate(gone=Count("pk", filter=ended), soon=Count("pk", filter=~ended))
    return {row["department"]: (row["gone"], row["soon"]) for row in sums}


def sums(lines: Iterable[Line], today: date) -> list[dict[str, Any]]:
    """What the whole trust has to see to, in words, with how many departments that is."""
    rows = list(lines)
    ending = sum(1 for row in rows if row.certified_until and (row.certified_until - today).days <= RENEWAL_DAYS)
    overdue = sum(1 for row in rows if row.next and row.next.overdue)
    told = [
        (sum(row.actions for row in rows), "overdue action", ""),
        (sum(row.expired for row in rows), "piece of evidence out of date", "pieces of evidence out of date"),
        (
            sum(row.expires for row in rows),
            "piece of evidence expires within 60 days",
            "pieces of evidence expire within 60 days",
        ),
        (overdue, "self-assessment or review overdue", "self-assessments or reviews overdue"),
        (ending, "certificate ends within a year", "certificates end within a year"),
    ]
    return [{"number": number, "words": words.numbered(number, one, many)} for number, one, many in told]
