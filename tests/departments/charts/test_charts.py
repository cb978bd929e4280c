"""Charts: well-formed whatever the words, every value in the table, and what is unknown never drawn as zero."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from departments.charts.distribution import Bin, Quarters, distribution, quarters
from departments.charts.heat_map import Cell, Row, heat_map
from departments.charts.paint import PAINTS, Part
from departments.charts.parts import Chart, said, wrapped
from departments.charts.slope import Sided, slope
from departments.charts.slope import spread as spread_apart
from departments.charts.sparkline import sparkline
from departments.charts.stacked import Bar, stacked
from departments.charts.trend import Point, trend

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(max_size=40)
SHARES = st.none() | st.floats(0, 100)
COUNTS = st.none() | st.integers(0, 10_000)
PARTS = {
    "plus": Part("Compliance Plus", "C+", "plus"),
    "good": Part("Compliant", "C", "good"),
    "weak": Part("Non-Compliant", "N", "weak"),
    "": Part("Not yet rated", "?", "unknown"),
}


def picture(chart: Chart) -> ElementTree.Element:
    """The drawing, read as XML; it speaks for itself and has no style of its own."""
    root = ElementTree.fromstring(chart.svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    assert [root[0].get("id"), root[1].get("id")] == ids
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    assert all("style" not in each.attrib for each in root.iter())
    return root


def cells(chart: Chart) -> list[str]:
    return [cell for row in chart.table.rows for cell in row]


def drawn(chart: Chart, tag: str, kind: str) -> list[ElementTree.Element]:
    return [one for one in picture(chart).iter(f"{SVG}{tag}") if kind in (one.get("class") or "").split()]


def every_table_is_whole(chart: Chart) -> None:
    assert all(len(row) == len(chart.table.heads) for row in chart.table.rows)


points_in_time = st.lists(
    st.builds(Point, at=WORDS, value=SHARES, low=SHARES, high=SHARES, count=COUNTS, change=WORDS), max_size=14
)


@given(points_in_time, WORDS)
def test_a_trend_is_well_formed_and_tells_every_value(every, words):
    chart = trend(every, name="t", title=words, what=words, unit="%", counted="Responses")
    every_table_is_whole(chart)
    for one, row in zip(every, chart.table.rows, strict=True):
        assert row[1] == said(one.value, "%")
        assert said(one.count) in row
    assert len(drawn(chart, "circle", "app-chart__dot")) == sum(one.value is not None for one in every)


def test_an_unknown_month_breaks_the_line_and_is_no_zero():
    months = [Point("Jan", 90), Point("Feb", 91), Point("Mar", None), Point("Apr", 92), Point("May", 93)]
    chart = trend(months, name="t", title="Positive", what="Positive", unit="%")
    assert len(drawn(chart, "polyline", "app-chart__line")) == 2
    assert chart.table.rows[2] == ("Mar", "unknown")
    assert "Unknown: Mar." in chart.svg
    assert "0%" not in " ".join(cells(chart)).replace("90%", "")


def test_a_change_of_version_is_marked_in_the_drawing_and_in_the_table():
    years = [Point("2019", 80), Point("2020", 84, change="Version 2 of the standard")]
    chart = trend(years, name="t", title="By year", what="Share", unit="%")
    assert len(drawn(chart, "path", "app-chart__mark")) == 1
    assert chart.table.heads[-1] == "What changed"
    assert chart.table.rows[1][-1] == "Version 2 of the standard"


def test_a_band_is_drawn_where_both_bounds_are_known():
    months = [Point("Jan", 90, 85, 95), Point("Feb", 91), Point("Mar", 92, 90, 94), Point("Apr", 92, 91, 94)]
    chart = trend(months, name="t", title="Positive", what="Positive", unit="%")
    assert len(drawn(chart, "polygon", "app-chart__band")) == 2
    assert chart.table.rows[1] == ("Feb", "91%", "unknown")


@given(points_in_time, WORDS)
def test_a_sparkline_is_well_formed_and_tells_every_value(every, words):
    chart = sparkline(every, name="s", title=words, what=words)
    every_table_is_whole(chart)
    assert [row[1] for row in chart.table.rows] == [said(one.value) for one in every]


def test_a_sparkline_of_nothing_draws_nothing():
    chart = sparkline([Point("Jan", None), Point("Feb", None)], name="s", title="Positive", what="Positive")
    assert len(picture(chart)) == 2
    assert "nothing is known yet" in chart.svg


cell = st.none() | st.builds(Cell, short=WORDS, words=WORDS, paint=st.sampled_from(sorted(PAINTS)))


@given(st.lists(st.builds(Row, title=WORDS, cells=st.lists(cell, min_size=3, max_size=3)), max_size=6), WORDS)
def test_a_heat_map_is_well_formed_and_tells_every_cell(rows, words):
    chart = heat_map(
        rows, columns={"1": words, "2": "Culture", "3": "Access"}, meanings={"good": words}, name="h", title=words
    )
    every_table_is_whole(chart)
    for row, told in zip(rows, chart.table.rows, strict=True):
        assert told == (row.title, *(one.words if one else "Unknown" for one in row.cells))
    root = picture(chart)
    assert float(root.get("height") or 0) >= 26 * len(rows)


@given(
    st.lists(st.builds(Bar, title=WORDS, counts=st.none() | st.dictionaries(st.sampled_from(sorted(PARTS)), COUNTS)))
)
def test_stacked_bands_are_well_formed_and_tell_every_count(bars):
    chart = stacked(bars, parts=PARTS, name="b", title="Bands")
    every_table_is_whole(chart)
    for bar, row in zip(bars, chart.table.rows, strict=True):
        for code, told in zip(PARTS, row[1:], strict=True):
            assert told == ("unknown" if bar.counts is None else said(bar.counts.get(code, 0)))
    unknown = [bar for bar in bars if bar.counts is None or None in bar.counts.values()]
    assert len(drawn(chart, "rect", "app-chart__missing")) == len(unknown)
    right = [float(box.get("x") or 0) + float(box.get("width") or 0) for box in picture(chart).iter(f"{SVG}rect")]
    assert all(edge <= 401 for edge in right if len(bars) and edge > 20)


@given(
    st.lists(
        st.builds(Sided, short=st.text(max_size=5), title=WORDS, values=st.lists(SHARES, min_size=3, max_size=3)),
        max_size=16,
    )
)
def test_a_slope_is_well_formed_and_tells_every_side(every):
    chart = slope(every, sides=("Own view", "Assessor", "Patients"), name="s", title="Three views")
    every_table_is_whole(chart)
    for one, row in zip(every, chart.table.rows, strict=True):
        assert row == (one.title, *(said(value) for value in one.values))
    dots = sum(value is not None for one in every for value in one.values)
    assert len(drawn(chart, "circle", "app-chart__dot")) == dots


def test_a_side_that_is_unknown_has_neither_line_nor_dot():
    chart = slope(
        [Sided("4.3", "Problems", (75, 50, None)), Sided("2.2", "Staff", (75, None, 90))],
        sides=("Own view", "Assessor", "Patients"), name="s", title="Three views",
    )  # fmt: skip
    assert len(drawn(chart, "polyline", "app-chart__line")) == 1
    assert len(drawn(chart, "circle", "app-chart__dot")) == 4
    assert chart.table.rows == (("Problems", "75", "50", "unknown"), ("Staff", "75", "unknown", "90"))


@given(st.lists(st.floats(48, 218), max_size=11))
def test_labels_of_a_slope_never_lie_on_each_other(heights):
    placed = spread_apart(sorted(heights), 218)
    assert all(lower - upper >= 14.99 for upper, lower in pairwise(placed))
    assert all(height <= 218 for height in placed)


@given(st.lists(st.builds(Bin, title=WORDS, count=COUNTS), max_size=12), st.none() | st.integers(0, 11), WORDS)
def test_a_distribution_is_well_formed_and_tells_every_count(bins, marker, marked):
    place = marker if marker is not None and marker < len(bins) else None
    chart = distribution(
        bins, marker=place, marked=marked, name="d", title="Where you stand", head="Share", what="Departments",
        hidden="fewer than 5",
    )  # fmt: skip
    every_table_is_whole(chart)
    for one, row in zip(bins, chart.table.rows, strict=True):
        assert row[1] == ("fewer than 5" if one.count is None else said(one.count))
    assert len(drawn(chart, "rect", "app-chart__missing")) == sum(one.count is None for one in bins)


@given(st.lists(st.floats(0, 100), min_size=3, max_size=3), SHARES, st.integers(5, 1000), WORDS)
def test_quarters_are_well_formed_and_tell_every_value(values, marker, size, words):
    lower, middle, upper = sorted(values)
    chart = quarters(
        Quarters(lower, middle, upper, size), marker=marker, marked=words, name="q", title=words, what="Share",
        whose="like departments", unit="%",
    )  # fmt: skip
    every_table_is_whole(chart)
    for value in (marker, lower, middle, upper):
        assert said(value, "%") in cells(chart)
    assert str(len(drawn(chart, "circle", "app-chart__dot"))) == ("0" if marker is None else "1")


@pytest.mark.parametrize("words", ['<script>alert("x")</script>', "Tom & Ada’s “ward”", "\x00\x0b\ud800", "a" * 300])
def test_words_are_escaped_in_drawing_and_page(words):
    chart = heat_map([Row(words, [None])], columns={"1": words}, meanings={}, name="h", title=words)
    picture(chart)
    page = render_to_string("_components/chart.html", {"chart": chart}) if "\ud800" not in words else ""
    assert "<script" not in page


def test_the_figure_shows_drawing_and_table():
    chart = trend([Point("2019", 80.25)], name="t", title="By year", what="Share", unit="%")
    page = render_to_string("_components/chart.html", {"chart": chart})
    assert chart.svg in page
    assert "80.2%" in page
    assert "<details" in page
    assert "<details" not in render_to_string("_components/chart.html", {"chart": chart, "visible": True})


@given(WORDS, st.floats(10, 400))
def test_wrapped_words_lose_nothing(words, width):
    lines = wrapped(words, width, 14)
    assert re.sub(r"[\s-]", "", "".join(lines)) == re.sub(r"[\s-]", "", words)


@pytest.mark.parametrize(
    ("value", "read"), [(None, "unknown"), (0, "0"), (-0.01, "0"), (94.0, "94"), (1234.56, "1,234.6")]
)
def test_a_number_is_written_as_it_is_read(value, read):
    assert said(value) == read
