"""Any file to what it holds for one trust: which layout it is, its rows, its period, and everything that is wrong."""

import json
from dataclasses import dataclass
from pathlib import Path

from feedback.reading import fft, ko41a, local, periods, staff
from feedback.reading import found as report
from feedback.reading.found import MOST_FIGURES, MOST_NAMED_TRUSTS, Found, Period, Row, shown
from feedback.reading.headers import Column, Header, find_header, likely_header, titles_above, unique_names
from feedback.reading.packages import Stopped
from feedback.reading.sheets import Sheet, read_sheets
from feedback.reading.signs import signs_in
from feedback.reading.tables import Table, missing

LONGEST_TITLE = 120
MOST_TABLES, MOST_SAMPLE_ROWS, MOST_SAMPLE_COLUMNS = 20, 8, 60


@dataclass
class Reader:
    """One reading of one file; what it comes to is in `found`."""

    path: Path
    file_name: str
    ods_code: str
    found: Found
    sheets: list[Sheet]
    is_workbook: bool

    def read(self, mapping: str) -> None:
        tables = self.mapped(mapping) if mapping else self.fft() or self.ko41a() or self.staff()
        if not tables:
            if not mapping and not self.found.stopped:
                self.unknown()
            return
        self.found.sheets = [table.sheet.name for table in tables]
        if self.is_workbook:
            for table in tables:
                table.look_at_shape(self.path)
        self.drop_rows_without_figures()
        self.tell_of_no_rows(tables)
        self.say_period(tables)
        self.tell_of_rows_twice()

    # --- Layouts
    def mapped(self, mapping: str) -> list[Table]:
        table = local.read_local(self.found, self.sheets, mapping, self.ods_code)
        self.found.layout, self.found.title = "local", "A survey of your own"
        return [table] if table else []

    def fft(self) -> list[Table]:
        headers = [(sheet, header) for sheet in self.sheets if (header := find_header(sheet, fft.COLUMNS))]
        whole = [(sheet, header) for sheet, header in headers if fft.is_complete(header)]
        tables, levels, tests = [], [], []
        for sheet, header in whole:
            others = [each for each in self.sheets if each is not sheet]
            test = fft.which_test(sheet, header, self.file_name, others)
            if test is None:
                self.tell_of_unknown_test(sheet, header)
                continue
            table = self.table(sheet, header, fft.COLUMNS)
            table.keep_rows_of(self.ods_code)
            self.found.rows += fft.read_rows(table, test.measure, self.ods_code)
            tables.append(table)
            levels.append(fft.level_of(header))
            tests.append(test)
        if tables:
            finest = next(level for level in fft.LEVELS if level in levels)
            self.found.layout = f"fft_{tests[0].code}_{finest}"
            said = " and ".join(words for level, words in fft.LEVELS.items() if level in levels)
            which = " and ".join(dict.fromkeys(test.words for test in tests))
            self.found.title = f"Friends and Family Test, {which}, {said}"
        near = [(sheet, header) for sheet, header in headers if (sheet, header) not in whole and fft.is_near(header)]
        self.tell_of_missing_in_fft(near, bool(whole))
        return tables

    def tell_of_unknown_test(self, sheet: Sheet, header: Header) -> None:
        words = "It is not said which Friends and Family Test this is; expected inpatient, A&E or outpatient in a title"
        words = f"{words} above the table or in the name of the file. Other tests are not kept here."
        self.found.wrong(words, sheet=sheet.name, row=header.top, stops=True)

    def tell_of_missing_in_fft(self, near: list[tuple[Sheet, Header]], others_are_whole: bool) -> None:
        for sheet, header in near:
            by_area = "trust_code" not in header.at and ("icb_code" in header.at or "icb_name" in header.at)
            if by_area and not {"site_code", "site_name", "ward"} & header.at.keys():
                if not others_are_whole:
                    fft.wrong_sheet(self.found, sheet, header)
                continue
            self.tell_of_missing(sheet, header, missing(header, fft.COLUMNS, fft.REQUIRED))

    def tell_of_missing(self, sheet: Sheet, header: Header, sentences: list[str]) -> None:
        for words in sentences:
            self.found.wrong(words, sheet=sheet.name, row=header.bottom, stops=True)

    def ko41a(self) -> list[Table]:
        tables, levels = [], []
        for sheet in self.sheets:
            header = find_header(sheet, ko41a.COLUMNS)
            if header is None or not ko41a.is_near(header):
                continue
            if not ko41a.is_complete(header):
                self.tell_of_missing(sheet, header, missing(header, ko41a.COLUMNS, ko41a.REQUIRED))
                continue
            table = self.table(sheet, header, ko41a.COLUMNS)
            table.keep_rows_of(self.ods_code)
            self.found.rows += ko41a.read_rows(table, self.ods_code)
            tables.append(table)
            levels.append(ko41a.level_of(header))
        if tables:
            self.found.layout = f"ko41a_{'site' if 'site' in levels else 'org'}"
            self.found.title = f"Written complaints (KO41a), {'by site' if 'site' in levels else 'for the whole trust'}"
        return tables

    def staff(self) -> list[Table]:
        tables = []
        for sheet in self.sheets:
            header = find_header(sheet, staff.COLUMNS)
            if header is None or not staff.is_near(header) or not staff.speaks_of_staff(sheet.lines, header):
                continue
            if not staff.is_complete(header):
                self.tell_of_missing(sheet, header, missing(header, staff.COLUMNS, staff.REQUIRED))
                continue
            table = self.table(sheet, header, staff.COLUMNS)
            table.keep_rows_of(self.ods_code, everything=not staff.names_trusts(header))
            self.found.rows += staff.read_rows(table, self.ods_code)
            tables.append(table)
        if tables:
            self.found.layout, self.found.title = "staff_survey", "NHS Staff Survey, People Promise and themes"
        return tables

    def table(self, sheet: Sheet, header: Header, columns: tuple[Column, ...]) -> Table:
        return Table(sheet, header, self.found, columns)

    def unknown(self) -> None:
        """No layout that we know: what a person needs to say which column is which."""
        self.found.sheets = [sheet.name for sheet in self.sheets]
        for sheet in self.sheets[:MOST_TABLES]:
            row = likely_header(sheet)
            top = next((line for line in sheet.lines if line.number == row), None)
            if top is None:
                continue
            below = [line for line in sheet.lines if line.number > row][:MOST_SAMPLE_ROWS]
            width = min(MOST_SAMPLE_COLUMNS, max(len(line.values) for line in (top, *below)))
            sample = [[shown(line.at(index)) for index in range(width)] for line in below]
            self.found.tables.append(report.Table(sheet.name, row, unique_names(top, width), sample))
        content = [[[shown(value) for value in line.values] for line in sheet.lines] for sheet in self.sheets]
        self.found.raw = json.dumps(content)

    # --- What the rows say together
    def drop_rows_without_figures(self) -> None:
        kept = [row for row in self.found.rows if row.figures]
        self.found.left_out["empty"] += len(self.found.rows) - len(kept)
        self.found.rows = kept
        count = sum(len(row.figures) for row in kept)
        if count > MOST_FIGURES:
            words = (
                f"This file holds {count:,} figures of your trust; at most {MOST_FIGURES:,} can be imported at once."
            )
            self.found.wrong(f"{words} Send it in parts.", stops=True)
            self.found.rows = []

    def tell_of_no_rows(self, tables: list[Table]) -> None:
        if self.found.rows or self.found.stopped:
            return
        others = [f"{name} ({code})" if name else code for code, name in self.found.other_trusts.items()]
        words = f"This file has no figures of your trust ({self.ods_code}). "
        if others:
            more = f" and {len(others) - MOST_NAMED_TRUSTS:,} others" if len(others) > MOST_NAMED_TRUSTS else ""
            words += f"It holds those of {', '.join(others[:MOST_NAMED_TRUSTS])}{more}."
        else:
            words += "It holds no figures of any trust: the table is empty, or everything in it is unknown."
        first = tables[0]
        column = first.header.letter("trust_code")
        self.found.wrong(words, sheet=first.sheet.name, row=first.header.bottom, column=column, stops=True)

    def say_period(self, tables: list[Table]) -> None:
        """A column says it row by row; else titles, names of sheets, the name of the file, titles of other sheets."""
        own = {table.sheet.name: self.period_of(table) for table in tables}
        named = periods.of_titles([self.file_name])
        first = [value for sheet in self.sheets for line in sheet.lines[:6] for value in line.values]
        elsewhere = periods.of_titles(text for text in first if isinstance(text, str) and len(text) < LONGEST_TITLE)
        for row in self.found.rows:
            row.period = row.period or own.get(row.sheet)
        said = {row.period for row in self.found.rows if row.period}
        if len(said) == 1 and all(row.period for row in self.found.rows):
            self.found.period = said.pop()
            self.tell_of_another_period(self.found.period, named)
        elif said:
            self.found.period = min(each[0] for each in said), max(each[1] for each in said)
            return
        else:
            self.found.period = named or elsewhere
        for row in self.found.rows:
            row.period = None

    def period_of(self, table: Table) -> Period | None:
        return periods.of_titles(titles_above(table.sheet, table.header.top)) or periods.of_titles([table.sheet.name])

    def tell_of_another_period(self, used: Period, named: Period | None) -> None:
        if named is not None and (named[0] > used[1] or named[1] < used[0]):
            words = f"The file’s name speaks of {spoken(named)}, but what is in it of {spoken(used)}"
            self.found.wrong(f"{words}; expected one period. What is in it counts.", stops=False)

    def tell_of_rows_twice(self) -> None:
        """The same place, period and measure in two rows: nobody could tell which one is right."""
        seen: dict[tuple[tuple[str, str, str], str], Row] = {}
        for row in self.found.rows:
            for figure in row.figures:
                first = seen.setdefault((row.place(), figure.measure), row)
                if first is not row:
                    where = f" of the sheet “{first.sheet}”" if first.sheet != row.sheet else ""
                    when = f" for {spoken(row.period)}" if row.period else ""
                    what = row.ward or row.site_name or row.site_code or "this trust"
                    words = f"“{what}” is here a second time{when}: it is in row {first.row}{where} already; expected"
                    self.found.wrong(
                        f"{words} one row for each place and period.",
                        sheet=row.sheet,
                        row=row.row,
                        column=figure.column,
                        stops=True,
                    )
                    break


def spoken(period: Period) -> str:
    first, last = period
    if (last - first).days < 31:
        return f"{first:%B %Y}"
    return f"{first:%-d %B %Y} to {last:%-d %B %Y}"


def read(path: Path, file_name: str, ods_code: str, mapping: str = "") -> Found:
    """All that a file holds for one trust. Raises only what is not the file's fault."""
    found = Found()
    try:
        sheets, is_workbook = read_sheets(path)
        found.patient_signs = signs_in(sheets)
        Reader(path, file_name, ods_code, found, sheets, is_workbook).read(mapping)
    except Stopped as stop:
        found.wrong(stop.words, stops=True)
    return found
