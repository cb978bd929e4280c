"""What stands under a heading: which columns of a table have patients in them, and what fills their cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from files.patients import words
from files.patients.lines import Found, Kind, check_digit_is_right

LONGEST_ROW = 4_000
LONGEST_HEADING = 60
ROWS_WITHOUT = 3
AROUND_A_CELL = " \t\"'*_:#|"


@dataclass
class Heading:
    """The columns that the table under way has patients in; `cut` is what parts its cells, if anything does."""

    cut: str
    columns: dict[int, Kind] = field(default_factory=dict)
    dates_before: int = 0
    rows_without: int = 0

    def is_over(self) -> bool:
        return self.rows_without >= ROWS_WITHOUT


def heading_of(low: str) -> Heading | None:
    """The columns that a line of headings names; a label that stands alone is the heading of one column."""
    if len(low) > LONGEST_ROW:
        return None
    cut = next((mark for mark in "\t|;," if mark in low), "\n")
    cells = enumerate(low.split(cut))
    heading = Heading(cut, {place: kind for place, cell in cells if (kind := named_by(cell))})
    if not heading.columns and cut == "\n":
        heading = heading_without_cells(low)
    return heading if heading.columns else None


def named_by(cell: str) -> Kind | None:
    cell = cell.strip(AROUND_A_CELL)
    if not 2 < len(cell) <= LONGEST_HEADING:
        return None
    heading = words.HEADING.fullmatch(cell)
    return Kind(str(heading.lastgroup)) if heading else None


def heading_without_cells(low: str) -> Heading:
    """As a PDF gives a table's first line: words with single spaces. Two labels and no sentence make a heading."""
    heading = Heading("")
    if len(low) <= 3 * LONGEST_HEADING and not re.search(r"[0-9]", low) and not words.PROSE.search(low):
        places = {Kind(str(match.lastgroup)): match.start() for match in words.HEADING.finditer(low)}
        if len(places) > 1 or (places and words.OTHER_HEADING.search(low)):
            heading.columns = dict(enumerate(places))
            heading.dates_before = low.count("date", 0, places.get(Kind.DATE_OF_BIRTH, 0))
    return heading


def in_columns(heading: Heading, line: str, low: str) -> list[Found]:
    """What stands under the heading in one row; counts rows with nothing, after which the table is over."""
    found: list[Found] = []
    if not heading.cut:
        found = in_a_row_without_cells(heading, line, low)
    elif len(line) <= LONGEST_ROW:
        start = 0
        row = re.sub(r'"[^"]*"', lambda quoted: quoted[0].replace(heading.cut, " "), line) if '"' in line else line
        for place, cell in enumerate(row.split(heading.cut)):
            if place in heading.columns and (one := in_cell(heading.columns[place], cell, start)):
                found.append(one)
            start += len(cell) + len(heading.cut)
    heading.rows_without = 0 if found else heading.rows_without + 1
    return found


def in_cell(kind: Kind, cell: str, start: int) -> Found | None:
    value = cell.strip(AROUND_A_CELL)
    start += cell.index(value)
    return Found(kind, start, start + len(value)) if fills_a_cell(kind, value, value.lower()) else None


def fills_a_cell(kind: Kind, value: str, low: str) -> bool:
    if kind == Kind.NHS_NUMBER:
        spelt = words.SPELT_OUT.fullmatch(low.removesuffix(".0"))
        return bool(spelt) and check_digit_is_right(re.sub(r"[^0-9]", "", low.removesuffix(".0")))
    if kind == Kind.PATIENT_NAME:
        name = words.TITLED_NAME.fullmatch(value) or words.FULL_NAME.fullmatch(value)
        return bool(name) and not words.NO_NAME.search(low)
    if kind == Kind.ADDRESS:
        return bool(words.POSTCODE.search(low))
    return bool(
        (words.DATE if kind == Kind.DATE_OF_BIRTH else words.HOSPITAL_NUMBER).fullmatch(words.MIDNIGHT.sub("", low))
    )


def in_a_row_without_cells(heading: Heading, line: str, low: str) -> list[Found]:
    """Nothing but words follows a blank form's labels: a row of a table shows two of its columns, or one and a name."""
    found = [one for kind in heading.columns.values() for one in in_row(kind, low, heading.dates_before)]
    kinds = {one.kind for one in found}
    named = words.FULL_NAME.search(line[:LONGEST_HEADING]) and not words.PROSE.search(low)
    return found if len(kinds) > 1 or (len(heading.columns) < 3 and named) else []


def in_row(kind: Kind, low: str, dates_before: int) -> Iterator[Found]:
    """Where single spaces part the cells: by what a value looks like, and a date by its turn."""
    row = low[:LONGEST_ROW]
    if kind == Kind.NHS_NUMBER:
        for match in words.TEN_DIGITS.finditer(row):
            if check_digit_is_right(re.sub(r"[^0-9]", "", match[0])):
                yield Found(kind, *match.span())
    elif kind == Kind.DATE_OF_BIRTH:
        dates = list(words.DATE.finditer(row))
        for match in dates[dates_before : dates_before + 1] or dates[:1]:
            yield Found(kind, *match.span())
    elif kind == Kind.HOSPITAL_NUMBER:
        for match in words.HOSPITAL_NUMBER_IN_ROW.finditer(row):
            yield Found(kind, *match.span())
