"""An element through the years, as a rule: what it was, and whether its band went up or down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.lineage import ancestry, origin_in, went
from assessments.rules import Band


def test_an_element_is_followed_through_any_number_of_versions():
    assert list(ancestry(9, {9: 5, 5: 1, 1: None})) == [9, 5, 1]
    assert origin_in(9, {9: 5, 5: 1, 1: None}, {1, 2}) == 1
    assert origin_in(9, {9: None}, {1, 2}) is None


@pytest.mark.parametrize(
    ("before", "now", "way"),
    [("compliant", "compliance_plus", "up"), ("compliant", "non_compliant", "down"), ("compliant", "compliant", ""),
     ("not_applicable", "compliant", ""), ("", "compliant", "")],
)  # fmt: skip
def test_a_band_went_up_or_down(before, now, way):
    assert went(before, now) == way


@given(st.sampled_from(["", *Band]), st.sampled_from(["", *Band]))
def test_what_went_up_goes_down_the_other_way(one, other):
    assert {went(one, other), went(other, one)} in ({""}, {"up", "down"})
