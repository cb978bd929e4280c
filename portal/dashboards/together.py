"""The page on which an executive sees where corporate and departments support each other and where they differ."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from portal.dashboards.alignment import PARTS, Alignment, Line, alignment_of

SHOWS = {"": "Every element", "differ": "Where they differ", "weak": "Where neither reaches Compliant"}


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def alignment(request: SignedInRequest, trust: Trust) -> HttpResponse:
    found = alignment_of(trust)
    crumbs = [
        {"title": "Home", "url": reverse("portal:home")},
        {"title": "Dashboard", "url": reverse("portal:dashboard", args=[trust.ods_code])},
    ]
    said = asked_for(request, found) if found else {}
    return render(
        request, "portal/alignment.html", {"trust": trust, "found": found, "crumbs": crumbs, "parts": PARTS, **said}
    )


def asked_for(request: SignedInRequest, found: Alignment) -> dict[str, Any]:
    """The lines that were asked for, and the one element whose departments are named."""
    criterion, show = request.GET.get("criterion", ""), request.GET.get("show", "")
    line = found.line(request.GET.get("element", ""))
    return {
        "lines": list(narrowed(found.lines, criterion, show)),
        "criteria": found.criteria(),
        "criterion": criterion,
        "show": show,
        "shows": SHOWS,
        "line": line,
        "who": found.who(line) if line else [],
    }


def narrowed(lines: Iterable[Line], criterion: str, show: str) -> Iterable[Line]:
    for line in lines:
        wanted = {"differ": line.at.differs, "weak": bool(line.at.weak)}.get(show, True)
        if wanted and criterion in ("", line.criterion):
            yield line
