"""What every chart is made of: escaped SVG elements, words that wrap, numbers as they are read, and the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 400.0  # in a page a chart is shrunk to a phone's 350 px and its words of 14 still read
SIZE = 14.0
SMALL = 12.0
INK, QUIET, LINE, BLUE, PALE, PAPER = "#212b32", "#4c6272", "#aeb7bd", "#005eb8", "#cfe3f5", "#ffffff"
UNKNOWN = "unknown"
# XML can hold none of these, escaped or not.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Table:
    """The numbers of a chart: column heads, and rows of which the first cell heads the others."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A drawing and its table, which are shown together (`_components/chart.html`)."""

    svg: SafeString
    table: Table


def element(tag: str, *inside: str, **attributes: object) -> SafeString:
    """`<tag …>inside</tag>`. Attributes and plain text are escaped; `stroke_width` is `stroke-width`, None is left
    out, and numbers are kept to two places."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{safe(number(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    content = "".join(one if isinstance(one, SafeString) else safe(one) for one in inside)
    return mark_safe(f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>")


def safe(words: str) -> str:
    """Escaped, without the control characters that XML refuses."""
    return escape(NOT_XML.sub("", words))


def number(value: object) -> str:
    if isinstance(value, float):
        written = f"{value:.2f}".rstrip("0").rstrip(".")
        return "0" if written == "-0" else written
    return str(value)


def joined(parts: Iterable[str]) -> SafeString:
    """Elements one after the other; each comes from `element`."""
    return mark_safe("".join(parts))


def svg(*inside: str, name: str, title: str, words: str, width: float, height: float, kind: str) -> SafeString:
    """The whole picture. `name` makes its ids its own on the page, `words` say for the ear what it shows."""
    return element(
        "svg",
        element("title", title or " ", id=f"{name}-title"),
        element("desc", words or " ", id=f"{name}-desc"),
        *inside,
        class_=f"app-chart__picture app-chart__picture--{kind}",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family="Source Sans 3, Arial, sans-serif",
        font_size=SIZE,
        fill=INK,
    )


def text(words: str, x: float, y: float, **attributes: object) -> SafeString:
    return element("text", words, x=x, y=y, **attributes)


def lines_of_text(lines: Sequence[str], x: float, y: float, size: float, **attributes: object) -> SafeString:
    """Lines one below the other, the first with its foot at `y`."""
    return joined(
        text(line, x, y + place * size * 1.2, font_size=size, **attributes) for place, line in enumerate(lines)
    )


def long(words: str, size: float) -> float:
    """About how long words are, in the units of the picture: some letters are narrower, few are wider."""
    return len(words) * size * 0.54


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Words in lines no longer than this; a word that alone is longer is cut. A no-break space breaks no line."""
    most = max(2, int(width / (size * 0.54)))
    lines: list[str] = []
    for word in re.split(r"[ \t\n\r]+", words.strip()):
        for piece in cut(word, most):
            if lines and len(lines[-1]) + 1 + len(piece) <= most:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines or [""]


def cut(word: str, most: int) -> Iterator[str]:
    while len(word) > most:
        yield word[: most - 1] + "-"
        word = word[most - 1 :]
    yield word


def said(value: float | None, unit: str = "") -> str:
    """A number as it is read: one decimal place where it has any, its unit, and “unknown” for None."""
    if value is None:
        return UNKNOWN
    written = f"{value:,.1f}".removesuffix(".0")
    return f"{'0' if written == '-0' else written}{unit}"


def between(value: float, low: float, high: float, start: float, end: float) -> float:
    """Where a value stands on a line from `start` (low) to `end` (high)."""
    return start + (end - start) * ((value - low) / (high - low) if high > low else 0.5)


def span(values: Iterable[float | None], low: float, high: float) -> tuple[float, float]:
    """From low to high, or as much further as the values reach."""
    known = [value for value in values if value is not None]
    return min([low, *known]), max([high, *known])


def runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """The places of values that are known one after another: what is unknown breaks a line."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{number(float(x))},{number(float(y))}" for x, y in pairs)
