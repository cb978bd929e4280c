"""Where a trust's corporate assessment and its departments stand to each other, element by element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.alignment import Aligned, Seat, align, best_improvement
from assessments.models import Assessment, Element, Finding, Statement
from assessments.services.corporate import corporate_assessment, same_elements, what_speaks
from departments.models import Trust

PARTS = {
    "together": "Corporate and department both reach Compliant",
    "below": "Corporate reaches Compliant and the department does not",
    "above": "The department reaches Compliant and corporate does not",
    "weak": "Neither reaches Compliant",
    "inheriting": "Rests on the corporate statement",
    "contradicting": "Says that it is not so here",
}


@dataclass(frozen=True)
class Line:
    """One element across the trust, with what the standard calls it."""

    number: str
    title: str
    criterion: str
    at: Aligned

    def counts(self) -> list[dict[str, object]]:
        """How many departments are in each part, with its words."""
        return [{"words": words, "number": len(getattr(self.at, part))} for part, words in PARTS.items()]


@dataclass(frozen=True)
class Alignment:
    """A trust's alignment. `assessments` is department name → the assessment that speaks for it."""

    corporate: Assessment
    lines: list[Line]
    assessments: dict[str, int]
    best: Line | None

    def criteria(self) -> list[str]:
        return list(dict.fromkeys(line.criterion for line in self.lines))

    def line(self, number: str) -> Line | None:
        return next((line for line in self.lines if line.number == number), None)

    def who(self, line: Line) -> list[dict[str, object]]:
        """The departments in each part of an element, each with the page where it can be read."""
        return [
            {"words": words, "places": [self.place(name, line.number) for name in getattr(line.at, part)]}
            for part, words in PARTS.items()
            if getattr(line.at, part)
        ]

    def place(self, name: str, number: str) -> dict[str, str]:
        return {"name": name, "url": reverse("assessments:element", args=[self.assessments[name], number])}


def alignment_of(trust: Trust) -> Alignment | None:
    """Four queries, and one more where departments are assessed on other versions of the standard; None without a
    corporate assessment. Bands are the assessor's once decided, and the department's own until then."""
    corporate = corporate_assessment(trust.pk)
    if corporate is None:
        return None
    departments = Assessment.objects.filter(department__trust=trust, department__is_corporate=False)
    speaking = list(what_speaks(departments).select_related("department").only("department__name", "standard_id"))
    names = {one.pk: one.department.name for one in speaking}
    elements = list(Element.objects.filter(standard_id=corporate.standard_id).outline())
    versions = {one.standard_id for one in speaking} - {corporate.standard_id}
    same = same_elements(corporate.standard_id) if versions else {element.pk: element.pk for element in elements}
    seats: dict[int, list[Seat]] = {element.pk: [] for element in elements}
    bands: dict[int, str] = {}
    for assessment, element, band, stance in rows_of([corporate.pk, *names]):
        at = same.get(element)
        if at is None:
            continue
        if assessment == corporate.pk:
            bands[at] = band
        else:
            seats[at].append(Seat(names[assessment], band, stance or ""))
    lines = [line_of(element, bands.get(element.pk, ""), seats[element.pk]) for element in elements]
    best = best_improvement([line.at for line in lines])
    return Alignment(
        corporate=corporate,
        lines=lines,
        assessments={name: pk for pk, name in names.items()},
        best=next((line for line in lines if best and line.number == best.number), None),
    )


def rows_of(assessments: list[int]) -> Iterable[tuple[int, int, str, str | None]]:
    """Assessment, element, band and stance of every statement, by the departments' names. One query."""
    found = Finding.objects.filter(assessment=OuterRef("assessment"), element=OuterRef("element"))
    decided = found.filter(assessment__decided_at__isnull=False).exclude(band="")
    rows = Statement.objects.filter(assessment__in=assessments).order_by("assessment__department__name", "pk")
    return rows.annotate(shown=Coalesce(Subquery(decided.values("band")[:1]), F("band"), Value(""))).values_list(
        "assessment_id", "element_id", "shown", "corporate_stance__stance"
    )


def line_of(element: Element, corporate: str, seats: list[Seat]) -> Line:
    criterion = element.subcriterion.criterion
    return Line(element.number, element.title, str(criterion), align(element.number, corporate, seats))
