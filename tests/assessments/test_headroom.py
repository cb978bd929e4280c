"""Verdict and headroom from counts alone: the same as the award rule says of the ratings that were counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.headroom import headroom, reaching, share
from assessments.rules import AwardRule, Band, Outcome, RuleElement, decide_award

SIZES = {"1": 4, "2": 3, "3": 5}
ELEMENTS = [f"{criterion}.{place}" for criterion, size in SIZES.items() for place in range(size)]


def limits_of(most: int, *, per_criterion: dict[str, int]) -> dict[str, object]:
    return {"max_non_compliant": most, "max_partial_per_criterion": per_criterion}


def counted(ratings: dict[str, str]) -> dict[str, dict[str, int]]:
    return {
        criterion: dict(Counter(band for element, band in ratings.items() if element.startswith(f"{criterion}.")))
        for criterion in SIZES
    }


ratings_of_all = st.fixed_dictionaries({element: st.sampled_from([*Band.values, ""]) for element in ELEMENTS})


@given(ratings_of_all, st.integers(0, 2), st.fixed_dictionaries({number: st.integers(0, 3) for number in SIZES}))
def test_it_agrees_with_the_award_rule(ratings, most, per_criterion):
    limits = limits_of(most, per_criterion=per_criterion)
    rule = AwardRule.of(limits, [RuleElement(one, one[0], f"Criterion {one[0]}", True) for one in ELEMENTS])
    verdict, found = decide_award(rule, ratings), headroom(limits, counted(ratings))
    assert found.outcome == verdict.outcome
    assert found.refused == bool(verdict.refusals)
    assert {number: max(0, left) for number, left in found.room.items()} == verdict.headroom
    assert found.unrated == len(verdict.unrated)
    assert found.partials == verdict.counts[Band.PARTIALLY_COMPLIANT]


def test_nothing_counted_is_no_share():
    assert share({}) is None
    assert share({"1": {"": 11}, "2": {"not_applicable": 3}}) is None


def test_not_applicable_and_not_yet_rated_count_nowhere():
    counts = {"1": {"compliance_plus": 1, "compliant": 2, "partially_compliant": 1, "not_applicable": 5, "": 7}}
    assert reaching(counts) == (3, 4)
    assert share(counts) == 75


@pytest.mark.parametrize(
    ("counts", "full", "over"),
    [
        ({"1": {"partially_compliant": 1}}, [], []),
        ({"1": {"partially_compliant": 2}}, ["1"], []),
        ({"1": {"partially_compliant": 3}}, [], ["1"]),
    ],
)
def test_it_tells_where_no_partial_is_left(counts, full, over):
    found = headroom(limits_of(0, per_criterion={"1": 2}), counts)
    assert (found.full(), found.over()) == (full, over)
    assert found.outcome == (Outcome.NO_AWARD if over else Outcome.AWARD)
