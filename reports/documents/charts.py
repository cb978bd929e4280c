"""Charts as accessible SVG, the same in a page and in a PDF. Each is shown with the table of its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH = 640
LEFT = 74  # where bars begin
ROW = 70  # height of one criterion
LEGEND = 34


@dataclass(frozen=True)
class BandRow:
    """One criterion: how many elements have each band, by the department's own view and as found."""

    label: str
    own: Mapping[str, int]
    found: Mapping[str, int]


@dataclass(frozen=True)
class _Fill:
    """How a band looks. `texture` is drawn over its colour, so that no band is told by colour alone."""

    short: str
    colour: str
    ink: str
    texture: str = ""


FILLS = {
    "compliance_plus": _Fill("C+", "#005eb8", "#ffffff"),
    "compliant": _Fill("C", "#b4dcc6", "#212b32"),
    "partially_compliant": _Fill("P", "#fff1c2", "#212b32", "M-2 2l4-4M0 8l8-8M6 10l4-4"),
    "non_compliant": _Fill("N", "#fbdad7", "#212b32", "M0 0l8 8M0 8l8-8"),
    "not_applicable": _Fill("N/A", "#ffffff", "#212b32", "M0 4h8"),
    "": _Fill("?", "#ffffff", "#212b32", "M4 3v2M3 4h2"),
}
TEXTURE_INK = {"partially_compliant": "#e0b84a", "non_compliant": "#e39a92", "not_applicable": "#d8dde0", "": "#aeb7bd"}


def bands_by_criterion(rows: Sequence[BandRow], *, bands: Mapping[str, str], title: str, name: str) -> SafeString:
    """Two bars a criterion, as found above the department's own view, one unit an element.

    `bands` gives the title of each band code, in order; `name` makes the ids of this chart its own on the page.
    """
    longest = max((max(sum(row.own.values()), sum(row.found.values())) for row in rows), default=0)
    unit = (WIDTH - LEFT - 1) / max(longest, 1)
    used = [code for code in bands if any(row.own.get(code) or row.found.get(code) for row in rows)]
    height = LEGEND + ROW * len(rows)
    return format_html(
        '<svg class="app-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' role="img" aria-labelledby="{}-title {}-desc" font-family="Source Sans 3, Arial, sans-serif">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><defs>{}</defs>{}{}</svg>',
        *(WIDTH, height, WIDTH, height, name, name, name, title, name, _in_words(rows, bands)),
        format_html_join("", "{}", ((_pattern(name, code),) for code in used)),
        _legend(name, {code: bands[code] for code in used}),
        format_html_join("", "{}", ((_row(name, row, LEGEND + ROW * i, unit),) for i, row in enumerate(rows))),
    )


def _in_words(rows: Sequence[BandRow], bands: Mapping[str, str]) -> str:
    def listed(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{counts[code]} {bands[code]}" for code in bands if counts.get(code)) or "nothing"

    return " ".join(f"{row.label}: found {listed(row.found)}; own view {listed(row.own)}." for row in rows)


def _pattern(name: str, code: str) -> SafeString:
    fill = FILLS[code]
    return format_html(
        '<pattern id="{}-{}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="{}"/>'
        '<path d="{}" stroke="{}" stroke-width="1.5" fill="none"/></pattern>',
        *(name, code or "unrated", fill.colour, fill.texture or "M0 0", TEXTURE_INK.get(code, fill.colour)),
    )


def _paint(name: str, code: str) -> str:
    return f"url(#{name}-{code or 'unrated'})" if FILLS[code].texture else FILLS[code].colour


def _legend(name: str, bands: Mapping[str, str]) -> SafeString:
    parts, x = [], 0.0
    for code, title in bands.items():
        words = f"{title} ({FILLS[code].short})"
        parts.append(
            format_html(
                '<rect x="{}" y="4" width="14" height="14" fill="{}" stroke="#425563" stroke-width="0.75"/>'
                '<text x="{}" y="16" font-size="13" fill="#212b32">{}</text>',
                *(round(x, 1), _paint(name, code), round(x + 20, 1), words),
            )
        )
        x += 34 + 6.6 * len(words)
    return format_html_join("", "{}", ((part,) for part in parts))


def _row(name: str, row: BandRow, top: int, unit: float) -> SafeString:
    return format_html(
        '<text x="0" y="{}" font-size="14" font-weight="600" fill="#212b32">{}</text>'
        '<text x="0" y="{}" font-size="12" fill="#425563">Found</text>{}'
        '<text x="0" y="{}" font-size="12" fill="#425563">Own view</text>{}',
        *(top + 14, row.label),
        *(top + 34, _bar(name, row.found, y=top + 20, height=20, unit=unit, size=13)),
        *(top + 55, _bar(name, row.own, y=top + 43, height=16, unit=unit, size=12)),
    )


def _bar(name: str, counts: Mapping[str, int], *, y: int, height: int, unit: float, size: float) -> SafeString:
    parts, x = [mark_safe("")], float(LEFT)
    for code, fill in FILLS.items():
        count = counts.get(code, 0)
        if not count:
            continue
        width = unit * count
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#425563" stroke-width="0.75"/>'
                '<text x="{}" y="{}" font-size="{}" font-weight="600" text-anchor="middle" fill="{}">{} {}</text>',
                *(round(x, 2), y, round(width, 2), height, _paint(name, code)),
                *(round(x + width / 2, 2), round(y + height / 2 + size * 0.35, 1), size, fill.ink, count, fill.short),
            )
        )
        x += width
    return format_html_join("", "{}", ((part,) for part in parts))
