"""Where corporate and departments support each other and where they differ: of a trust, and of one department."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.models import Department, Trust
from portal.dashboards.alignment import PARTS, Alignment, Line, alignment_of
from portal.dashboards.own_alignment import own_alignment_of

SHOWS = {"": "Every element", "differ": "Where they differ", "weak": "Where neither reaches Compliant"}


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def alignment(request: SignedInRequest, trust: Trust) -> HttpResponse:
    """With `?part`, the one improvement that would help most, for the dashboard."""
    found = alignment_of(trust)
    crumbs = [
        {"title": "Home", "url": reverse("portal:home")},
        {"title": "Dashboard", "url": reverse("portal:dashboard", args=[trust.ods_code])},
    ]
    if "part" in request.GET:
        return render(request, "portal/alignment_part.html", {"trust": trust, "found": found})
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


@guard(Action.COMPARE_WITH_CORPORATE, on=Department)
def own_alignment(request: SignedInRequest, department: Department) -> HttpResponse:
    """One department beside corporate, for its own people; the bands of the others are not theirs to read."""
    found = own_alignment_of(department)
    parts = found.parts()
    criterion, part = request.GET.get("criterion", ""), request.GET.get("part", "all")
    context = {
        "department": department,
        "found": found,
        "lines": [
            line
            for line in found.lines
            if criterion in ("", line.criterion) and (part not in parts or part == line.part)
        ],
        "criteria": found.criteria(),
        "criterion": criterion,
        "parts": parts,
        "part": part,
        "crumbs": [{"title": "Home", "url": reverse("portal:home")}],
    }
    return render(request, "portal/own_alignment.html", context)
