"""The three views of a department, sub-criterion by sub-criterion: own band, the assessor's, what patients say."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessments.gap import Difference, against_assessor, against_benchmark, counted, sentence
from assessments.models import Assessment, Gap
from assessments.services.gap_actions import GAPS
from assessments.services.gaps import bands_of
from assessments.views import breadcrumbs
from assessments.views.seeing import sees_findings
from assessments.workflow import Stage
from departments.access import Action, SignedInRequest, guard, may
from departments.models import Department
from feedback.rules import Voice


@guard(Action.READ_FEEDBACK, on=Assessment)
def of_assessment(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Every sub-criterion of an assessment, or those that `show=gap` asks for."""
    context = page(request, assessment) | {"crumbs": breadcrumbs.to_assessment(assessment)}
    return render(request, "assessments/gaps.html", context)


@guard(Action.LIST_ASSESSMENTS, on=Department)
def of_department(request: SignedInRequest, department: Department) -> HttpResponse:
    """The same for the department's page, of its newest assessment that this person may read: the table alone when
    that page asks for it, a page of its own for a browser without JavaScript."""
    visible = Assessment.objects.visible_to(request.user).filter(department=department)
    assessment = visible.exclude(stage=Stage.WITHDRAWN).order_by("-opened_at", "-pk").first()
    context: dict[str, Any] = {"department": department, "of_department": True, "crumbs": breadcrumbs.to_list()}
    if assessment is not None:
        context |= page(request, assessment)
    if request.headers.get("HX-Request"):
        return render(request, "assessments/gaps_of_department.html", context)
    return render(request, "assessments/gaps.html", context)


def page(request: SignedInRequest, assessment: Assessment) -> dict[str, Any]:
    """Two queries: the stored gaps, and the bands that they stand for."""
    shows_findings = sees_findings(request.user, assessment) and assessment.assessor_id is not None
    ours, show = may(request.user, Action.WRITE_STATEMENT, assessment), request.GET.get("show", "")
    bands = bands_of(assessment)
    gaps = list(Gap.objects.filter(assessment=assessment).in_order())
    shown = [gap for gap in gaps if show != "gap" or gap.difference in GAPS]
    url = reverse("assessments:gaps", args=[assessment.pk])
    return {
        "assessment": assessment,
        "department": assessment.department,
        "shows_findings": shows_findings,
        "lines": [line(gap, bands.get(gap.subcriterion_id, {}), ours=ours, found=shows_findings) for gap in shown],
        "gaps": sum(gap.difference in GAPS for gap in gaps),
        "has_rows": bool(gaps),
        "has_figures": any(gap.figures for gap in gaps),
        "choices": [
            {"url": url, "words": "All", "current": show != "gap"},
            {"url": f"{url}?show=gap", "words": "Where patients rate lower", "current": show == "gap"},
        ],
    }


def line(gap: Gap, bands: dict[str, tuple[str, str]], *, ours: bool, found: bool) -> dict[str, Any]:
    patients = gap.of_voice(Voice.PATIENTS)
    whole_trust = bool(patients) and all(figure["whole_trust"] for figure in patients)
    return {
        "gap": gap,
        "own_words": counted(own for own, _ in bands.values()),
        "found_words": counted(band for _, band in bands.values()) if found else "",
        "patients": patients,
        "staff": [staff_words(figure) for figure in gap.of_voice(Voice.STAFF)],
        "is_gap": gap.difference in GAPS,
        "is_unknown": gap.difference == Difference.UNKNOWN,
        "words": sentence(gap.difference, ours=ours, whole_trust=whole_trust),
        "assessor_words": against_assessor(gap.own, gap.found, ours=ours) if found else "",
        "element": next(iter(bands), ""),
    }


def staff_words(figure: dict[str, Any]) -> dict[str, Any]:
    raw = figure["raw"]
    score = "unknown" if raw is None else f"{raw:.1f}" if figure["out_of"] > 1 else f"{100 * raw:.0f}%"
    beside = "" if raw is None else against_benchmark(raw, figure["benchmark"])
    return {"title": figure["title"], "score": score, "beside": beside, "reading": figure["reading"]}
