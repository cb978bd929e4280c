"""The award rule: what a set of bands comes to, and why."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.rules import AwardRule, Band, Outcome, RuleElement, Verdict, WrongRating, decide_award
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard

CSE = read_standard(BUNDLED_STANDARD).rule()
WORST_FIRST = [Band.NON_COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.COMPLIANT, Band.COMPLIANCE_PLUS]
Ratings = dict[str, str | None]


def all_compliant(rule: AwardRule = CSE, **changes: Band | None) -> Ratings:
    """Every element Compliant but for the changes, written e4_1_1=Band.…"""
    changed = {name.removeprefix("e").replace("_", "."): band for name, band in changes.items()}
    return {**dict.fromkeys(rule.elements, Band.COMPLIANT), **changed}


def names_its_criterion(reason: str, rule: AwardRule) -> bool:
    return any(f"Criterion {number} {title}:" in reason for number, title in rule.criteria.items())


def partials(ratings: Mapping[str, str | None], rule: AwardRule, criterion: str) -> int:
    return sum(
        1
        for element, band in ratings.items()
        if rule.elements[element] == criterion and band == Band.PARTIALLY_COMPLIANT
    )


@st.composite
def rules(draw: st.DrawFn) -> AwardRule:
    """Any rule that a certification body could write, on a small standard."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    elements = [
        RuleElement(f"{criterion}.1.{number}", str(criterion), f"Heading {criterion}", draw(st.booleans()))
        for criterion, size in enumerate(sizes, start=1)
        for number in range(1, size + 1)
    ]
    limits = {str(criterion): draw(st.integers(0, 3)) for criterion in range(1, len(sizes) + 1)}
    return AwardRule.of(
        {"max_non_compliant": draw(st.integers(0, 3)), "max_partial_per_criterion": limits},
        elements,
    )


@st.composite
def rated(draw: st.DrawFn, *, fully: bool = False, mostly_good: bool = False) -> tuple[AwardRule, Ratings]:
    """A rule and ratings it accepts; `fully` leaves none unrated; `mostly_good` makes awards common."""
    rule = draw(rules())
    ratings: Ratings = {}
    for element in rule.elements:
        bands: list[Band | None] = [*WORST_FIRST]
        if mostly_good:
            bands += [Band.COMPLIANT] * 6
        if element in rule.not_applicable_allowed:
            bands.append(Band.NOT_APPLICABLE)
        if not fully:
            bands.append(None)
        ratings[element] = draw(st.sampled_from(bands))
    return rule, ratings


@given(rated(fully=True, mostly_good=True), st.data())
def test_raising_any_single_band_never_turns_an_award_into_none(case, data):
    rule, ratings = case
    before = decide_award(rule, ratings)
    in_order = [element for element, band in ratings.items() if band in WORST_FIRST[:-1]]
    assume(before.outcome == Outcome.AWARD and in_order)
    element = data.draw(st.sampled_from(in_order))
    better = data.draw(st.sampled_from(WORST_FIRST[WORST_FIRST.index(Band(ratings[element])) + 1 :]))

    assert decide_award(rule, ratings | {element: better}).outcome == Outcome.AWARD


