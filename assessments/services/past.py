"""What was decided of a department in the years before, and each element's bands in it, by lineage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Value
from django.db.models.functions import Cast, Concat

from assessments.lineage import ancestry
from assessments.models import Assessment, Element, Finding
from departments.models import Scope


@dataclass(frozen=True)
class Decision:
    """One decided assessment: what came of it, and the band of each element of its version of the standard."""

    pk: int
    title: str
    kind: str
    outcome: str
    decided_at: datetime
    certified_until: date | None
    assessor: str
    place: Scope
    bands: dict[int, str]  # element id → band

    @property
    def year(self) -> int:
        return self.decided_at.year

    def scope(self) -> Scope:
        """As of the assessment itself, so that `may` says whether its own page opens to somebody."""
        return self.place


@dataclass(frozen=True)
class Line:
    """One element with its band in each decision, oldest first; empty where it was not, or was not rated."""

    number: str
    title: str
    criterion: str
    criterion_title: str
    bands: list[str]
    is_current: bool = True  # False for what this version of the standard has no longer


@dataclass(frozen=True)
class Past:
    """A department's decisions, oldest first, and all elements' lines in the standard's order."""

    decisions: list[Decision] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def past_of(assessment: Assessment) -> Past:
    """All that was decided of this assessment's department up to it, itself included, in two queries of any size."""
    decisions = decisions_up_to(assessment)
    elements: list[Any] = list(
        Element.objects.filter(standard__code=assessment.standard.code)
        .order_by("standard__version", "position")
        .values_list(
            "pk", "previous_id", "standard_id", "number", "title",
            "subcriterion__criterion__number", "subcriterion__criterion__title",
        )
    )  # fmt: skip
    before = {row[0]: row[1] for row in elements}
    current = [row for row in elements if row[2] == assessment.standard_id]
    rated = {element for decision in decisions for element in decision.bands}
    gone = heads(rated - {one for row in current for one in ancestry(row[0], before)}, before)
    lines = [line(row, before, decisions) for row in current]
    lines += [line(row, before, decisions, is_current=False) for row in elements if row[0] in gone]
    return Past(decisions, lines)


def decisions_up_to(assessment: Assessment) -> list[Decision]:
    """The department's decided assessments, oldest first: those opened before this one, and this one."""
    # Of each, “element id, space, band” of all its findings in one array: one query does for any number of years.
    found = Finding.objects.filter(assessment=OuterRef("pk")).exclude(band="").order_by()
    rows: Iterable[tuple[Any, ...]] = (
        Assessment.objects.decided_of(assessment.department_id)
        .filter(opened_at__lte=assessment.opened_at)
        .order_by("opened_at", "pk")
        .annotate(found=ArraySubquery(found.values(said=Concat(Cast("element_id", CharField()), Value(" "), "band"))))
        .values_list(
            "pk", "title", "kind", "outcome", "decided_at", "certified_until", "assessor__name",
            "body_id", "assessor_id", "found",
        )
    )  # fmt: skip
    own = assessment.scope()
    return [
        Decision(
            pk, title, kind, outcome, decided_at, certified_until, assessor,
            replace(own, body_id=body, assessor_ids=frozenset({assessor_id})), bands_of(said),
        )
        for pk, title, kind, outcome, decided_at, certified_until, assessor, body, assessor_id, said in rows
    ]  # fmt: skip


def bands_of(found: list[str]) -> dict[int, str]:
    return {int(element): band for element, _, band in (said.partition(" ") for said in found)}


def line(row: Any, before: dict[int, int | None], decisions: list[Decision], *, is_current: bool = True) -> Line:
    return Line(row[3], row[4], row[5], row[6], across(ancestry(row[0], before), decisions), is_current)


def across(chain: Iterable[int], decisions: list[Decision]) -> list[str]:
    """An element's band in each decision, under whatever number it had then."""
    ids = list(chain)
    return [next((band for one in ids if (band := decision.bands.get(one))), "") for decision in decisions]


def heads(elements: set[int], before: dict[int, int | None]) -> set[int]:
    """Of elements that ended somewhere, the last of each line."""
    return elements - {one for element in elements for one in list(ancestry(element, before))[1:]}
