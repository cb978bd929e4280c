"""A figure through time: its line with a band of uncertainty, gaps where it is unknown, marks where things changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from departments.charts.parts import (
    BLUE,
    INK,
    LINE,
    PALE,
    PAPER,
    QUIET,
    SMALL,
    UNKNOWN,
    WIDTH,
    Chart,
    Table,
    between,
    element,
    joined,
    long,
    points,
    runs,
    said,
    span,
    svg,
    text,
)

HEIGHT, LEFT, RIGHT, TOP, FOOT = 230.0, 46.0, 8.0, 36.0, 196.0


@dataclass(frozen=True)
class Point:
    """One time. `low` and `high` bound the uncertainty, `count` is what the value rests on; None is unknown.

    `change` says what is different from here on, such as “Version 2 of the standard”.
    """

    at: str
    value: float | None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    change: str = ""


def trend(
    every: Sequence[Point],
    *,
    name: str,
    title: str,
    what: str,
    unit: str = "",
    low: float = 0,
    high: float = 100,
    counted: str = "",
) -> Chart:
    """`what` is measured in `unit`, on a scale from `low` to `high`; `counted` names what `count` counts, if shown."""
    drawing = svg(
        scale(every, unit, low, high),
        joined(changes(every)),
        joined(band(every, low, high)),
        joined(line(every, low, high)),
        joined(times(every)),
        joined(labels(every, unit, low, high)),
        name=name, title=title, words=in_words(every, what, unit), width=WIDTH, height=HEIGHT, kind="trend",
    )  # fmt: skip
    return Chart(drawing, table(every, title=title, what=what, unit=unit, counted=counted))


def table(every: Sequence[Point], *, title: str, what: str, unit: str = "", counted: str = "") -> Table:
    """Time and value; range, count and changes where there are any."""
    has_range = any(one.low is not None or one.high is not None for one in every)
    has_change = any(one.change for one in every)
    heads = ["When", what, *(["Range"] if has_range else []), *([counted] if counted else [])]
    heads += ["What changed"] if has_change else []
    rows = []
    for one in every:
        row = [one.at, said(one.value, unit)]
        row += [bounds(one, unit)] if has_range else []
        row += [said(one.count)] if counted else []
        rows.append((*row, *([one.change] if has_change else [])))
    return Table(title, tuple(heads), tuple(rows))


def bounds(one: Point, unit: str) -> str:
    if one.low is None and one.high is None:
        return UNKNOWN
    return f"{said(one.low, unit)} to {said(one.high, unit)}"


def in_words(every: Sequence[Point], what: str, unit: str) -> str:
    known = [one for one in every if one.value is not None]
    if not known:
        return f"{what}: nothing is known yet."
    said_of = f"{what}: {said(known[0].value, unit)} in {known[0].at}"
    if len(known) > 1:
        said_of += f", {said(known[-1].value, unit)} in {known[-1].at}"
    missing = [one.at for one in every if one.value is None]
    words = [f"{said_of}."]
    words += [f"Unknown: {', '.join(missing)}."] if missing else []
    words += [f"{one.at}: {one.change}." for one in every if one.change]
    return " ".join(words)


def across(every: Sequence[Point], place: float) -> float:
    """The middle of a time's column."""
    return LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / max(len(every), 1)


def up(every: Sequence[Point], value: float, low: float, high: float) -> float:
    values = [each for one in every for each in (one.value, one.low, one.high)]
    return between(value, *span(values, low, high), FOOT, TOP)


def scale(every: Sequence[Point], unit: str, low: float, high: float) -> SafeString:
    low, high = span([each for one in every for each in (one.value, one.low, one.high)], low, high)
    drawn = []
    for step in range(5):
        value = low + (high - low) * step / 4
        y = between(value, low, high, FOOT, TOP)
        drawn.append(
            element(
                "path", d=f"M{LEFT} {y:.1f}H{WIDTH - RIGHT}", stroke=LINE, stroke_width=0.5, class_="app-chart__rule"
            )
        )
        drawn.append(text(said(value, unit), LEFT - 6, y + 4, font_size=SMALL, text_anchor="end", fill=QUIET))
    return joined(drawn)


