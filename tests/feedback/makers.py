"""Files as trusts and NHS England make them: workbooks with titles, two-row headers and totals, and extracts as CSV."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl

from feedback.reading import MEGABYTES, SECONDS
from files.child import run_limited

SAMPLES = Path(__file__).resolve().parent / "samples"
PLACE = {
    "Trusts": ["ICB Code", "Trust Code", "Trust Name"],
    "Sites": ["ICB Code", "Trust Code", "Trust Name", "Site Code", "Site Name"],
    "Wards": ["ICB Code", "Trust Code", "Trust Name", "Site Code", "Site Name", "Ward Name"],
}
FIGURES = ["Total Responses", "Total Eligible", "Percentage Positive", "Percentage Negative"]
ANSWERS = ["Very Good", "Good", "Neither Good nor Poor", "Poor", "Very Poor", "Don't Know"]
AFTER = {"Wards": ["First Speciality", "Second Speciality"]}
TITLE = "Inpatient Friends and Family Test (FFT) data - September 2025"
RKE: list[Any] = ["QMJ", "RKE", "Whittington Health NHS Trust"]
RQX: list[Any] = ["QMF", "RQX", "Homerton Healthcare NHS Foundation Trust"]
SITE: list[Any] = ["RKEQ4", "Whittington Hospital"]
SUPPRESSED: list[Any] = ["*"] * 10


def figures(*answers, eligible=300):
    """Total, eligible, the two shares as fractions, and the six answers."""
    total = sum(answers)
    return [total, eligible, (answers[0] + answers[1]) / total, (answers[3] + answers[4]) / total, *answers]


WARD_ROWS: list[list[Any]] = [
    [*RKE, *SITE, "Archway Ward", *figures(80, 14, 3, 1, 1, 1), "320 - CARDIOLOGY", "300 - GENERAL MEDICINE"],
    [*RKE, *SITE, "Betty Mansell", *figures(20, 10, 0, 0, 0, 0), "502 - GYNAECOLOGY", None],
    [*RKE, *SITE, "Nightingale", *SUPPRESSED, "340 - RESPIRATORY MEDICINE", None],
    [*RQX, "RQXM1", "Homerton University Hospital", "Millfields Ward", *figures(40, 5, 1, 1, 0, 0), None, None],
]


def sheet_of(book, name, rows, *, header_row=10, title=TITLE, title_row=2):
    """A sheet as the national workbook has it: the header in two rows, then three rows of totals, then the rows."""
    sheet = book.create_sheet(name)
    sheet.cell(title_row, 2, title)
    place = PLACE[name]
    width = len(place)
    for column, text in enumerate([*place, *FIGURES], start=1):
        sheet.cell(header_row, column, text)
        sheet.merge_cells(start_row=header_row, end_row=header_row + 1, start_column=column, end_column=column)
    start = width + len(FIGURES) + 1
    sheet.cell(header_row, start, "Breakdown of Responses")
    sheet.merge_cells(start_row=header_row, end_row=header_row, start_column=start, end_column=start + 5)
    for column, text in enumerate(ANSWERS, start=start):
        sheet.cell(header_row + 1, column, text)
    for column, text in enumerate(AFTER.get(name, []), start=start + 6):
        sheet.cell(header_row, column, text)
    totals = ["England (including Independent Sector Providers)", "England (excluding Independent Sector Providers)"]
    for number, text in enumerate([*totals, "Selection (excluding suppressed data)"], start=header_row + 2):
        sheet.cell(number, 3, text)
        sheet.cell(number, width + 1, 123456)
    for number, row in enumerate(rows, start=header_row + 5):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    for cells in sheet.iter_rows(min_row=header_row + 2):
        for cell in cells[width + 2 : width + 4]:
            cell.number_format = "0%"
    return sheet


def wards_workbook(path, rows=None, **options):
    book = new_book()
    sheet_of(book, "Wards", WARD_ROWS if rows is None else rows, **options)
    book.save(path)
    return path


def new_book():
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    return book


def table_workbook(path, rows, name="Sheet1"):
    book = new_book()
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def as_csv(path, rows, encoding="utf-8", delimiter=","):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    path.write_bytes(written.getvalue().encode(encoding))
    return path


EXTRACT_HEADER = [
    *("Org code", "Org name", "Site code", "Site name", "Ward name", "Total responses", "% positive"),
    *("1 Very Good", "2 Good", "3 Neither good nor poor", "4 Poor", "5 Very Poor", "6 Don't know"),
]


def extract_row(ward, *answers, share=None, total=None, org="RKE"):
    total = sum(answers) if total is None else total
    share = f"{(answers[0] + answers[1]) / total:.0%}" if share is None else share
    return [org, "Whittington Health", *SITE, ward, total, share, *answers]


def read(path, *, name=None, trust="RKE", mapping=None):
    """As the worker reads it: in the child, within its limits."""
    args = [str(path), path.name if name is None else name, trust]
    if mapping is not None:
        args.append(mapping if isinstance(mapping, str) else json.dumps(mapping))
    return json.loads(run_limited("feedback.reading", *args, seconds=SECONDS, megabytes=MEGABYTES))


def words(found):
    return " ".join(problem["words"] for problem in found["problems"])


def stopping(found):
    return [problem for problem in found["problems"] if problem["stops"]]
