"""A file as sheets of rows: CSV in any usual encoding, XLSX and XLSM; what is too large or made to harm stops here."""

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from feedback.reading.found import Value
from feedback.reading.packages import Stopped, check_package
from files.inspection import disguises
from files.inspection.text import CONTROL

MOST_BYTES = 50 * 2**20
MOST_LINES = 60_000
MOST_COLUMNS = 300
MOST_CELLS = 600_000
MOST_SHEETS = 40
MOST_OF_A_CELL = 100_000
DELIMITERS = ",;\t|"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

TOO_LARGE = (
    "This file is larger than {most} MB. Save only the sheet with the figures, as a new workbook or as CSV, and send "
    "that."
)
TOO_MANY = (
    "This file holds more than {most:,} {what}, which is more than such a file needs. Save only the figures in a new "
    "workbook, without empty rows that are formatted, and send that."
)
NOT_A_TABLE = (
    "This is neither a table as text (CSV) nor an Excel workbook (.xlsx or .xlsm), so it cannot be read. Open it in "
    "Excel, save it as an Excel workbook and send that."
)


@dataclass(frozen=True)
class Line:
    """A row as the file counts it, from 1, and its values without the empty ones at its end."""

    number: int
    values: tuple[Value, ...]

    def at(self, index: int | None) -> Value:
        return None if index is None or index >= len(self.values) else self.values[index]

    @property
    def empty(self) -> bool:
        return not any(value is not None and value != "" for value in self.values)


@dataclass(frozen=True)
class Sheet:
    """Rows that hold something. A table as text has no sheets: its only one has no name."""

    name: str
    lines: list[Line]


def read_sheets(path: Path) -> tuple[list[Sheet], bool]:
    """The visible sheets, and whether it is a workbook; raises `Stopped` with the sentence for the person."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Stopped(TOO_LARGE.format(most=MOST_BYTES // 2**20))
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", OLD_CONTAINER)):
            check_package(file)
            return workbook(path), True
    return [Sheet("", list(bounded(text_rows(path.read_bytes()))))], False


# --- Workbooks
def workbook(path: Path) -> list[Sheet]:
    """Values that the workbook remembers of its formulas: nothing is calculated, and macros are never run."""
    try:
        # Given a name, openpyxl would want one that ends as Excel's do.
        with path.open("rb") as file, contextlib.closing(load_workbook(file, read_only=True, data_only=True)) as book:
            return list(visible(book))
    except (Stopped, MemoryError):
        raise
    except Exception as failure:
        # openpyxl meets a damaged workbook with whatever it stumbles over.
        raise Stopped("This workbook is damaged. Open it in Excel, save a new copy and send that.") from failure


def visible(book: Any) -> Iterator[Sheet]:
    if len(book.sheetnames) > MOST_SHEETS:
        raise Stopped(TOO_MANY.format(most=MOST_SHEETS, what="sheets"))
    cells = 0
    for name in book.sheetnames:
        sheet = book[name]
        # One that is a chart has no rows; what is hidden are lists that the others choose from.
        if not hasattr(sheet, "reset_dimensions") or sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what a file says of its size may be wrong, and rows would be filled up to it
        lines = []
        for line in bounded(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
            cells += len(line.values)
            if cells > MOST_CELLS:
                raise Stopped(TOO_MANY.format(most=MOST_CELLS, what="cells"))
            lines.append(line)
        yield Sheet(name, lines)


def bounded(rows: Iterator[Any]) -> Iterator[Line]:
    """The rows that hold something, with their numbers."""
    for number, row in enumerate(rows, start=1):
        if row.count(None) == len(row):
            continue
        values = [
            each if each is None or isinstance(each, str | int | float | date) else str(each)
            for each in row[:MOST_COLUMNS]
        ]
        while values and (values[-1] is None or values[-1] == ""):
            values.pop()
        if not values:
            continue
        if number > MOST_LINES:
            raise Stopped(TOO_MANY.format(most=MOST_LINES, what="rows"))
        yield Line(number, tuple(values))


# --- Tables as text
def text_rows(content: bytes) -> Iterator[list[str]]:
    text = decoded(content)
    if not text.strip():
        raise Stopped("There is nothing in this file. Check that it opens on your computer, then send it again.")
    if CONTROL.search(text) or disguises.markup(content[: disguises.HEAD]) or content.startswith(b"%PDF"):
        raise Stopped(NOT_A_TABLE)
    first = text.partition("\n")[0]
    delimiter = first.strip()[4:] if first.casefold().startswith("sep=") else usual_delimiter(text)
    csv.field_size_limit(MOST_OF_A_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter if delimiter in DELIMITERS else ",")
    try:
        yield from ([cell.strip() for cell in row] for row in rows)
    except csv.Error as failure:
        raise Stopped(
            f"Row {rows.line_num:,} of this file cannot be read as a table: a quotation mark may be missing there. "
            "Open it in Excel, save it as CSV again and send that."
        ) from failure


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with or without its mark, or else what Windows writes in Western Europe."""
    for bom, encoding in BOMS.items():
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    with contextlib.suppress(UnicodeDecodeError):
        if b"\0" not in content[:4096]:
            return content.decode("utf-8")
    head = content[:4096]
    if head and b"\0" in head:
        zeros_after, zeros_before = head[1::2].count(0), head[::2].count(0)
        if max(zeros_after, zeros_before) < len(head) // 4:
            raise Stopped(NOT_A_TABLE)
        return content.decode("utf-16-le" if zeros_after > zeros_before else "utf-16-be", "replace")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def usual_delimiter(text: str) -> str:
    """What separates cells in most of the first rows; a title row has commas of its own."""
    rows = text[:20_000].splitlines()[:40]
    return max(DELIMITERS, key=lambda delimiter: sum(row.count(delimiter) for row in rows))
