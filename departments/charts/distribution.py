"""Where one stands among others: a histogram with a marker, and the quarters of a group with a marker."""

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
    said,
    span,
    svg,
    text,
)

HEIGHT, TOP, FOOT = 200.0, 44.0, 164.0


@dataclass(frozen=True)
class Bin:
    """From where to where, and how many; None is not known or not told, and never drawn as none."""

    title: str
    count: int | None


@dataclass(frozen=True)
class Quarters:
    """A quarter of a group is below `lower`, half below `middle`, a quarter above `upper`; so many are in it."""

    lower: float
    middle: float
    upper: float
    size: int


def distribution(
    bins: Sequence[Bin],
    *,
    marker: int | None = None,
    marked: str = "",
    name: str,
    title: str,
    head: str = "",
    what: str = "",
    hidden: str = UNKNOWN,
) -> Chart:
    """`marker` is the place of the bin that is marked, `marked` says what is there, `hidden` is said for None."""
    drawing = svg(
        joined(columns(bins, marker, marked)),
        name=name, title=title, words=in_words(bins, marker, marked, hidden), width=WIDTH, height=HEIGHT,
        kind="distribution",
    )  # fmt: skip
    return Chart(drawing, table(bins, marker=marker, marked=marked, title=title, head=head, what=what, hidden=hidden))


def table(
    bins: Sequence[Bin], *, marker: int | None, marked: str, title: str, head: str, what: str, hidden: str = UNKNOWN
) -> Table:
    """A row a bin; the marked one says so."""
    rows = []
    for place, one in enumerate(bins):
        row = (one.title, hidden if one.count is None else said(one.count))
        rows.append((*row, marked if place == marker else "") if marked else row)
    return Table(title, (head, what, *(("Marked",) if marked else ())), tuple(rows))


def in_words(bins: Sequence[Bin], marker: int | None, marked: str, hidden: str) -> str:
    told = ", ".join(f"{one.title}: {hidden if one.count is None else one.count}" for one in bins)
    return f"{told}." + (f" {marked}: {bins[marker].title}." if marker is not None and marked else "")


def columns(bins: Sequence[Bin], marker: int | None, marked: str) -> Iterator[SafeString]:
    step = WIDTH / max(len(bins), 1)
    most = max((one.count or 0 for one in bins), default=0)
    yield element("path", d=f"M0 {FOOT}H{WIDTH}", stroke=LINE, class_="app-chart__rule")
    for place, one in enumerate(bins):
        x, middle, here = place * step + step * 0.1, (place + 0.5) * step, place == marker
        box = {"x": x, "width": step * 0.8, "stroke": INK if here else LINE}
        if one.count is None:
            yield element(
                "rect", y=FOOT - 22, height=22, fill="none", stroke_dasharray="4 3", class_="app-chart__missing", **box
            )
            yield text("?", middle, FOOT - 6, font_size=SMALL, text_anchor="middle", fill=QUIET)
            head = FOOT - 22
        else:
            head = between(one.count, 0, max(most, 1), FOOT, TOP)
            fill, kind = (BLUE, " app-chart__column--marked") if here else (PALE, "")
            yield element("rect", y=head, height=FOOT - head, fill=fill, class_=f"app-chart__column{kind}", **box)
            yield text(said(one.count), middle, head - 5, font_size=SMALL, text_anchor="middle", font_weight=600)
        yield text(one.title, middle, FOOT + 18, font_size=fitting(one.title, step), text_anchor="middle")
        if here:
            yield from arrow(middle, head - 20)
            half = long(marked, SMALL) / 2
            yield text(
                marked, min(max(middle, half), WIDTH - half), max(head - 34, 12), font_size=SMALL, text_anchor="middle",
                font_weight=600,
            )  # fmt: skip


def fitting(words: str, width: float) -> float:
    """A size in which words fit, down to 8."""
    return max(8.0, min(SMALL, width / max(len(words), 1) / 0.54))


def arrow(x: float, y: float) -> Iterator[SafeString]:
    """A triangle that points down to what is marked."""
    yield element("path", d=f"M{x - 6:.1f} {y - 8:.1f}h12l-6 9z", fill=INK, class_="app-chart__pointer")


def quarters(
    group: Quarters,
    *,
    marker: float | None,
    marked: str,
    name: str,
    title: str,
    what: str,
    whose: str,
    unit: str = "",
    low: float = 0,
    high: float = 100,
) -> Chart:
    """Where a value stands in a group of which only the quarters are told. `whose` names the group's members."""
    low, high = span([group.lower, group.middle, group.upper, marker], low, high)
    at = [between(value, low, high, 12, WIDTH - 12) for value in (group.lower, group.middle, group.upper)]
    drawn = [
        element("path", d=f"M12 78H{WIDTH - 12}", stroke=LINE, class_="app-chart__rule"),
        text(said(low, unit), 12, 132, font_size=SMALL, fill=QUIET),
        text(said(high, unit), WIDTH - 12, 132, font_size=SMALL, text_anchor="end", fill=QUIET),
        element(
            "rect",
            x=at[0],
            y=62,
            width=max(at[2] - at[0], 1),
            height=32,
            fill=PALE,
            stroke=INK,
            class_="app-chart__column",
        ),
        element("path", d=f"M{at[1]:.1f} 62v32", stroke=INK, stroke_width=3, class_="app-chart__mark"),
        text("The middle half", sum(at[::2]) / 2, 110, font_size=SMALL, text_anchor="middle"),
    ]
    if marker is None:
        drawn.append(text(f"{marked}: {UNKNOWN}", WIDTH / 2, 20, text_anchor="middle", fill=QUIET))
    else:
        x, words = between(marker, low, high, 12, WIDTH - 12), f"{marked} {said(marker, unit)}"
        half = long(words, 14) / 2
        drawn += arrow(x, 52)
        drawn.append(element("path", d=f"M{x:.1f} 54v48", stroke=BLUE, stroke_width=2, class_="app-chart__line"))
        drawn.append(
            element("circle", cx=x, cy=78, r=5.0, fill=PAPER, stroke=BLUE, stroke_width=2.5, class_="app-chart__dot")
        )
        drawn.append(text(words, min(max(x, half), WIDTH - half), 34, text_anchor="middle", font_weight=600))
    rows = quarter_rows(group, marker, marked, whose, unit)
    words = " ".join(f"{head}: {value}." for head, value in rows)
    drawing = svg(*drawn, name=name, title=title, words=words, width=WIDTH, height=140, kind="quarters")
    return Chart(drawing, Table(title, ("", what), tuple(rows)))


def quarter_rows(group: Quarters, marker: float | None, marked: str, whose: str, unit: str) -> list[tuple[str, str]]:
    return [
        (marked, said(marker, unit)),
        (f"A quarter of {whose} are below", said(group.lower, unit)),
        (f"Half of {whose} are below", said(group.middle, unit)),
        (f"A quarter of {whose} are above", said(group.upper, unit)),
        (f"How many {whose}", said(group.size)),
    ]
