"""Lists of evidence: what one assessment rests on, and everything that a department has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.forms.reuse import LibraryForm
from assessments.models import Assessment, Evidence, EvidenceUse, EvidenceVersion
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard, may
from departments.models import Department, User

PAGE_ROWS = 50


@guard(Action.READ_ASSESSMENT, on=Assessment)
def register(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """All evidence that the assessment rests on, in the versions that it rests on, with what each supports."""
    words = request.GET.get("words", "").strip()
    used = EvidenceUse.objects.filter(assessment=assessment)
    rested_on = EvidenceVersion.objects.filter(pk__in=used.values("version"))
    rows = Evidence.objects.filter(pk__in=used.values("evidence")).holding(words, among=rested_on)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    on_page = used.filter(evidence__in=[row.pk for row in page]).select_related("version__file", "element")
    uses: dict[int, list[EvidenceUse]] = {}
    for use in on_page.order_by("element__position"):
        uses.setdefault(use.evidence_id, []).append(use)
    context = {
        "assessment": assessment,
        "page": page,
        "lines": [{"row": row, "version": uses[row.pk][0].version, "uses": uses[row.pk]} for row in page],
        "words": words,
        "inside": may(request.user, Action.READ_LIBRARY, assessment),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/evidence_register.html", context)


@guard(Action.READ_LIBRARY, on=Department)
def library(request: SignedInRequest, department: Department) -> HttpResponse:
    """Everything that a department has as evidence, used or not."""
    find = LibraryForm(request.GET, department=department)
    rows = Evidence.objects.filter(department=department).select_related("current__file")
    page = Paginator(find.among_on(rows, today=timezone.localdate()), PAGE_ROWS).get_page(request.GET.get("page"))
    supports = what_they_support(request.user, page)
    context = {
        "department": department,
        "find": find,
        "page": page,
        "lines": [{"row": row, "supports": supports.get(row.pk, [])} for row in page],
        "crumbs": breadcrumbs.to_list()[:1],
    }
    return render(request, "assessments/evidence_library.html", context)


def what_they_support(user: User, rows: Iterable[Evidence]) -> dict[int, list[dict[str, Any]]]:
    """For each piece, the assessments that it supports with their elements, newest first. One query for a page."""
    uses = EvidenceUse.objects.filter(
        evidence__in=[row.pk for row in rows], assessment__in=Assessment.objects.visible_to(user).values("pk")
    ).order_by("-assessment__opened_at", "element__position")
    said: dict[int, dict[int, dict[str, Any]]] = {}
    for pk, assessment, title, number in uses.values_list(
        "evidence_id", "assessment_id", "assessment__title", "element__number"
    ):
        held = said.setdefault(pk, {}).setdefault(assessment, {"title": title, "elements": []})
        url = reverse("assessments:element", args=[assessment, number])
        held["elements"].append({"number": number, "url": url})
    return {pk: list(held.values()) for pk, held in said.items()}
