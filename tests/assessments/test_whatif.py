"""What if: every change that is said to turn the outcome around does, and no other one."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.rules import AwardRule, Band, Outcome, RuleElement, decide_award
from assessments.whatif import TRIED, Change, what_if

CRITERIA = {"1": "Insight", "2": "Culture"}


def a_rule(*, sizes: tuple[int, int], limits: tuple[int, int], non_compliant: int, na: frozenset[str]) -> AwardRule:
    elements = [
        RuleElement(f"{number}.{at}", number, title, f"{number}.{at}" in na)
        for (number, title), size in zip(CRITERIA.items(), sizes, strict=True)
        for at in range(1, size + 1)
    ]
    limit = {"max_non_compliant": non_compliant, "max_partial_per_criterion": dict(zip("12", limits, strict=True))}
    return AwardRule.of(limit, elements)


@st.composite
def rated(draw):
    """A small rule and a band for each of its elements."""
    sizes = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    numbers = [f"{number}.{at}" for number, size in zip("12", sizes, strict=True) for at in range(1, size + 1)]
    na = draw(st.frozensets(st.sampled_from(numbers)))
    rule = a_rule(
        sizes=sizes,
        limits=draw(st.tuples(st.integers(0, 2), st.integers(0, 2))),
        non_compliant=draw(st.integers(0, 2)),
        na=na,
    )
    bands = {
        number: draw(st.sampled_from([band for band in Band if band != Band.NOT_APPLICABLE or number in na]))
        for number in numbers
    }
    return rule, bands


@settings(max_examples=150, deadline=None)
@given(rated())
def test_single_changes_are_those_that_turn_the_outcome_around(case):
    rule, bands = case
    outcome = decide_award(rule, bands).outcome
    turning = {
        Change(element, band)
        for element in rule.elements
        for band in TRIED
        if (band != Band.NOT_APPLICABLE or element in rule.not_applicable_allowed)
        and decide_award(rule, {**bands, element: band}).outcome != outcome
    }
    assert set(what_if(rule, bands).single) == turning


@settings(max_examples=150, deadline=None)
@given(rated())
def test_the_least_changes_win_the_award_and_no_fewer_would(case):
    rule, bands = case
    found = what_if(rule, bands)
    assert found.sentences
    changed = {**bands, **{change.element: change.band for change in found.least}}
    assert decide_award(rule, changed).outcome == Outcome.AWARD
    if found.outcome == Outcome.NO_AWARD:
        for fewer in combinations(rule.elements, len(found.least) - 1):
            raised = {**bands, **dict.fromkeys(fewer, Band.COMPLIANT)}
            assert decide_award(rule, raised).outcome == Outcome.NO_AWARD


def test_what_would_lose_an_award_is_said_by_criterion():
    rule = a_rule(sizes=(3, 3), limits=(1, 1), non_compliant=0, na=frozenset())
    bands = {**dict.fromkeys(rule.elements, Band.COMPLIANT), "2.1": Band.PARTIALLY_COMPLIANT}
    assert what_if(rule, bands).sentences == (
        "Any one more partial in Culture (2 elements) would lose it.",
        "Any one element found Non-Compliant would lose it.",
    )


def test_what_would_win_one_is_said_with_the_band_that_it_takes():
    rule = a_rule(sizes=(3, 3), limits=(1, 1), non_compliant=0, na=frozenset())
    compliant = dict.fromkeys(rule.elements, Band.COMPLIANT)
    assert what_if(rule, {**compliant, "1.1": Band.NON_COMPLIANT}).sentences == (
        "1.1 found Partially Compliant would win it.",
    )
    two = {**compliant, "1.1": Band.PARTIALLY_COMPLIANT, "1.2": Band.PARTIALLY_COMPLIANT}
    assert what_if(rule, two).sentences == ("Any one of these found Compliant would win it: 1.1, 1.2.",)
    many = {**compliant, "1.1": Band.NON_COMPLIANT, "2.1": Band.NON_COMPLIANT}
    assert what_if(rule, many).sentences == (
        "No single change would win it. The fewest are 2 elements, found Compliant:",
        "Insight: 1 of the 1 below Compliant, such as 1.1.",
        "Culture: 1 of the 1 below Compliant, such as 2.1.",
    )


def test_nothing_is_said_while_an_element_is_not_rated():
    rule = a_rule(sizes=(1, 1), limits=(0, 0), non_compliant=0, na=frozenset())
    assert what_if(rule, {"1.1": Band.COMPLIANT, "2.1": None}).sentences == ()
