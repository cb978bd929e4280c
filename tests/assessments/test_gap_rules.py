"""The gap between a band and what patients say: scale, uncertainty, unknown figures, and the words."""

from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.gap import (
    FEW,
    MOST_WITHHELD,
    WORST_FIRST,
    Difference,
    Figure,
    Levels,
    Part,
    Scale,
    against_assessor,
    against_benchmark,
    compare,
    counted,
    pool,
    sentence,
    speaks_most,
    together,
    typical,
    wilson,
)
from assessments.rules import Band

SHARE = Scale()
LEVELS = Levels(97, 90, 80)
CLOSE = 1e-6

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
parts = st.builds(lambda pair: Part(pair[0] / pair[1], pair[1]), counts)
withheld = st.builds(Part, st.none(), st.one_of(st.none(), st.integers(1, 40)))
scales = st.sampled_from([Scale(), Scale(1, higher_is_better=False), Scale(10), Scale(5, higher_is_better=False)])
bands = st.sampled_from(WORST_FIRST)
levels = st.lists(st.floats(1, 99), min_size=3, max_size=3, unique=True).map(lambda row: Levels(*sorted(row)[::-1]))


def ends(figure: Figure) -> tuple[float, float]:
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.high


# --- Wilson's interval
@pytest.mark.parametrize(
    ("positive", "responses", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), page 861: the score method without continuity correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(positive, responses, low, high):
    assert wilson(positive, responses) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_the_interval_holds_the_share_and_stays_within_0_and_1(pair):
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1
    assert low < high


@given(counts)
def test_the_ends_solve_wilsons_equation(pair):
    """At either end the share lies 1.96 standard deviations from it, as the paper defines the interval."""
    positive, n = pair
    for end in wilson(positive, n):
        distance = (positive / n - end) ** 2
        assert isclose(distance, 1.959963984540054**2 * end * (1 - end) / n, rel_tol=1e-4, abs_tol=1e-9)


@given(counts)
def test_those_who_say_no_mirror_those_who_say_yes(pair):
    positive, n = pair
    low, high = wilson(positive, n)
    assert wilson(n - positive, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(counts, st.integers(2, 20))
def test_more_answers_of_the_same_share_say_it_more_surely(pair, times):
    narrow, wide = wilson(pair[0] * times, pair[1] * times), wilson(*pair)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_no_answers_say_nothing():
    assert wilson(0, 0) == (0, 1)


# --- The common scale
@given(st.floats(0, 10))
def test_a_score_reads_from_0_to_100(score):
    assert Scale(10).read(score) == pytest.approx(10 * score)
    assert Scale(10, higher_is_better=False).read(score) == pytest.approx(100 - 10 * score)


def test_fewer_complaints_upheld_read_better():
    assert Scale(1, higher_is_better=False).read(61 / 354) == pytest.approx(82.768, abs=0.001)


# --- Several readings as one figure
@given(st.lists(parts, min_size=1, max_size=12))
def test_readings_of_one_question_are_weighted_by_their_answers(rows):
    figure = pool(rows, SHARE)
    answers = sum(row.responses for row in rows)
    positive = sum(row.score * row.responses for row in rows)
    assert figure.responses == answers
    assert figure.score == pytest.approx(100 * positive / answers)
    assert (figure.low, figure.high) == pytest.approx([100 * end for end in wilson(positive, answers)], abs=CLOSE)


@given(st.lists(st.one_of(parts, withheld), min_size=1, max_size=8), st.randoms())
def test_the_order_of_readings_means_nothing(rows, random):
    mixed = random.sample(rows, len(rows))
    one, other = pool(rows, SHARE), pool(mixed, SHARE)
    assert (one.responses, one.withheld) == (other.responses, other.withheld)
    assert one.score == pytest.approx(other.score)


@given(st.lists(st.one_of(parts, withheld), max_size=8), scales)
def test_a_figure_stays_on_the_scale_and_within_its_interval(rows, scale):
    figure = pool([Part(row.score and row.score * scale.out_of, row.responses) for row in rows], scale)
    if figure.score is not None:
        low, high = ends(figure)
        assert 0 <= low <= figure.score + CLOSE
        assert figure.score - CLOSE <= high <= 100


@given(st.lists(parts, min_size=1, max_size=6), st.lists(withheld, min_size=1, max_size=6), st.data())
def test_what_is_withheld_is_never_zero_the_interval_holds_whatever_it_may_be(rows, hidden, data):
    """Put any possible answers in the place of each withheld reading: the interval already allowed for them."""
    figure = pool([*rows, *hidden], SHARE)
    assert figure.withheld == len(hidden)
    assert figure.score == pytest.approx(pool(rows, SHARE).score)
    revealed = []
    for part in hidden:
        answers = part.responses or data.draw(st.integers(1, MOST_WITHHELD))
        revealed.append(Part(data.draw(st.integers(0, answers)) / answers, answers))
    known, truth = ends(figure), ends(pool([*rows, *revealed], SHARE))
    assert known[0] <= truth[0] + CLOSE
    assert truth[1] <= known[1] + CLOSE


@given(st.lists(withheld, min_size=1, max_size=6))
def test_nothing_but_withheld_readings_say_nothing(rows):
    assert pool(rows, SHARE) == Figure(withheld=len(rows))


def test_no_readings_say_nothing_and_nobody_who_answered_is_a_known_nothing():
    assert pool([], SHARE) == Figure()
    assert pool([Part(0, 0)], SHARE) == Figure(responses=0)
    assert pool([Part(None, 0)], SHARE) == Figure(responses=0)


@given(st.lists(st.one_of(parts, withheld), min_size=1, max_size=8))
def test_a_month_in_which_nobody_answered_changes_nothing_and_is_not_held_back(rows):
    assert pool([*rows, Part(None, 0)], SHARE) == pool(rows, SHARE)


def test_a_score_without_a_number_of_answers_stands_by_itself_and_is_never_averaged():
    alone = pool([Part(6.9, None)], Scale(10))
    assert alone.score == pytest.approx(69)
    assert (alone.low, alone.high, alone.responses) == (None, None, None)
    assert pool([Part(6.9, None), Part(7.1, None)], Scale(10)).score is None
    assert pool([Part(6.9, None), Part(7.1, 200)], Scale(10)).score is None


# --- A band beside a figure
@given(bands, parts, levels)
def test_a_gap_only_where_the_whole_interval_lies_beyond_the_band(band, part, ladder):
    figure = pool([part], SHARE)
    low, high = ladder.reach(band)
    said = compare(band, figure, ladder)
    assert (said == Difference.OWN_HIGHER) == (part.responses >= FEW and figure.high < low)
    if said == Difference.PATIENTS_HIGHER:
        assert figure.low >= high
    if said == Difference.AGREE:
        assert figure.high >= low
        assert figure.low <= high


@given(bands, parts, levels)
def test_few_answers_never_make_a_gap(band, part, ladder):
    said = compare(band, pool([part], SHARE), ladder)
    assert (said == Difference.TOO_FEW) == (part.responses < FEW)


@given(parts, levels)
def test_a_higher_band_never_stands_lower_to_the_same_figure(part, ladder):
    order = [Difference.PATIENTS_HIGHER, Difference.AGREE, Difference.OWN_HIGHER]
    said = [compare(band, pool([part], SHARE), ladder) for band in WORST_FIRST]
    if Difference.TOO_FEW not in said:
        assert all(order.index(before) <= order.index(after) for before, after in pairwise(said))


@given(levels)
def test_the_bands_share_the_whole_scale_out_between_them(ladder):
    reaches = [ladder.reach(band) for band in WORST_FIRST]
    assert reaches[0][0] == 0
    assert reaches[-1][1] == 100
    assert all(before[1] == after[0] for before, after in pairwise(reaches))


@pytest.mark.parametrize(
    ("band", "positive", "responses", "said"),
    [
        (Band.COMPLIANT, 320, 400, Difference.OWN_HIGHER),
        (Band.COMPLIANT, 372, 400, Difference.AGREE),
        (Band.PARTIALLY_COMPLIANT, 396, 400, Difference.PATIENTS_HIGHER),
        (Band.COMPLIANCE_PLUS, 400, 400, Difference.AGREE),
        (Band.NON_COMPLIANT, 0, 400, Difference.AGREE),
        (Band.COMPLIANT, 5, 20, Difference.TOO_FEW),
        (Band.NOT_APPLICABLE, 320, 400, Difference.UNKNOWN),
        ("", 320, 400, Difference.UNKNOWN),
    ],
)
def test_bands_beside_shares(band, positive, responses, said):
    assert compare(band, pool([Part(positive / responses, responses)], SHARE), LEVELS) == said


def test_a_measure_speaks_for_bands_by_levels_of_its_own():
    """61 of 100 complaints upheld is usual; 61 of 100 who would recommend is not."""
    upheld = pool([Part(0.61, 354)], Scale(1, higher_is_better=False))
    assert compare(Band.COMPLIANT, upheld, Levels(60, 30, 15)) == Difference.AGREE
    assert compare(Band.COMPLIANT, pool([Part(0.61, 354)], SHARE), LEVELS) == Difference.OWN_HIGHER
    assert compare(Band.COMPLIANT, upheld, None) == Difference.UNKNOWN


# --- Several figures of one sub-criterion
@given(st.lists(st.sampled_from(list(Difference)), max_size=6))
def test_figures_that_contradict_each_other_are_mixed_and_never_averaged(found):
    said = together(found)
    if {Difference.OWN_HIGHER, Difference.PATIENTS_HIGHER} <= set(found):
        assert said == Difference.MIXED
    elif Difference.OWN_HIGHER in found:
        assert said == Difference.OWN_HIGHER
    assert said in {*found, Difference.UNKNOWN, Difference.MIXED}


def test_the_figure_of_most_answers_stands_for_those_that_show_the_difference():
    rows = [
        (Figure(score=95, low=94, high=96, responses=9000), Difference.AGREE),
        (Figure(score=70, low=65, high=75, responses=300), Difference.OWN_HIGHER),
        (Figure(score=72, low=60, high=82, responses=80), Difference.OWN_HIGHER),
        (Figure(withheld=2), Difference.UNKNOWN),
    ]
    assert speaks_most(rows) == 1
    assert speaks_most(rows[:1]) == 0
    assert speaks_most(rows[3:]) is None
    assert speaks_most([]) is None


# --- Several bands
@given(st.lists(st.sampled_from([*Band.values, ""]), max_size=15))
def test_the_band_in_the_middle_is_one_that_is_there(found):
    middle = typical(found)
    rated = [band for band in found if band in WORST_FIRST]
    if not rated:
        assert middle == ""
        return
    at = WORST_FIRST.index(Band(middle))
    assert middle in rated
    assert sum(WORST_FIRST.index(Band(band)) <= at for band in rated) * 2 >= len(rated)
    assert sum(WORST_FIRST.index(Band(band)) >= at for band in rated) * 2 >= len(rated)


def test_of_two_bands_the_lower_stands():
    assert typical(["compliance_plus", "partially_compliant"]) == "partially_compliant"


def test_bands_are_counted_best_first():
    found = ["compliant", "", "compliance_plus", "compliant", "not_applicable"]
    assert counted(found) == "1 Compliance Plus, 2 Compliant"


# --- Words
def test_the_difference_is_said_in_plain_words():
    assert [sentence(one, ours=True) for one in Difference] == [
        "You rate this higher than your patients do",
        "Your patients rate this higher than you do",
        "You and your patients agree",
        "What your patients say is mixed: the figures differ from one another",
        "Too few answers to say",
        "Nothing to compare yet",
    ]
    assert sentence("own_higher", ours=False) == "The department rates this higher than its patients do"
    assert sentence("patients_higher", ours=False) == "Its patients rate this higher than the department does"
    whole = "You rate this higher than your whole trust’s patients do"
    assert sentence("own_higher", ours=True, whole_trust=True) == whole


def test_own_and_found_are_said_the_same_way():
    assert against_assessor("compliance_plus", "compliant", ours=True) == "You rate this higher than the assessor does"
    assert against_assessor("compliant", "compliance_plus", ours=True) == "The assessor rates this higher than you do"
    assert against_assessor("compliant", "compliant", ours=True) == "You and the assessor agree"
    assert against_assessor("non_compliant", "compliant", ours=False) == (
        "The assessor rates this higher than the department does"
    )
    assert against_assessor("", "compliant", ours=True) == ""
    assert against_assessor("not_applicable", "compliant", ours=True) == ""


def test_staff_are_read_beside_their_benchmark():
    assert against_benchmark(6.9, 6.7) == "0.2 above trusts like this one (6.7)"
    assert against_benchmark(6.41, 6.9) == "0.5 below trusts like this one (6.9)"
    assert against_benchmark(6.92, 6.9) == "the same as trusts like this one (6.9)"
    assert against_benchmark(6.9, None) == ""
