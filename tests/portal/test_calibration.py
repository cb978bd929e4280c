"""Calibration in plain values: an assessor beside everybody on the same mix of departments."""

from hypothesis import given
from hypothesis import strategies as st

from portal.dashboards.calibration import Spread, compare

EASY, HARD = Spread(40, 400, 1800, 80, 0), Spread(40, 100, 1900, 250, 30)
EVERYBODY = {"320": EASY, "180": HARD}

spreads = st.builds(
    Spread, st.integers(1, 50), st.integers(0, 300), st.integers(1, 2000), st.integers(0, 300), st.integers(0, 50)
)


def test_who_assesses_the_harder_departments_is_not_called_stricter_for_that():
    compared = compare({"180": Spread(10, 25, 475, 62, 8)}, EVERYBODY)
    assert compared is not None
    assert round(compared.below, 3) == round(compared.like_below, 3) == 0.123
    assert compared.words == "Much as everybody"


def test_differences_are_said_in_words():
    stricter = compare({"320": Spread(10, 30, 440, 90, 10)}, EVERYBODY)
    assert stricter is not None
    assert stricter.words == "Gives more below Compliant and fewer Compliance Plus"
    milder = compare({"180": Spread(10, 150, 410, 10, 0)}, EVERYBODY)
    assert milder is not None
    assert milder.words == "Gives fewer below Compliant and more Compliance Plus"


def test_of_few_assessments_nothing_is_said():
    compared = compare({"320": Spread(4, 0, 0, 228, 0)}, EVERYBODY)
    assert compared is not None
    assert compared.words == "Fewer than 5 assessments: too few to say"


def test_without_a_rated_element_there_is_nothing_to_compare():
    assert compare({}, EVERYBODY) is None
    assert compare({"320": Spread(1, 0, 0, 0, 0)}, EVERYBODY) is None


@given(st.dictionaries(st.sampled_from(["100", "320", "180"]), spreads, min_size=1))
def test_everybody_together_differs_from_nobody(own):
    compared = compare(own, own)
    assert compared is not None
    assert abs(compared.plus - compared.like_plus) < 1e-9
    assert abs(compared.below - compared.like_below) < 1e-9
    assert 0 <= compared.below + compared.plus <= 1