def changes(every: Sequence[Point]) -> Iterator[SafeString]:
    """A dashed line before the time, with its words at the top, by turns in two rows."""
    turn = 0
    for place, one in enumerate(every):
        if one.change:
            x, right = across(every, place - 0.5), across(every, place) > WIDTH * 0.6
            yield element(
                "path", d=f"M{x:.1f} {16 + 14 * (turn % 2) - 4}V{FOOT}", stroke=INK, stroke_dasharray="4 3",
                class_="app-chart__mark",
            )  # fmt: skip
            yield text(
                one.change, x - 4 if right else x + 4, 12 + 14 * (turn % 2), font_size=SMALL,
                text_anchor="end" if right else "start",
            )  # fmt: skip
            turn += 1


def band(every: Sequence[Point], low: float, high: float) -> Iterator[SafeString]:
    """Between the bounds; a time that stands alone has a bar."""
    known = [one.low if one.value is not None and one.high is not None else None for one in every]
    for run in runs(known):
        half = 0.18 if len(run) == 1 else 0
        there = [(place + half, every[place].high or 0) for place in run]
        back = [(place + half, every[place].low or 0) for place in reversed(run)]
        if half:
            there = [(run[0] - half, every[run[0]].high or 0), *there]
            back = [*back, (run[0] - half, every[run[0]].low or 0)]
        corners = [(across(every, place), up(every, value, low, high)) for place, value in (*there, *back)]
        yield element("polygon", points=points(corners), fill=PALE, class_="app-chart__band")


def line(every: Sequence[Point], low: float, high: float) -> Iterator[SafeString]:
    for run in runs([one.value for one in every]):
        if len(run) > 1:
            corners = [(across(every, place), up(every, every[place].value or 0, low, high)) for place in run]
            yield element(
                "polyline", points=points(corners), fill="none", stroke=BLUE, stroke_width=2.5, class_="app-chart__line"
            )
    for place, one in enumerate(every):
        if one.value is None:
            yield text("?", across(every, place), FOOT - 6, text_anchor="middle", fill=QUIET)
        else:
            yield element(
                "circle", cx=across(every, place), cy=up(every, one.value, low, high), r=4.0, fill=PAPER, stroke=BLUE,
                stroke_width=2.5, class_="app-chart__dot",
            )  # fmt: skip


def times(every: Sequence[Point]) -> Iterator[SafeString]:
    """Under the line, every one or every few, counted from the last."""
    step = (WIDTH - LEFT - RIGHT) / max(len(every), 1)
    widest = max((long(one.at, SMALL) + 6 for one in every), default=0)
    few = max(1, -int(-widest // step))
    for place in range(len(every) - 1, -1, -few):
        half = long(every[place].at, SMALL) / 2
        x = min(max(across(every, place), half), WIDTH - half)
        yield text(every[place].at, x, FOOT + 20, font_size=SMALL, text_anchor="middle")


def labels(every: Sequence[Point], unit: str, low: float, high: float) -> Iterator[SafeString]:
    """The last value, the first, the highest and the lowest, where there is room for them."""
    known = [(place, one.value) for place, one in enumerate(every) if one.value is not None]
    if not known:
        return
    asked = [known[-1], known[0], max(known, key=lambda one: one[1]), min(known, key=lambda one: one[1])]
    told: list[float] = []
    for place, value in asked:
        x = across(every, place)
        half = long(said(value, unit), 14) / 2
        if all(abs(x - other) > 2 * half + 4 for other in told):
            told.append(x)
            y = up(every, value, low, high) - 9
            yield text(
                said(value, unit), min(max(x, LEFT + half), WIDTH - half), y if y > TOP - 4 else y + 28,
                text_anchor="middle", font_weight=600,
            )  # fmt: skip
