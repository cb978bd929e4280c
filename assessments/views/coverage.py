"""The matrix of elements × evidence × services: what stands behind what, and where nothing does."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments.coverage import Coverage, ElementCover
from assessments.models import Assessment, Element
from assessments.services.coverage import coverage_of
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard, may
from departments.models import Service

# What a row is marked with, in the order in which it matters, and how the filter calls it.
KINDS = {
    "none": "Nothing yet",
    "old": "Only old documents",
    "told": "Only to be seen on the visit",
    "shown": "Evidence in date",
}


@guard(Action.READ_ASSESSMENT, on=Assessment)
def coverage(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    covered = coverage_of(assessment, today=timezone.localdate())
    services = list(Service.objects.filter(department_id=assessment.department_id).order_by("kind", "name"))
    titles = dict(Element.objects.filter(standard_id=assessment.standard_id).values_list("number", "title"))
    show = request.GET.get("show", "")
    rows = [row_of(element, titles, services) for element in covered.elements]
    context = {
        "assessment": assessment,
        "services": services,
        "rows": [row for row in rows if show not in KINDS or row["kind"] == show],
        "filters": filters(rows, show),
        "uncovered": [service for service in services if service.pk in covered.uncovered],
        "carriers": covered.carriers,
        "points": points(covered),
        "may_add": assessment.takes_statements and may(request.user, Action.ADD_EVIDENCE, assessment),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/coverage.html", context)


def row_of(element: ElementCover, titles: dict[str, str], services: list[Service]) -> dict[str, Any]:
    kind = "none" if element.is_bare else "told" if element.only_told else "old" if element.only_old else "shown"
    return {
        "number": element.number,
        "title": titles[element.number],
        "kind": kind,
        "words": KINDS[kind],
        "pieces": element.pieces,
        "cells": [{"name": one.name, "count": element.by_service.get(one.pk, 0)} for one in services],
        "as_a_whole": element.as_a_whole,
    }


def filters(rows: list[dict[str, Any]], show: str) -> list[dict[str, Any]]:
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in KINDS}
    links = [{"url": "?", "words": f"All elements ({len(rows)})", "current": show not in KINDS}]
    return links + [
        {"url": f"?show={kind}", "words": f"{words} ({counts[kind]})", "current": show == kind}
        for kind, words in KINDS.items()
    ]


def points(covered: Coverage) -> list[str]:
    """What the rule points out, that neither a row's mark nor a list of its own on the page says already."""
    return [point.words for point in covered.blocks]
