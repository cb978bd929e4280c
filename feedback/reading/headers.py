"""Where a table begins and which column is which, by names as people write them; the nearest when one is missing."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from feedback.reading.found import Value, shown
from feedback.reading.sheets import Line, Sheet

SEARCHED_ROWS = 30
MOST_TITLES = 60
NEAR = 0.6


@dataclass(frozen=True)
class Column:
    """A column that a layout knows: the name that it should have, and others that are understood."""

    key: str
    name: str
    others: tuple[str, ...] = ()

    def names(self) -> set[str]:
        return {normal(self.name), *(normal(other) for other in self.others)}


@dataclass(frozen=True)
class Header:
    """One row of names, or two of which the upper one groups the lower ones."""

    top: int
    bottom: int
    at: dict[str, int]
    names: dict[int, str]

    @property
    def worth(self) -> tuple[int, bool]:
        """More names are better; as many in one row are better, as the other row is then a title or a figure."""
        return len(self.at), self.top == self.bottom

    def letter(self, key: str) -> str:
        return get_column_letter(self.at[key] + 1) if key in self.at else ""


def normal(value: Value) -> str:
    """A name without what people vary: case, signs, blanks, a number before it (`1 Very Good`)."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).casefold()
    text = re.sub(r"['’‘`]", "", text.replace("&", " and ").replace("%", " percent "))
    text = re.sub(r"[\W_]+", " ", text).strip()
    return re.sub(r"^\d (?=\D)", "", text)


def known_names(columns: Iterable[Column]) -> dict[str, str]:
    return {name: column.key for column in columns for name in column.names()}


def find_header(sheet: Sheet, columns: Iterable[Column]) -> Header | None:
    """Among the first rows, the one row or two that name most of the columns."""
    known = known_names(columns)
    best: Header | None = None
    first = [line for line in sheet.lines if line.number <= SEARCHED_ROWS]
    for upper, lower in zip(first, [*first[1:], None], strict=True):
        for below in (None, lower):
            header = header_of(upper, below, known)
            if header is not None and (best is None or header.worth > best.worth):
                best = header
    return best


def header_of(upper: Line, lower: Line | None, known: dict[str, str]) -> Header | None:
    if lower is not None and lower.number != upper.number + 1:
        return None
    at: dict[str, int] = {}
    names: dict[int, str] = {}
    group = ""
    for index in range(max(len(upper.values), len(lower.values) if lower else 0)):
        above, below = shown(upper.at(index)), shown(lower.at(index)) if lower else ""
        group = above or group
        for name in (below, above, f"{group} {below}"):
            if (key := known.get(normal(name))) and key not in at:
                at[key] = index
                names[index] = name
                break
        else:
            names[index] = below or above
    return Header(upper.number, lower.number if lower else upper.number, at, names) if at else None


def nearest(column: Column, header: Header) -> tuple[str, str]:
    """The name and the letter of the column that may be meant, among those that nothing was found in."""
    free = {index: name for index, name in header.names.items() if name and index not in header.at.values()}
    scored = [
        (max(difflib.SequenceMatcher(None, normal(name), known).ratio() for known in column.names()), index)
        for index, name in list(free.items())[:100]
    ]
    likeness, index = max(scored, default=(0.0, 0))
    return (free[index], get_column_letter(index + 1)) if likeness >= NEAR else ("", "")


def titles_above(sheet: Sheet, row: int) -> list[str]:
    """What is written above the header, row by row: titles, and notes such as "Period:" beside what it is."""
    titles: list[str] = []
    for line in sheet.lines:
        if line.number >= row or len(titles) >= MOST_TITLES:
            break
        titles.append(" ".join(text for value in line.values if (text := shown(value))))
    return titles


# --- Tables that no layout knows
def likely_header(sheet: Sheet) -> int:
    """The row that names columns, as far as can be told: the first with most texts that has something below it."""
    first = [line for line in sheet.lines if line.number <= SEARCHED_ROWS]
    best, most = 0, 0
    for line in first[:-1] or first:
        texts = sum(isinstance(value, str) and value.strip() != "" for value in line.values)
        if texts > most:
            best, most = line.number, texts
    return best


def unique_names(line: Line, width: int) -> list[str]:
    """A name for each column: its header, or its letter where there is none or two share one."""
    names: list[str] = []
    for index in range(width):
        name = shown(line.at(index)) or f"Column {get_column_letter(index + 1)}"
        names.append(name if name not in names else f"{name} (column {get_column_letter(index + 1)})")
    return names
