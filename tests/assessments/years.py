"""A department's years for tests: assessments that were decided long ago, each with the bands that were found."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assessments.models import Assessment, Element, Finding, Standard, Statement
from assessments.rules import Band, Outcome
from assessments.services.tallies import recount
from assessments.workflow import Kind, Stage
from departments.models import Department, User

KINDS = [Kind.INITIAL, Kind.ANNUAL_REVIEW_1, Kind.ANNUAL_REVIEW_2, Kind.RECERTIFICATION]


def decided_in(
    year: int,
    *,
    department: Department,
    standard: Standard,
    people: Mapping[str, User],
    bands: Mapping[str, str] | None = None,
    kind: str = Kind.INITIAL,
    outcome: str = Outcome.AWARD,
) -> Assessment:
    """Decided on 1 June of a year: Compliant everywhere but where `bands` says otherwise, by element number."""
    at = datetime(year, 6, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    body = department.trust.body
    assert body is not None
    assessment = Assessment.objects.create(
        department=department, standard=standard, body=body, kind=kind, opened_by=people["lead"],
        title=f"{Kind(kind).label} {year}", opened_at=at - timedelta(days=200), stage=Stage.DESK_REVIEW,
        assessor=people["assessor"], assigned_at=at - timedelta(days=90), declared_at=at - timedelta(days=90),
    )  # fmt: skip
    elements = list(Element.objects.filter(standard=standard))
    said = dict.fromkeys((element.number for element in elements), Band.COMPLIANT) | dict(bands or {})
    Statement.objects.bulk_create(
        Statement(
            assessment=assessment, element=element, text=f"What we did for {element.title} in {year}.",
            band=said[element.number], tell_me=f"Ask about {year}.", version=1,
        )
        for element in elements
    )  # fmt: skip
    Finding.objects.bulk_create(
        Finding(
            assessment=assessment, element=element, band=said[element.number], version=1,
            narrative=f"What was found of {element.title} in {year}.", improvement="More.",
        )
        for element in elements
    )  # fmt: skip
    recount(assessment)
    until = None if outcome != Outcome.AWARD else at.date().replace(year=year + 3)
    Assessment.objects.filter(pk=assessment.pk).update(
        stage=Stage.DECIDED, outcome=outcome, decided_at=at, decided_by=people["certifier"], certified_until=until
    )
    return Assessment.objects.get(pk=assessment.pk)


def many_years(number: int, *, department: Department, standard: Standard, people: Mapping[str, User]) -> Assessment:
    """One decision a year, round the cycle; the last of them, which is of 2025."""
    rows = [
        decided_in(
            2026 - number + place, department=department, standard=standard, people=people, kind=KINDS[place % 4],
            bands={"1.1.1": Band.PARTIALLY_COMPLIANT if place % 2 else Band.COMPLIANCE_PLUS},
        )
        for place in range(number)
    ]  # fmt: skip
    return rows[-1]
