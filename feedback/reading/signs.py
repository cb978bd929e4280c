"""Where the cells of a file look as if they named a patient: its sheet and row, and never the identifier itself."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from feedback.reading.found import shown
from feedback.reading.sheets import Sheet
from files.patients import MOST_SIGNS, find_identifiers


def signs_in(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """At most 200, in reading order; `line` is the row as the file counts it."""
    signs: list[dict[str, Any]] = []
    for number, sheet in enumerate(sheets, start=1):
        left = MOST_SIGNS - len(signs)
        if left:
            found = find_identifiers(text_of(sheet), page=number, most=left)
            signs += [asdict(sign) | {"sheet": sheet.name} for sign in found]
    return signs


def text_of(sheet: Sheet) -> str:
    """The sheet as text, a line a row, so that lines count as rows do."""
    last = sheet.lines[-1].number if sheet.lines else 0
    rows = [""] * last
    for line in sheet.lines:
        rows[line.number - 1] = "\t".join(shown(value) for value in line.values)
    return "\n".join(rows)
