"""A trust's dashboard as tables to take away: all that the screen shows, and what each figure counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from assessments.headroom import AT_LEAST_COMPLIANT, BELOW, NOT_YET, headroom, total
from assessments.services.export import harmless
from departments.models import Trust
from portal.dashboards import words
from portal.dashboards.board import Line, Paper
from portal.dashboards.choices import SORTS, STAGES, Choices
from portal.nhsuk.marks import BANDS, OUTCOMES
from portal.nhsuk.marks import STAGES as STAGE_MARKS

Cell = str | int | float | date | None

# What the columns count, by their head; a criterion's column counts its elements.
MEANINGS = {
    "Department": "A department of the trust; with two assessments, or beside another year, it has a row for each.",
    "Type": "Its national treatment function, or corporate services.",
    "Sites": "Where it runs services.",
    "Certified until": "The last day of the certificate in force, if there is one.",
    "Overdue actions": "Corrective actions to do whose day has passed.",
    "Gaps": "Sub-criteria that patients, or some of them, rate lower than it does, in its newest assessment.",
    "Good practice cases": "Cases of its good practice that are published.",
    "Evidence out of date": "Pieces on which its newest assessment rests, and whose last day has passed.",
    "Evidence that expires": "Pieces on which its newest assessment rests, and whose last day is within 60 days.",
    "Assessment": "The assessment that the row counts.",
    "Stage or outcome": "How far it has come; once decided, what the certification body decided.",
    "Bands": "Whose bands are counted: the department’s own view, or what the assessor found, once decided.",
    "At or above Compliant": "Elements rated Compliant or Compliance Plus.",
    "Rated": "Elements with a band; Not Applicable counts nowhere.",
    "Share": "At or above Compliant, of those rated, in per cent.",
    "Not yet rated": "Elements without a band.",
    "Partials used": "Elements rated Partially Compliant.",
    "Partials allowed": "How many the award rule of its version of the standard allows over all criteria.",
    "Verdict and headroom": "What the award rule makes of these bands.",
    "Change": "The share, beside that of the year compared with.",
    "Due": "The self-assessment, the next review of the cycle, or the end of the certificate.",
    "Award report": "Whether it can be downloaded.",
}
OF_ONE = "Elements of the criterion, by band. A blank is a criterion that this assessment does not have."


@dataclass(frozen=True)
class Sheet:
    """A table of a file, with a name for its tab."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def sheets(
    trust: Trust, lines: Iterable[Line], paper: Paper, evidence: Mapping[int, tuple[int, int]], narrowed: str
) -> list[Sheet]:
    """The lines of the screen, their counts one by one, and what it all is."""
    shown = list(lines)
    return [of_lines(shown, paper, evidence), of_counts(shown, paper), about(trust, paper, narrowed)]


def of_lines(lines: Iterable[Line], paper: Paper, evidence: Mapping[int, tuple[int, int]]) -> Sheet:
    before, after = split()
    rows = [[*of_department(line, evidence), *of_criteria(line, paper), *of_verdict(line, paper)] for line in lines]
    return Sheet("Departments", [*before, *paper.headings.values(), *after], rows)


def split() -> tuple[list[str], list[str]]:
    """The heads before and after those of the criteria."""
    heads = list(MEANINGS)
    at = heads.index("Bands") + 1
    return heads[:at], heads[at:]


def of_department(line: Line, evidence: Mapping[int, tuple[int, int]]) -> list[Cell]:
    row, one = line.row, line.one
    expired, expires = evidence.get(row.pk, (0, 0))
    state = "No assessment"
    if one:
        state = OUTCOMES[one.outcome].words if one.decided else STAGE_MARKS[one.stage].words
    return [
        *(row.name, row.function, ", ".join(site.name for site in row.sites), row.certified_until),
        *(row.overdue_actions, row.gaps, row.practice, expired, expires, one.title if one else "", state, line.whose),
    ]


