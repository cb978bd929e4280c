"""An assessment opened, and its 57 elements at a glance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.forms.cycle import OpenForm
from assessments.models import Assessment, Finding, Gap, Statement
from assessments.rules import AwardRule, RuleElement, Verdict, decide_award, what_is_missing
from assessments.services import cycle
from assessments.services.gap_actions import GAPS
from assessments.services.refusals import Refused
from assessments.services.renewal import what_comes_next, what_would_be_carried
from assessments.views import breadcrumbs
from assessments.views.beside import beside
from assessments.views.independence import what_findings_wait_for
from assessments.views.next_steps import ways_on
from assessments.views.seeing import sees_findings
from assessments.workflow import WHAT_COMES_NEXT, Stage
from departments.access import Action, SignedInRequest, guard
from departments.models import Department
from departments.views.typed import typed

# What the query gives of an element, in the order of `Row`.
FIELDS = (
    "element__number",
    "element__title",
    "element__may_be_not_applicable",
    "element__subcriterion__criterion__number",
    "element__subcriterion__criterion__title",
    "band",
    "found",
    "evidence_count",
    "has_text",
    "has_tell_me",
    "element__show_me",
    "inherits",
    "in_scope",
    "still_carried",
    "difference",
)


class Row(NamedTuple):
    """One element, as the query of the overview gives it."""

    number: str
    title: str
    not_applicable: bool
    criterion: str
    criterion_title: str
    own: str
    found: str
    evidence: int
    has_text: bool
    has_tell_me: bool
    show_me: bool
    inherits: bool
    in_scope: bool
    carried: bool
    difference: str | None

    def missing(self) -> list[str]:
        if not self.in_scope:
            return []
        return what_is_missing(
            band=self.own,
            has_text=self.has_text,
            has_evidence=bool(self.evidence),
            has_tell_me=self.has_tell_me,
            show_me=self.show_me,
            inherits=self.inherits,
        )


@dataclass
class Line:
    """One element in the overview, ready to be shown."""

    number: str
    title: str
    url: str
    own: str
    found: str
    evidence: int
    missing: str
    gap: bool
    in_scope: bool
    carried: bool
    rated_lower: str  # the sub-criterion that patients rate lower


@dataclass
class Section:
    """One criterion in the overview: its lines, and how far it has come."""

    number: str
    title: str
    elements: int
    ready: int
    rated: int
    lines: list[Line] = field(default_factory=list)


@guard(Action.OPEN_ASSESSMENT, on=Department)
def open_(request: SignedInRequest, department: Department) -> HttpResponse:
    proposed = what_comes_next(department)
    form = OpenForm(typed(request), proposed=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = cycle.open_assessment(department=department, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, "The assessment is open. Work through the elements in any order.")
            return redirect("assessments:detail", assessment.pk)
    under_way = Assessment.objects.under_way().filter(department=department).first()
    context = {
        "department": department,
        "form": form,
        "under_way": under_way,
        "proposed": proposed,
        "pieces": what_would_be_carried(proposed, timezone.localdate()) if proposed and not under_way else None,
        "crumbs": breadcrumbs.to_list(),
    }
    return render(request, "assessments/open.html", context)


@guard(Action.READ_ASSESSMENT, on=Assessment)
def detail(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    rows, shows_findings = read_rows(assessment), sees_findings(request.user, assessment)
    of_findings = shows_findings and assessment.assessor_id is not None
    show, criterion = request.GET.get("show", ""), request.GET.get("criterion", "")
    sections = in_sections(assessment, rows, shows_findings=shows_findings)
    context = {
        "assessment": assessment,
        "sections": [kept for section in sections if (kept := filtered(section, show, criterion)) is not None],
        "filters": filters(assessment, rows, shows_findings, show, criterion),
        "shows_findings": shows_findings,
        "of_findings": of_findings,
        "verdict": verdict(assessment, rows, of_findings=of_findings),
        **beside(request, assessment),
        "crumbs": breadcrumbs.to_list(),
        "next_words": WHAT_COMES_NEXT[Stage(assessment.stage)],
        "today": timezone.localdate(),
        "waits_for": what_findings_wait_for(request.user, assessment),
        **ways_on(request, assessment),
    }
    return render(request, "assessments/detail.html", context | at_a_glance(rows))


def at_a_glance(rows: list[Row]) -> dict[str, int]:
    """How many elements rest on evidence, a review looks at and leaves out, and stand as the last time."""
    looked_at = sum(row.in_scope for row in rows)
    return {
        "rests_on_evidence": sum(bool(row.evidence) for row in rows),
        "looked_at": looked_at,
        "left_out": len(rows) - looked_at,
        "still_carried": sum(row.carried for row in rows),
    }


def read_rows(assessment: Assessment) -> list[Row]:
    """The elements in order, each with what is said and found of it. One query, and no model built for any row."""
    found = Finding.objects.filter(assessment=assessment, element=OuterRef("element")).values("band")[:1]
    gaps = Gap.objects.filter(assessment=assessment, subcriterion=OuterRef("element__subcriterion"))
    rows = (
        Statement.objects.filter(assessment=assessment)
        .order_by("element__position")
        .annotate(found=Coalesce(Subquery(found), Value("")), has_text=~Q(text=""), has_tell_me=~Q(tell_me=""))
        .annotate(still_carried=Q(carried=True, version=0), difference=Subquery(gaps.values("difference")[:1]))
        .values_list(*FIELDS)
    )
    return [Row(*row) for row in rows]


def in_sections(assessment: Assessment, rows: list[Row], *, shows_findings: bool) -> list[Section]:
    sections: dict[str, Section] = {}
    base = reverse("assessments:detail", args=[assessment.pk])
    for row in rows:
        section = sections.setdefault(row.criterion, Section(row.criterion, row.criterion_title, 0, 0, 0))
        found = row.found if shows_findings else ""
        missing = row.missing() if assessment.takes_statements else []
        section.elements += 1
        section.ready += not missing
        section.rated += bool(found)
        section.lines.append(line_of(row, found, missing, base))
    return list(sections.values())


def line_of(row: Row, found: str, missing: list[str], base: str) -> Line:
    return Line(
        number=row.number,
        title=row.title,
        url=f"{base}elements/{row.number}/",
        own=row.own,
        found=found,
        evidence=row.evidence,
        missing=", ".join(missing),
        gap=bool(found and row.own and found != row.own),
        in_scope=row.in_scope,
        carried=row.carried,
        rated_lower=row.number.rpartition(".")[0] if row.difference in GAPS else "",
    )


def filters(
    assessment: Assessment, rows: list[Row], shows_findings: bool, show: str, criterion: str
) -> list[dict[str, Any]]:
    """The ways to narrow the list, as links that keep the criterion chosen."""
    choices = {"": "All elements", "partial": "Partial or non-compliant"}
    if not all(row.in_scope for row in rows):
        choices["scope"] = "In scope this time"
    if any(row.carried for row in rows):
        choices["carried"] = "As the last time"
    if assessment.takes_statements:
        choices["missing"] = "Something missing"
    elif shows_findings:
        choices |= {"unrated": "Not rated yet"} if not assessment.is_decided else {}
        choices["gap"] = "Own band and finding differ"
    if any(row.difference in GAPS for row in rows):
        choices["patients"] = "Patients rate lower"
    links = []
    for code, words in choices.items():
        query = urlencode({name: value for name, value in {"show": code, "criterion": criterion}.items() if value})
        links.append({"url": f"?{query}", "words": words, "current": code == show})
    if criterion:
        links.append({"url": "?", "words": f"Criterion {criterion} only: show every criterion", "current": False})
    return links


def filtered(section: Section, show: str, criterion: str) -> Section | None:
    """The section with the lines that were asked for; None when there are none."""
    if criterion and section.number != criterion:
        return None
    tests: dict[str, Callable[[Line], object]] = {
        "missing": lambda line: line.missing,
        "unrated": lambda line: not line.found,
        "partial": lambda line: {line.own, line.found} & {"partially_compliant", "non_compliant"},
        "gap": lambda line: line.gap,
        "scope": lambda line: line.in_scope,
        "carried": lambda line: line.carried,
        "patients": lambda line: line.rated_lower,
    }
    if show in tests:
        section.lines = [line for line in section.lines if tests[show](line)]
    return section if section.lines else None


def verdict(assessment: Assessment, rows: list[Row], *, of_findings: bool) -> Verdict:
    """What the rule says as the bands stand, from the rows that the page has read already."""
    elements = (RuleElement(row.number, row.criterion, row.criterion_title, row.not_applicable) for row in rows)
    rule = AwardRule.of(assessment.standard.award_rule, elements)
    return decide_award(rule, {row.number: (row.found if of_findings else row.own) or None for row in rows})
