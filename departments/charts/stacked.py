"""Stacked bands: bars whose parts are counts, each with its number and its letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from departments.charts.paint import PAINTS, Part, filled, legend, patterns
from departments.charts.parts import (
    LINE,
    QUIET,
    SIZE,
    SMALL,
    UNKNOWN,
    WIDTH,
    Chart,
    Table,
    element,
    lines_of_text,
    long,
    said,
    svg,
    text,
    wrapped,
)

BAR = 24.0


@dataclass(frozen=True)
class Bar:
    """One bar: how many there are of each part. None is a count that is not known, and a bar of None is not either."""

    title: str
    counts: Mapping[str, int | None] | None


def stacked(bars: Sequence[Bar], *, parts: Mapping[str, Part], name: str, title: str, head: str = "") -> Chart:
    """`parts` is code → part, in the order in which they are stacked; every bar has the same scale."""
    used = [code for code in parts if any(bar.counts and bar.counts.get(code) for bar in bars)]
    longest = max((sum(known(bar, parts).values()) for bar in bars), default=0)
    room = max((long(missing(bar, parts), SMALL) + 20 for bar in bars if unknown(bar, parts)), default=0)
    unit = max(WIDTH - 1 - room, 40) / max(longest, 1)
    shown = [(parts[code].paint, f"{parts[code].title} ({parts[code].short})") for code in used]
    key, y = legend(name, shown, WIDTH, 0)
    drawn = [patterns(name, [parts[code].paint for code in used]), key]
    for bar in bars:
        heads = wrapped(bar.title, WIDTH, SIZE)
        drawn.append(lines_of_text(heads, 0, y + SIZE, SIZE, font_weight=600))
        y += len(heads) * SIZE * 1.2 + 4
        drawn.extend(segments(name, bar, parts, unit, y))
        y += BAR + 12
    words = " ".join(f"{bar.title}: {listed(bar, parts)}." for bar in bars)
    drawing = svg(*drawn, name=name, title=title, words=words, width=WIDTH, height=max(y, 1), kind="stacked")
    return Chart(drawing, table(bars, parts=parts, title=title, head=head))


def table(bars: Sequence[Bar], *, parts: Mapping[str, Part], title: str, head: str = "") -> Table:
    """A column a part; nothing of a part that is missing from the counts."""
    rows = [
        (bar.title, *(UNKNOWN if bar.counts is None else said(bar.counts.get(code, 0)) for code in parts))
        for bar in bars
    ]
    return Table(title, (head, *(part.title for part in parts.values())), tuple(rows))


def known(bar: Bar, parts: Mapping[str, Part]) -> dict[str, int]:
    return {code: count for code in parts if bar.counts and (count := bar.counts.get(code))}


def unknown(bar: Bar, parts: Mapping[str, Part]) -> list[str]:
    """The titles of what is not known of a bar."""
    if bar.counts is None:
        return [UNKNOWN]
    return [part.title for code, part in parts.items() if bar.counts.get(code, 0) is None]


def missing(bar: Bar, parts: Mapping[str, Part]) -> str:
    """What stands in the dashed box at the end of a bar."""
    return cut_off(f"? {', '.join(unknown(bar, parts))}", 30)


def cut_off(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def listed(bar: Bar, parts: Mapping[str, Part]) -> str:
    if bar.counts is None:
        return UNKNOWN
    told = [f"{count} {parts[code].title}" for code, count in known(bar, parts).items()]
    return ", ".join([*told, *(f"{title} {UNKNOWN}" for title in unknown(bar, parts))]) or "nothing"


def segments(name: str, bar: Bar, parts: Mapping[str, Part], unit: float, top: float) -> Iterator[SafeString]:
    x = 0.5
    for code, count in known(bar, parts).items():
        wide = unit * count
        yield filled(name, parts[code].paint, x=x, y=top, width=wide, height=BAR)
        words = next((one for one in (f"{count} {parts[code].short}", str(count)) if long(one, SMALL) < wide), "")
        if words:
            ink = PAINTS[parts[code].paint].ink
            middle = {"text_anchor": "middle", "font_weight": 600, "class_": "app-chart__over"}
            yield text(words, x + wide / 2, top + BAR / 2 + 4.5, font_size=SMALL, fill=ink, **middle)
        x += wide
    if unknown(bar, parts):
        words = missing(bar, parts)
        yield element(
            "rect", x=x + 2, y=top, width=long(words, SMALL) + 16, height=BAR, fill="none", stroke=LINE,
            stroke_dasharray="4 3", class_="app-chart__missing",
        )  # fmt: skip
        yield text(words, x + 10, top + BAR / 2 + 4.5, font_size=SMALL, fill=QUIET)
