"""The certification cycle as a rule: what comes next, when, and what each review looks at."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.cycle_scope import ReviewScope, next_due, next_kind, not_understood, scope_of
from assessments.rules import Band, Outcome
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.workflow import Kind

CYCLE = read_standard(BUNDLED_STANDARD).cycle
MUST = {Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT, Band.COMPLIANCE_PLUS}

bands = st.lists(st.sampled_from(["", *Band]), max_size=60).map(
    lambda found: {f"1.1.{place}": str(band) for place, band in enumerate(found, start=1)}
)


def rest_of(last):
    return {element for element, band in last.items() if band and band not in MUST}


@given(bands)
def test_a_review_always_looks_at_what_fell_short_what_excels_and_what_is_new(last):
    for kind in (Kind.ANNUAL_REVIEW_1, Kind.ANNUAL_REVIEW_2):
        chosen = scope_of(CYCLE, kind).choose(last)
        assert set(last) - rest_of(last) <= chosen <= set(last)


@given(bands)
def test_a_review_looks_at_a_third_of_the_rest_rounded_up(last):
    rest = rest_of(last)
    assert len(scope_of(CYCLE, Kind.ANNUAL_REVIEW_1).choose(last) & rest) == -(-len(rest) // 3)


@given(bands, bands)
def test_the_second_review_looks_at_another_third(last, later):
    first = scope_of(CYCLE, Kind.ANNUAL_REVIEW_1).choose(last)
    now = {element: later.get(element, band) for element, band in last.items()}
    second = scope_of(CYCLE, Kind.ANNUAL_REVIEW_2).choose(now, looked_at=first)
    rest = rest_of(now)
    assert not second & rest & first
    assert len(second & rest) == min(-(-len(rest) // 3), len(rest - first))


@given(bands)
def test_a_third_is_spread_over_the_whole_standard(last):
    rest = [element for element in last if element in rest_of(last)]
    chosen = scope_of(CYCLE, Kind.ANNUAL_REVIEW_1).choose(last)
    places = [place for place, element in enumerate(rest) if element in chosen]
    assert all(later - sooner in (1, 2, 3) for sooner, later in pairwise(places))


@given(bands, st.sampled_from([Kind.INITIAL, Kind.RECERTIFICATION]))
def test_the_initial_and_the_recertification_look_at_everything(last, kind):
    assert scope_of(CYCLE, kind).choose(last) == frozenset(last)


@given(st.text(max_size=80), bands)
def test_words_that_are_not_understood_leave_nothing_out(words, last):
    if not_understood(words):
        assert ReviewScope.of(words).choose(last) == frozenset(last)


def test_a_standard_may_ask_for_partials_alone():
    scope = ReviewScope.of("previous partials")
    assert scope.choose({"1": "compliant", "2": "non_compliant", "3": "compliance_plus"}) == {"2"}


@pytest.mark.parametrize(
    ("last", "outcome", "then"),
    [
        (Kind.INITIAL, Outcome.AWARD, Kind.ANNUAL_REVIEW_1),
        (Kind.ANNUAL_REVIEW_1, Outcome.AWARD, Kind.ANNUAL_REVIEW_2),
        (Kind.ANNUAL_REVIEW_2, Outcome.AWARD, Kind.RECERTIFICATION),
        (Kind.RECERTIFICATION, Outcome.AWARD, Kind.ANNUAL_REVIEW_1),
        (Kind.INITIAL, Outcome.NO_AWARD, Kind.INITIAL),
        (Kind.ANNUAL_REVIEW_2, Outcome.NO_AWARD, Kind.INITIAL),
    ],
)
def test_the_cycle_goes_round_and_begins_again_without_an_award(last, outcome, then):
    assert next_kind(CYCLE, last, outcome) == then


def test_a_cycle_of_one_review_repeats_it():
    cycle = {"reviews": [{"kind": "initial", "scope": "all"}]}
    assert next_kind(cycle, Kind.INITIAL, Outcome.AWARD) == Kind.INITIAL
    assert scope_of(cycle, Kind.ANNUAL_REVIEW_1).everything


def test_a_review_is_due_after_a_year_and_a_renewal_before_the_certificate_ends():
    until = date(2026, 2, 28)
    part, whole = ReviewScope(third=True), ReviewScope(everything=True)
    assert next_due(decided=date(2024, 2, 29), certified_until=until, scope=part) == date(2025, 2, 28)
    assert next_due(decided=date(2025, 6, 1), certified_until=until, scope=part) == until
    assert next_due(decided=date(2025, 6, 1), certified_until=until, scope=whole) == until
    assert next_due(decided=date(2025, 6, 1), certified_until=None, scope=whole) == date(2026, 6, 1)
