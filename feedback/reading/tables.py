"""One sheet with its header, read cell by cell: what cannot be understood is told with its row and column."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils import get_column_letter

from feedback.reading import periods
from feedback.reading.found import MOST_ROWS, Found, Period, Row, Value, shown
from feedback.reading.headers import Column, Header, nearest, normal
from feedback.reading.numbers import Number, Unreadable, count, in_points, score, share
from feedback.reading.packages import Shape, shape_of
from feedback.reading.sheets import Line, Sheet

TOTAL = re.compile(r"((grand|sub|trust|overall) ?)?totals?|all (trusts|sites|wards|clinics)|england")
# Without a code; with one, it may be the National Hospital, or a ward named after somebody called England.
TOTAL_WITHOUT_CODE = re.compile(rf"({TOTAL.pattern}|selection|national)\b.*")
# A survey of one's own has no codes, and all its rows are the trust's: also those of its National Hospital.
SUM_OF_A_SURVEY = re.compile(rf"({TOTAL.pattern})|((grand|sub|trust|overall) ?)?totals?\b.*")
NOTHING = {"", "-", "–", "—"}
CODE, NAME, SITE_CODE, SITE, WARD, PERIOD = "trust_code", "trust_name", "site_code", "site_name", "ward", "period"


@dataclass
class Table:
    """A sheet, its header and the report that problems go to. `kept` are the rows of the trust."""

    sheet: Sheet
    header: Header
    found: Found
    columns: tuple[Column, ...]
    kept: list[Line] = field(default_factory=list)
    without_code: list[Line] = field(default_factory=list)
    points: dict[str, bool] = field(default_factory=dict)

    def name(self, key: str) -> str:
        return self.header.names.get(self.header.at[key], "") if key in self.header.at else key

    def value(self, line: Line, key: str) -> Value:
        return line.at(self.header.at.get(key))

    def text(self, line: Line, key: str) -> str:
        text = shown(self.value(line, key))
        return "" if text in NOTHING else text

    def wrong(self, words: str, line: Line | None = None, key: str = "", *, stops: bool) -> None:
        row = line.number if line else self.header.bottom
        self.found.wrong(words, sheet=self.sheet.name, row=row, column=self.header.letter(key), stops=stops)

    # --- Cells
    def count(self, line: Line, key: str) -> Number:
        return self.read(line, key, count)

    def share(self, line: Line, key: str) -> Number:
        if key not in self.points:
            self.points[key] = in_points([self.value(each, key) for each in self.kept])
        return self.read(line, key, lambda value: share(value, points=self.points[key]))

    def score(self, line: Line, key: str, out_of: float) -> Number:
        return self.read(line, key, lambda value: score(value, out_of))

    def read(self, line: Line, key: str, understand: Callable[[Value], Number]) -> Number:
        """Words where a number should be leave it unknown; a number that cannot be true stops the import."""
        try:
            return understand(self.value(line, key))
        except Unreadable as failure:
            self.wrong(f"“{self.name(key)}” {failure.words}.", line, key, stops=failure.stops)
            return Number()

    # --- Rows
    def keep_rows_of(
        self, ods_code: str, *, everything: bool = False, sum_without_code: re.Pattern[str] = TOTAL_WITHOUT_CODE
    ) -> None:
        """The rows of the trust; the others are counted. `everything`: the file names no trusts at all."""
        for line in self.sheet.lines:
            if line.number <= self.header.bottom:
                continue
            code = self.text(line, CODE)
            names = [normal(name) for name in (code, *(self.text(line, key) for key in (NAME, SITE, WARD)))]
            if any((TOTAL if code else sum_without_code).fullmatch(name) for name in names):
                self.found.left_out["totals"] += 1
            elif not code and not everything:
                self.found.left_out["empty"] += 1
                self.without_code.append(line)
            elif everything or code.upper() == ods_code.upper():
                self.kept.append(line)
            else:
                self.found.left_out["other_trusts"] += 1
                self.found.other_trusts.setdefault(code, self.text(line, NAME))
        if len(self.kept) > MOST_ROWS:
            words = (
                f"This sheet has {len(self.kept):,} rows of this trust; at most {MOST_ROWS:,} can be imported at once."
            )
            self.wrong(f"{words} Send it in parts.", self.kept[MOST_ROWS], stops=True)
            del self.kept[MOST_ROWS:]

    def row(self, line: Line, ods_code: str) -> Row:
        return Row(
            sheet=self.sheet.name,
            row=line.number,
            trust=ods_code,
            trust_name=self.text(line, NAME),
            site_code=self.text(line, SITE_CODE).upper(),
            site_name=self.text(line, SITE),
            ward=self.text(line, WARD),
            period=self.period(line),
        )

    def period(self, line: Line) -> Period | None:
        if PERIOD not in self.header.at:
            return None
        value = self.value(line, PERIOD)
        period = periods.of_cell(value)
        if period is None:
            words = f"holds “{shown(value)}”" if shown(value) else "is empty"
            expected = "expected a month such as September 2025, or a year such as 2024-25"
            self.wrong(f"“{self.name(PERIOD)}” {words}; {expected}.", line, PERIOD, stops=True)
        return period

    # --- What only the package of a workbook tells
    def look_at_shape(self, path: Path) -> None:
        """Formulas without a value and merged cells, where they matter: in rows of the trust and known columns."""
        with path.open("rb") as file:
            shape = shape_of(file, self.sheet.name)
        known = {index: key for key, index in self.header.at.items()}
        self.tell_of_formulas(shape, known)
        rows = {line.number: line for line in self.kept}
        for left, top, right, bottom in shape.merged:
            if columns := [known[index] for index in range(left - 1, right) if index in known]:
                line = next((rows[row] for row in range(top, bottom + 1) if row in rows), None)
                if line is not None:
                    cells = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
                    words = (
                        f"The cells {cells} are merged, so it cannot be told which row their value belongs to; expected"
                    )
                    self.wrong(
                        f"{words} a value in each row. Unmerge them and fill in each.", line, columns[0], stops=True
                    )

    def tell_of_formulas(self, shape: Shape, known: dict[int, str]) -> None:
        coded = {line.number for line in self.without_code}
        for line in [*self.kept, *self.without_code]:
            for index, key in known.items():
                if line.number in coded and key != CODE:
                    continue
                cell = f"{get_column_letter(index + 1)}{line.number}"
                if cell in shape.without_value:
                    words = f"“{self.name(key)}” is a formula whose result is not stored in the file; expected a value."
                    words = f"{words} Open the workbook in Excel, let it calculate, save it and send it again."
                    self.wrong(words, line, key, stops=True)


def missing(table_of: Header, columns: tuple[Column, ...], required: tuple[tuple[str, ...], ...]) -> list[str]:
    """A sentence for each required column that is not there; of a group, one is enough."""
    by_key = {column.key: column for column in columns}
    sentences = []
    for group in required:
        if any(key in table_of.at for key in group):
            continue
        column = by_key[group[0]]
        name, letter = nearest(column, table_of)
        meant = (
            f" The nearest is “{name}” in column {letter}: if it is meant, rename it “{column.name}”." if name else ""
        )
        sentences.append(f"The column “{column.name}” is missing.{meant}")
    return sentences
