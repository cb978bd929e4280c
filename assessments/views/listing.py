"""All assessments of somebody, newest first: narrowed, and read by key, so that page 900 costs as much as page 1."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from assessments.models import Assessment
from assessments.models.assessment import AssessmentQuerySet
from assessments.rules import Outcome
from assessments.views import breadcrumbs
from assessments.workflow import Stage
from departments.access import Action, SignedInRequest, guard_anywhere

PAGE_ROWS = 25
OUTCOMES = (Outcome.AWARD, Outcome.NO_AWARD)
LONGEST = 100


@guard_anywhere(Action.LIST_ASSESSMENTS)
def index(request: SignedInRequest) -> HttpResponse:
    asked = what_is_asked(request.GET)
    every = Assessment.objects.visible_to(request.user).defer("method", "strengths", "recommendation")
    rows = list(after(request.GET.get("after", ""), narrowed(every, asked))[: PAGE_ROWS + 1])
    more = len(rows) > PAGE_ROWS
    shown = rows[:PAGE_ROWS]
    context = {
        "lines": [{"row": row, "progress": progress(row)} for row in shown],
        "more": f"{shown[-1].opened_at.isoformat()}_{shown[-1].pk}" if more else "",
        "stages": Stage.choices,
        "outcomes": [(outcome.value, outcome.label) for outcome in OUTCOMES],
        "asked": asked,
        "is_narrowed": any(asked.values()) or "after" in request.GET,
        "crumbs": breadcrumbs.to_list()[:1],
    }
    return render(request, "assessments/index.html", context)


def what_is_asked(query: QueryDict) -> dict[str, str]:
    """Stage, outcome, year of opening, region and assessor; what makes no sense is left out."""
    said = {name: query.get(name, "").strip() for name in ("stage", "outcome", "year", "region", "assessor")}
    made_of_digits = {"year": 4, "assessor": 9}
    sensible = {
        "stage": said["stage"] in Stage.values,
        "outcome": said["outcome"] in OUTCOMES,
        "region": len(said["region"]) <= LONGEST,
        **{
            name: said[name].isascii() and said[name].isdigit() and int(said[name]) > 0 and len(said[name]) <= longest
            for name, longest in made_of_digits.items()
        },
    }
    return {name: words if sensible[name] else "" for name, words in said.items()}


def narrowed(rows: AssessmentQuerySet, asked: dict[str, str]) -> AssessmentQuerySet:
    fields = {
        "stage": "stage", "outcome": "outcome", "year": "opened_at__year", "region": "department__trust__region",
        "assessor": "assessor",
    }  # fmt: skip
    return rows.filter(**{fields[name]: words for name, words in asked.items() if words})


def after(said: str, rows: AssessmentQuerySet) -> AssessmentQuerySet:
    """Those that come after the row whose moment and id the address of the page names."""
    ordered = rows.order_by("-opened_at", "-pk")
    moment, _, pk = said.rpartition("_")
    try:
        opened, key = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return ordered
    if opened.tzinfo is None or not 0 <= key < 2**63:
        return ordered
    return ordered.filter(Q(opened_at__lt=opened) | Q(opened_at=opened, pk__lt=key))


def progress(assessment: Assessment) -> dict[str, int]:
    """How many elements are ready or rated, of how many, from the stored counts."""
    tallies: Any = assessment.tallies.values()
    total = sum(tally["elements"] for tally in tallies)
    rated = sum(sum(tally["found"].values()) - tally["found"].get("", 0) for tally in tallies)
    return {"total": total, "ready": sum(tally["ready"] for tally in tallies), "rated": rated}
