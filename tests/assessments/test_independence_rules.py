"""Who is independent: roles in time, what was declared, and cycles in a row."""

from datetime import date
from typing import Any

import pytest

from assessments.independence import Assessed, Said, WorkedAs, cycles_before, what_stands_against
from assessments.workflow import Kind

TODAY = date(2026, 11, 25)
NOTHING = Said(worked_there=False, worked_until=None, has_interest=False, details="")
ME, OTHER = 1, 2


def problems(**given) -> list[str]:
    values: dict[str, Any] = {"roles": [], "earlier": [], "now": None, "assessed": [], "kind": Kind.RECERTIFICATION}
    return what_stands_against(ME, **{**values, **given}, today=TODAY, years=5)


def test_nothing_stands_against_a_stranger_to_the_trust():
    assert problems(now=NOTHING, earlier=[NOTHING]) == []


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, ["is lead of Cardiology at this trust"]),
        (date(2024, 3, 31), ["was lead of Cardiology at this trust until March 2024"]),
        (date(2021, 11, 25), ["was lead of Cardiology at this trust until November 2021"]),
        (date(2021, 11, 24), []),
    ],
)
def test_a_role_counts_for_as_many_years_as_are_set(until, said):
    assert problems(roles=[WorkedAs("lead of Cardiology", until)]) == said


def test_what_was_declared_stands_against_somebody():
    still = Said(worked_there=True, worked_until=None, has_interest=True, details="My  sister\nruns the ward.")
    assert problems(now=still) == [
        "declared that they work at this trust",
        "declared an interest: My sister runs the ward.",
    ]
    before = Said(worked_there=True, worked_until=date(2024, 3, 1), has_interest=True, details="Long over.")
    assert problems(earlier=[before]) == ["declared that they worked at this trust until March 2024"]


def a_cycle(*assessors: int, begins: Kind = Kind.RECERTIFICATION) -> list[Assessed]:
    kinds = [begins, Kind.ANNUAL_REVIEW_1, Kind.ANNUAL_REVIEW_2]
    return [Assessed(kind, assessor) for kind, assessor in zip(kinds, assessors, strict=False)]


@pytest.mark.parametrize(
    ("assessed", "kind", "refused"),
    [
        ([*a_cycle(ME, ME, ME), *a_cycle(ME, ME, ME)], Kind.RECERTIFICATION, True),
        ([*a_cycle(ME, ME, ME), *a_cycle(ME, ME, ME)], Kind.ANNUAL_REVIEW_1, False),
        ([*a_cycle(ME), *a_cycle(OTHER), *a_cycle(ME)], Kind.RECERTIFICATION, False),
        ([*a_cycle(ME), *a_cycle(ME), *a_cycle(OTHER)], Kind.RECERTIFICATION, False),
        ([*a_cycle(ME), *a_cycle(ME), *a_cycle(OTHER)], Kind.ANNUAL_REVIEW_1, True),
        (a_cycle(ME, ME, ME, begins=Kind.INITIAL), Kind.RECERTIFICATION, False),
    ],
)
def test_a_third_cycle_in_a_row_is_not_allowed(assessed, kind, refused):
    assert bool(problems(assessed=assessed, kind=kind)) is refused


def test_annual_reviews_belong_to_the_cycle_that_they_follow():
    assert cycles_before([*a_cycle(ME, OTHER), *a_cycle(OTHER)], Kind.RECERTIFICATION) == [
        frozenset({ME, OTHER}),
        frozenset({OTHER}),
    ]
