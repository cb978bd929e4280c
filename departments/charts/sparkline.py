"""A trend as small as a word: for a line of text or a cell, with its last value said beside it."""

from __future__ import annotations

from collections.abc import Sequence

from departments.charts.parts import BLUE, Chart, between, element, joined, points, runs, span, svg
from departments.charts.trend import Point, in_words, table

WIDTH, HEIGHT, EDGE = 120.0, 28.0, 4.0


def sparkline(
    every: Sequence[Point],
    *,
    name: str,
    title: str,
    what: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
) -> Chart:
    """As high as its own values reach, unless `low` and `high` say otherwise. What is unknown breaks the line."""
    values = [one.value for one in every]
    known = [value for value in values if value is not None]
    bottom = min(known, default=0.0) if low is None else low
    low, high = span(values, bottom, max(known, default=bottom) if high is None else high)
    step = (WIDTH - 2 * EDGE) / max(len(every) - 1, 1)
    places = {
        place: (EDGE + place * step, between(value, low, high, HEIGHT - EDGE, EDGE))
        for place, value in enumerate(values)
        if value is not None
    }
    lines = [
        element(
            "polyline", points=points(places[place] for place in run), fill="none", stroke=BLUE, stroke_width=2.0,
            class_="app-chart__line",
        )
        for run in runs(values)
        if len(run) > 1
    ]  # fmt: skip
    alone = [
        element("circle", cx=places[run[0]][0], cy=places[run[0]][1], r=1.8, fill=BLUE, class_="app-chart__spot")
        for run in runs(values)
        if len(run) == 1
    ]
    last = [
        element("circle", cx=x, cy=y, r=3.0, fill=BLUE, class_="app-chart__spot") for x, y in [*places.values()][-1:]
    ]
    drawing = svg(
        joined([*lines, *alone, *last]),
        name=name, title=title, words=in_words(every, what, unit), width=WIDTH, height=HEIGHT, kind="spark",
    )  # fmt: skip
    return Chart(drawing, table(every, title=title, what=what, unit=unit))
