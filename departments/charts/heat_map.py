"""A heat map: rows by columns, each cell with its words and the paint of how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from departments.charts.paint import filled, legend, patterns
from departments.charts.parts import SIZE, SMALL, UNKNOWN, WIDTH, Chart, Table, joined, lines_of_text, svg, wrapped

ROW_HEAD = 0.3  # the part of the width that the rows' names take
LINE = SMALL * 1.2


@dataclass(frozen=True)
class Cell:
    """What a cell says, in few words and in whole ones, and the name of its paint. None in its place is unknown."""

    short: str
    words: str
    paint: str


@dataclass(frozen=True)
class Row:
    """One line of a heat map."""

    title: str
    cells: Sequence[Cell | None]


def heat_map(
    rows: Sequence[Row],
    *,
    columns: Mapping[str, str],
    meanings: Mapping[str, str],
    name: str,
    title: str,
    head: str = "",
    width: float = WIDTH,
) -> Chart:
    """`columns` is short head → whole title, `meanings` is paint → what it says, `head` is what the rows are."""
    used = {cell.paint if cell else "unknown" for row in rows for cell in row.cells}
    shown = [(paint, words) for paint, words in {**meanings, "unknown": UNKNOWN.capitalize()}.items() if paint in used]
    key, y = legend(name, shown, width, 0)
    heads, high = column_heads(columns, width, y)
    drawn, y = [key, heads], y + high
    for row in rows:
        line, high = row_of(name, row, len(columns), width, y)
        drawn.append(line)
        y += high
    words = f"{len(rows)} rows by {len(columns)} columns. The table below holds the words of every cell."
    drawing = svg(patterns(name, used), *drawn, name=name, title=title, words=words, width=width, height=y, kind="heat")
    return Chart(drawing, table(rows, columns=columns, title=title, head=head))


def table(rows: Sequence[Row], *, columns: Mapping[str, str], title: str, head: str = "") -> Table:
    """The whole words of every cell."""
    body = [(row.title, *(cell.words if cell else UNKNOWN.capitalize() for cell in row.cells)) for row in rows]
    return Table(title, (head, *columns.values()), tuple(body))


def column_heads(columns: Mapping[str, str], width: float, top: float) -> tuple[SafeString, float]:
    """The short heads above the columns."""
    left, step = measures(width, len(columns))
    wraps = [wrapped(short, step - 4, SMALL) for short in columns]
    most = max((len(lines) for lines in wraps), default=0)
    drawn = [
        lines_of_text(
            lines, left + (place + 0.5) * step, top + LINE * (most - len(lines) + 1), SMALL, text_anchor="middle",
            font_weight=600,
        )
        for place, lines in enumerate(wraps)
    ]  # fmt: skip
    return joined(drawn), most * LINE + 6


def measures(width: float, columns: int) -> tuple[float, float]:
    """Where the cells begin, and how wide one is."""
    left = width * ROW_HEAD
    return left, (width - left) / max(columns, 1)


def row_of(name: str, row: Row, columns: int, width: float, top: float) -> tuple[SafeString, float]:
    """A row's name and cells, as high as the longest of their words needs."""
    left, step = measures(width, columns)
    heads = wrapped(row.title, left - 8, SIZE)
    wraps = [wrapped(cell.short if cell else "?", step - 6, SMALL) for cell in row.cells]
    high = max(26, 8 + len(heads) * SIZE * 1.2, *(10 + len(lines) * LINE for lines in wraps))
    drawn = [lines_of_text(heads, 0, top + 4 + SIZE, SIZE)]
    for place, (cell, lines) in enumerate(zip(row.cells, wraps, strict=True)):
        x = left + place * step
        paint = cell.paint if cell else "unknown"
        drawn.append(filled(name, paint, x=x + 1, y=top + 1, width=step - 2, height=high - 2, rx=2))
        foot = top + high / 2 - (len(lines) - 1) * LINE / 2 + SMALL * 0.36
        drawn.append(lines_of_text(lines, x + step / 2, foot, SMALL, text_anchor="middle", class_="app-chart__over"))
    return joined(drawn), high
