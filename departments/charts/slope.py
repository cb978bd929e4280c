"""A slope: the same thing seen from two or three sides, a line for each thing, so that a gap is a slant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from departments.charts.parts import (
    BLUE,
    INK,
    LINE,
    PAPER,
    QUIET,
    SMALL,
    WIDTH,
    Chart,
    Table,
    between,
    element,
    joined,
    points,
    runs,
    said,
    span,
    svg,
    text,
)

LEFT, RIGHT, TOP = 78.0, 322.0, 48.0
APART = 15.0  # what labels one below the other need


@dataclass(frozen=True)
class Sided:
    """One thing: the few letters that stand beside its line, its title, and a value for each side; None is unknown."""

    short: str
    title: str
    values: Sequence[float | None]


def slope(
    every: Sequence[Sided],
    *,
    sides: Sequence[str],
    name: str,
    title: str,
    unit: str = "",
    low: float = 0,
    high: float = 100,
    head: str = "",
) -> Chart:
    """`sides` are who looks, such as the department, the assessor and the patients, from left to right."""
    foot = TOP + max(170.0, APART * len(every))
    low, high = span([value for one in every for value in one.values], low, high)
    parts = [axes(sides, foot), joined(ends(every, sides, foot, unit, low, high))]
    parts += [joined(line(one, place, sides, foot, low, high)) for place, one in enumerate(every)]
    words = " ".join(in_words(one, sides, unit) for one in every)
    drawing = svg(*parts, name=name, title=title, words=words, width=WIDTH, height=foot + 12, kind="slope")
    return Chart(drawing, table(every, sides=sides, title=title, unit=unit, head=head))


def table(every: Sequence[Sided], *, sides: Sequence[str], title: str, unit: str = "", head: str = "") -> Table:
    """A column a side."""
    rows = [(one.title, *(said(value, unit) for value in one.values)) for one in every]
    return Table(title, (head, *sides), tuple(rows))


def in_words(one: Sided, sides: Sequence[str], unit: str) -> str:
    told = (f"{side} {said(value, unit)}" for side, value in zip(sides, one.values, strict=True))
    return f"{one.title}: {', '.join(told)}."


def across(place: int, sides: Sequence[str]) -> float:
    return LEFT + place * (RIGHT - LEFT) / max(len(sides) - 1, 1)


def axes(sides: Sequence[str], foot: float) -> SafeString:
    """An upright for each side, its name above it; a name may take two lines."""
    drawn = []
    for place, side in enumerate(sides):
        x = across(place, sides)
        drawn.append(element("path", d=f"M{x:.1f} {TOP - 8}V{foot:.1f}", stroke=LINE, class_="app-chart__rule"))
        words = side.split(" ", 1)
        for row, one in enumerate(reversed(words)):
            drawn.append(
                text(one, x, TOP - 16 - row * SMALL * 1.2, font_size=SMALL, text_anchor="middle", font_weight=600)
            )
    return joined(drawn)


def line(one: Sided, place: int, sides: Sequence[str], foot: float, low: float, high: float) -> Iterator[SafeString]:
    """Between neighbours that are both known; where one is not, the line is broken. Three shapes, by turns."""
    spots = {
        side: (across(side, sides), between(value, low, high, foot, TOP))
        for side, value in enumerate(one.values)
        if value is not None
    }
    dashes = (None, "7 3", "2 3")[place % 3]
    for run in runs(one.values):
        if len(run) > 1:
            yield element(
                "polyline", points=points(spots[side] for side in run), fill="none", stroke=(BLUE, INK)[place % 2],
                stroke_width=1.75, stroke_dasharray=dashes, class_="app-chart__line",
            )  # fmt: skip
    for x, y in spots.values():
        yield element("circle", cx=x, cy=y, r=3.5, fill=PAPER, stroke=INK, stroke_width=1.5, class_="app-chart__dot")


def ends(
    every: Sequence[Sided], sides: Sequence[str], foot: float, unit: str, low: float, high: float
) -> Iterator[SafeString]:
    """Names and values beside the outermost uprights, moved apart where they would lie on each other."""
    for side, sign, anchor in ((0, -1, "end"), (len(sides) - 1, 1, "start")):
        known = [
            (between(value, low, high, foot, TOP), f"{one.short} {said(value, unit)}")
            for one in every
            if (value := one.values[side]) is not None
        ]
        for (at, words), y in zip(sorted(known), spread([at for at, _ in sorted(known)], foot), strict=True):
            x = across(side, sides) + sign * 8
            if abs(at - y) > 3:
                yield element(
                    "path", d=f"M{x - sign * 3:.1f} {at:.1f}L{x + sign * 5:.1f} {y:.1f}", stroke=LINE, fill="none",
                    class_="app-chart__rule",
                )  # fmt: skip
            yield text(words, x + sign * 7, y + 4, font_size=SMALL, text_anchor=anchor)
        if missing := [one.short for one in every if one.values[side] is None]:
            yield text(
                f"?: {len(missing)}", across(side, sides), foot + 11, font_size=SMALL, text_anchor="middle", fill=QUIET
            )


def spread(heights: Sequence[float], foot: float) -> list[float]:
    """Sorted heights, each at least so far below the one before; what would fall off the end moves the others up."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + APART) if placed else height)
    limit = foot
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = min(placed[place], limit)
        limit = placed[place] - APART
    return placed