@given(rated(), st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter(case, random):
    rule, ratings = case
    shuffled = list(ratings.items())
    random.shuffle(shuffled)

    assert decide_award(rule, dict(shuffled)) == decide_award(rule, ratings)


@given(rated())
def test_every_refusal_names_its_criterion(case):
    rule, ratings = case
    verdict = decide_award(rule, ratings)

    assert all(names_its_criterion(reason, rule) for reason in verdict.refusals)
    if verdict.outcome != Outcome.AWARD:
        assert verdict.reasons
        assert all(names_its_criterion(reason, rule) for reason in verdict.reasons)


@given(rated())
def test_an_outcome_is_incomplete_exactly_while_an_element_is_unrated(case):
    rule, ratings = case
    verdict = decide_award(rule, ratings)

    assert (verdict.outcome == Outcome.INCOMPLETE) == (None in ratings.values())
    assert list(verdict.unrated) == [element for element, band in ratings.items() if band is None]
    if verdict.outcome != Outcome.INCOMPLETE:
        assert (verdict.outcome == Outcome.NO_AWARD) == bool(verdict.refusals)


@given(rated(fully=True, mostly_good=True), st.data())
def test_headroom_is_how_many_more_partials_a_criterion_bears_and_one_more_loses_the_award(case, data):
    rule, ratings = case
    verdict = decide_award(rule, ratings)
    criterion = data.draw(st.sampled_from(list(rule.criteria)))
    left = verdict.headroom[criterion]
    good = [
        element
        for element, band in ratings.items()
        if rule.elements[element] == criterion and band in (Band.COMPLIANT, Band.COMPLIANCE_PLUS)
    ]
    assume(verdict.outcome == Outcome.AWARD)

    within = ratings | dict.fromkeys(good[:left], Band.PARTIALLY_COMPLIANT)
    assert decide_award(rule, within).outcome == Outcome.AWARD
    if len(good) > left:
        beyond = ratings | dict.fromkeys(good[: left + 1], Band.PARTIALLY_COMPLIANT)
        assert decide_award(rule, beyond).outcome == Outcome.NO_AWARD


@given(rated(fully=True))
def test_headroom_is_the_limit_less_the_partials_where_no_non_compliance_is_tolerated(case):
    rule, ratings = case
    assume(rule.max_non_compliant == 0)
    for criterion, left in decide_award(rule, ratings).headroom.items():
        assert left == max(0, rule.max_partial_per_criterion[criterion] - partials(ratings, rule, criterion))


@given(rated())
def test_every_element_is_counted_once(case):
    rule, ratings = case
    verdict = decide_award(rule, ratings)

    assert sum(verdict.counts.values()) + len(verdict.unrated) == len(rule.elements)


def test_57_compliant_elements_are_an_award():
    verdict = decide_award(CSE, all_compliant())

    assert verdict.outcome == "award"
    assert verdict.reasons == (
        "All 57 elements are rated, none is Non-Compliant, and no criterion has more partials than it allows.",
    )
    assert verdict.headroom == {"1": 2, "2": 2, "3": 2, "4": 2, "5": 2}
    assert verdict.sentence == "On these bands: award. 0 partials of 10 allowed."


def test_one_non_compliance_is_no_award():
    verdict = decide_award(CSE, all_compliant(e4_1_1=Band.NON_COMPLIANT))

    assert verdict.outcome == "no_award"
    assert verdict.reasons == ("Criterion 4 Delivery: element 4.1.1 is Non-Compliant; no element may be.",)
    assert verdict.headroom["4"] == 2
    assert verdict.sentence == "On these bands: no award. 1 Non-Compliant; 0 partials of 10 allowed."


def test_a_third_partial_in_one_criterion_is_no_award():
    partial = Band.PARTIALLY_COMPLIANT
    verdict = decide_award(CSE, all_compliant(e4_1_1=partial, e4_2_1=partial, e4_3_6=partial))

    assert verdict.outcome == "no_award"
    assert verdict.reasons == (
        "Criterion 4 Delivery: 3 elements (4.1.1, 4.2.1, 4.3.6) are Partially Compliant; at most 2 may be.",
    )
    assert verdict.headroom["4"] == 0
    assert verdict.sentence == "On these bands: no award. 3 partials of 10 allowed; too many in Delivery."


def test_the_sentence_says_where_one_more_partial_would_lose_the_award():
    partial = Band.PARTIALLY_COMPLIANT
    bands = all_compliant(e4_1_1=partial, e4_2_1=partial, e1_1_1=partial)

    assert decide_award(CSE, bands).sentence == (
        "On these bands: award. 3 partials of 10 allowed; one more in Delivery would lose it."
    )


def test_two_partials_in_every_criterion_are_still_an_award():
    partial = Band.PARTIALLY_COMPLIANT
    bands = all_compliant() | {f"{criterion}.1.{n}": partial for criterion in range(1, 6) for n in (1, 2)}
    verdict = decide_award(CSE, bands)

    assert verdict.outcome == "award"
    assert set(verdict.headroom.values()) == {0}


def test_an_element_that_is_missing_none_or_empty_is_not_yet_rated():
    for unrated in (all_compliant() | {"5.3.3": None}, all_compliant() | {"5.3.3": ""}):
        verdict = decide_award(CSE, unrated)
        assert verdict.outcome == "incomplete"
        assert verdict.reasons == ("Criterion 5 Timeliness and Quality of Service: element 5.3.3 is not yet rated.",)
    ratings = all_compliant()
    del ratings["5.3.3"]
    assert decide_award(CSE, ratings) == verdict


def test_with_nothing_rated_each_criterion_is_named_once():
    verdict = decide_award(CSE, {})

    assert verdict.outcome == "incomplete"
    assert len(verdict.reasons) == 5
    assert verdict.reasons[3] == "Criterion 4 Delivery: none of its 13 elements is rated yet."
    assert verdict.sentence == (
        "57 of 57 elements not yet rated; on the bands so far, nothing stands against an award."
        " 0 partials of 10 allowed."
    )


def test_what_stands_against_an_award_is_told_before_all_is_rated():
    verdict = decide_award(CSE, all_compliant(e4_1_1=Band.NON_COMPLIANT, e1_1_1=None))

    assert verdict.outcome == "incomplete"
    assert verdict.reasons == (
        "Criterion 4 Delivery: element 4.1.1 is Non-Compliant; no element may be.",
        "Criterion 1 Customer Insight: element 1.1.1 is not yet rated.",
    )
    assert "an award is out of reach" in verdict.sentence


def test_not_applicable_leaves_the_element_out_of_the_count():
    verdict = decide_award(CSE, all_compliant(e3_1_2=Band.NOT_APPLICABLE, e3_3_3=Band.NOT_APPLICABLE))

    assert verdict.outcome == "award"
    assert verdict.counts[Band.COMPLIANT] == 55
    assert verdict.headroom["3"] == 2


def test_a_tolerated_non_compliance_takes_the_place_of_a_partial():
    rule = AwardRule.of(
        {"max_non_compliant": 1, "max_partial_per_criterion": {"1": 1}},
        [RuleElement(f"1.1.{n}", "1", "Insight", False) for n in (1, 2, 3)],
    )
    one = all_compliant(rule, e1_1_1=Band.NON_COMPLIANT)
    assert decide_award(rule, one).outcome == "award"
    assert decide_award(rule, one).headroom == {"1": 0}
    both = one | {"1.1.2": Band.PARTIALLY_COMPLIANT}
    assert decide_award(rule, both).reasons == (
        "Criterion 1 Insight: 2 elements (1.1.1, 1.1.2) are below Compliant; at most 1 may be.",
    )


@pytest.mark.parametrize(
    ("element", "band", "message"),
    [
        ("9.9.9", "compliant", "There is no element 9.9.9 in this standard."),
        ("1.1.1", "excellent", "Element 1.1.1: “excellent” is not a band."),
        ("1.1.1", "not_applicable", "Element 1.1.1 arises for every service, so it cannot be Not Applicable."),
    ],
)
def test_a_rating_that_the_standard_does_not_know_is_refused(element: str, band: str, message: str):
    with pytest.raises(WrongRating) as refused:
        decide_award(CSE, {element: band})

    assert refused.value.element == element
    assert message in refused.value.message


def test_a_verdict_does_not_change_the_ratings_it_is_given():
    ratings = all_compliant()
    verdict = decide_award(CSE, ratings)

    assert isinstance(verdict, Verdict)
    assert ratings == all_compliant()
