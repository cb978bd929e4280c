"""The text of spreadsheets: xlsx and xlsm, row by row through openpyxl, and ods."""

import contextlib
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PIL import Image

from files.reading import pdf
from files.reading.documents import by_page, opened
from files.reading.flow import OPEN_DOCUMENT, flowing
from files.reading.pages import Page, in_parts

SHEET = replace(OPEN_DOCUMENT, page="table", page_name="name")
DECIMALS = re.compile(r"[0#?]\.(0+)")
Picture = Callable[[], Image.Image | None]


def xlsx_pages(path: Path, rendered: Path | None = None) -> Iterator[Page]:
    """A sheet a page, and more where it is long: its first page has the picture, which shows the top of the sheet."""
    opened(path).close()  # tells a password from damage
    # Given a name, openpyxl would want one that ends as Excel's do.
    with path.open("rb") as file, contextlib.closing(load_workbook(file, read_only=True, data_only=True)) as book:
        names = book.sheetnames
        with sheet_pictures(rendered, len(names)) as picture:
            for index, name in enumerate(names):
                sheet: Any = book[name]
                hidden = getattr(sheet, "sheet_state", "visible") != "visible"
                label = f"Sheet {name} (hidden)" if hidden else f"Sheet {name}"
                yield from sheet_pages(label, xlsx_rows(sheet), picture(index))


def xlsx_rows(sheet: Any) -> Iterator[str]:
    """The rows as lines; a sheet that is a chart has none."""
    if not hasattr(sheet, "reset_dimensions"):
        return
    sheet.reset_dimensions()  # what a file says of its size may be wrong, and rows would be filled up to it
    for row in sheet.iter_rows():
        cells = ("" if cell.value is None else shown(cell.value, cell.number_format) for cell in row)
        yield "\t".join(cells).rstrip("\t")


def ods_pages(path: Path, rendered: Path | None = None) -> Iterator[Page]:
    with opened(path) as archive:
        count = sum(not isinstance(said, str) for said in flowing(archive, "content.xml", SHEET)) if rendered else 0
        with sheet_pictures(rendered, count) as picture:
            for index, (name, rows) in enumerate(by_page(flowing(archive, "content.xml", SHEET))):
                yield from sheet_pages(f"Sheet {name}", rows, picture(index))


def sheet_pages(label: str, rows: Iterator[str], picture: Picture | None) -> Iterator[Page]:
    empty = True
    for part in in_parts(rows):
        yield Page(label if part.first == 1 else f"{label}, from row {part.first:,}", part.text, picture)
        empty, picture = False, None
    if empty:
        yield Page(label, "", picture)


@contextlib.contextmanager
def sheet_pictures(rendered: Path | None, count: int) -> Iterator[Callable[[int], Picture | None]]:
    """What draws the sheet of an index, where LibreOffice made as many pages as there are sheets; else nothing does."""
    if rendered is None:
        yield lambda index: None
        return
    with pdf.opened(rendered) as document:
        if len(document) == count:
            yield lambda index: lambda: pdf.drawn_page(document, index, by=pdf.drawn_top)
        else:
            yield lambda index: None


def shown(value: object, number_format: str) -> str:
    """A value nearly as the cell shows it: as somebody would type it to find it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime.datetime():
            return f"{value:%d/%m/%Y %H:%M}" if value.time() != datetime.time() else f"{value:%d/%m/%Y}"
        case datetime.date():
            return f"{value:%d/%m/%Y}"
        case datetime.time():
            return f"{value:%H:%M}"
        case int() | float():
            return number(value, number_format)
    return str(value)


def number(value: float, number_format: str) -> str:
    decimals = DECIMALS.search(number_format)
    places = len(decimals[1]) if decimals else 0
    if "%" in number_format:
        return f"{value:.{places}%}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.{places}f}" if decimals else f"{value:.15g}"
