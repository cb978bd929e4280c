"""How parts of a chart look: a colour, an ink that reads on it, and a texture, as colour alone tells too little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from departments.charts.parts import INK, SMALL, element, joined, long, text


@dataclass(frozen=True)
class Paint:
    """`texture` is a path in a square of 8 units, drawn over the colour in `line`."""

    colour: str
    ink: str = INK
    texture: str = ""
    line: str = ""


PAINTS: Mapping[str, Paint] = {
    "plus": Paint("#a8d0ef"),
    "good": Paint("#bfe3ce"),
    "fair": Paint("#e4f3ea"),
    "partly": Paint("#fff1c2", texture="M-2 2l4-4M0 8l8-8M6 10l4-4", line="#e0b84a"),
    "weak": Paint("#fbdad7", texture="M0 0l8 8M0 8l8-8", line="#e39a92"),
    "none": Paint("#ffffff", texture="M0 4h8", line="#d8dde0"),
    "unknown": Paint("#ffffff", texture="M4 3v2M3 4h2", line="#aeb7bd"),
}


@dataclass(frozen=True)
class Part:
    """What a chart counts: its title, what stands for it where there is little room, and the name of its paint."""

    title: str
    short: str
    paint: str


def patterns(name: str, used: Iterable[str]) -> SafeString:
    """The textures that a chart needs; `name` makes their ids its own."""
    drawn = [paint for paint in PAINTS if paint in set(used) and PAINTS[paint].texture]
    return element("defs", *(pattern(name, paint) for paint in drawn)) if drawn else joined([])


def pattern(name: str, paint: str) -> SafeString:
    look = PAINTS[paint]
    return element(
        "pattern",
        element("rect", width=8, height=8, fill=look.colour, class_="app-chart__ground"),
        element("path", d=look.texture, stroke=look.line, stroke_width=1.5, fill="none", class_="app-chart__texture"),
        id=f"{name}-{paint}", width=8, height=8, patternUnits="userSpaceOnUse",
    )  # fmt: skip


def filled(name: str, paint: str, **place: object) -> SafeString:
    """A box in this paint."""
    look = PAINTS[paint]
    fill, kind = (f"url(#{name}-{paint})", " app-chart__box--textured") if look.texture else (look.colour, "")
    return element("rect", fill=fill, stroke="#425563", stroke_width=0.75, class_=f"app-chart__box{kind}", **place)


def legend(name: str, items: Iterable[tuple[str, str]], width: float, top: float) -> tuple[SafeString, float]:
    """What paints mean, as (paint, words), in as many lines as it takes; and how high that is."""
    drawn, x, y = [], 0.0, top
    for paint, words in items:
        needs = 34 + long(words, SMALL)
        if x and x + needs > width:
            x, y = 0.0, y + 20
        drawn.append(filled(name, paint, x=x + 0.5, y=y + 2, width=14, height=14))
        drawn.append(text(words, x + 20, y + 14, font_size=SMALL))
        x += needs
    return joined(drawn), (y + 24 - top if drawn else 0)