def of_criteria(line: Line, paper: Paper) -> list[Cell]:
    return [words.whole_counts(line.one.bands.get(number, {})) if line.one else "" for number in paper.headings]


def of_verdict(line: Line, paper: Paper) -> list[Cell]:
    one = line.one
    if one is None:
        return [None] * len(split()[1])
    good, version = total(one.bands, *AT_LEAST_COMPLIANT), paper.known.get(one.standard)
    allowed = headroom(version.award_rule, one.bands).allowed if version else None
    return [
        *(good, good + total(one.bands, *BELOW), round(one.share, 1) if one.share is not None else None),
        *(total(one.bands, NOT_YET), total(one.bands, BELOW[0]), allowed, line.verdict, line.change, line.due),
        "Ready" if one.has_report else "No report yet" if one.decided else "",
    ]


def of_counts(lines: Iterable[Line], paper: Paper) -> Sheet:
    """One row a department, criterion and band."""
    rows: list[Sequence[Cell]] = [
        [line.name, line.one.title, line.whose, number, title, BANDS[band].words, count]
        for line in lines
        if line.one
        for number, title in paper.headings.items()
        for band in words.ORDER
        if (count := line.one.bands.get(number, {}).get(band, 0))
    ]
    return Sheet("Counts", ["Department", "Assessment", "Bands", "Criterion", "Title", "Band", "Elements"], rows)


def about(trust: Trust, paper: Paper, narrowed: str) -> Sheet:
    """Whose figures these are, of when, what was left out, and what each column counts."""
    asked = paper.asked
    rows: list[Sequence[Cell]] = [
        ["Trust", f"{trust.name} ({trust.ods_code})"],
        ["Made on", words.day(paper.today)],
        ["As at", f"The end of {asked.year}" if asked.year else f"Today, {words.day(paper.today)}"],
        ["Compared with", f"The end of {asked.compare}" if asked.compare else "Nothing"],
        ["Shown", narrowed],
    ]
    before, after = split()
    rows += [[head, MEANINGS[head]] for head in before]
    rows += [[title, OF_ONE] for title in paper.headings.values()]
    rows += [[head, MEANINGS[head]] for head in after]
    return Sheet("What it counts", ["What", "Meaning"], rows)


def narrowing(asked: Choices, types: Mapping[str, str], sites: Mapping[int, str], titles: Mapping[str, str]) -> str:
    """The filters in words."""
    parts = [
        STAGES.get(asked.stage, ""),
        types.get(asked.type, asked.type),
        sites.get(asked.site, "another site") if asked.site else "",
        titles.get(asked.criterion, ""),
    ]
    return f"{'; '.join(filter(None, parts)) or 'Every department'}, by {SORTS[asked.sort].lower()}"


def csv_of(tables: Sequence[Sheet]) -> bytes:
    """The lines, then what they are. Spreadsheets tell by the mark at its beginning that it is UTF-8."""
    text = io.StringIO()
    table = csv.writer(text)
    first, *_others, last = tables
    parts: list[list[Sequence[Cell]]] = [[first.heads, *first.rows], [[]], [last.heads, *last.rows]]
    for rows in parts:
        table.writerows([harmless(plain(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def plain(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)


def xlsx_of(tables: Sequence[Sheet]) -> bytes:
    """A sheet for each table; what begins like a formula is text."""
    book = Workbook(write_only=True)
    for table in tables:
        page = book.create_sheet(table.name)
        page.freeze_panes = "B2"
        for place in range(len(table.heads)):
            page.column_dimensions[chr(65 + place // 26 - 1) * (place > 25) + chr(65 + place % 26)].width = 22
        for row in (table.heads, *table.rows):
            page.append([written(page, cell, bold=row is table.heads) for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def written(page: Any, value: Any, *, bold: bool) -> Any:
    """A cell of a write-only sheet."""
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
    return cell
