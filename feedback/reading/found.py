"""What a file was found to hold: its rows and figures for one trust, what was left out, and what is wrong with it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

Period = tuple[date, date]
Value = str | int | float | bool | date | None

MOST_PROBLEMS = 200
MOST_ROWS = 5_000
MOST_FIGURES = 15_000
MOST_NAMED_TRUSTS = 5
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Problem:
    """What is wrong, in a whole sentence, and where; one that `stops` means that nothing may be imported."""

    words: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    stops: bool = False


@dataclass
class Figure:
    """One number of a row. `positive` of `responses` is the share that `score` tells, unless the measure is a score.

    None is unknown. `suppressed` says that it is unknown because the file withholds it; it is never zero.
    """

    measure: str
    column: str
    positive: int | None = None
    responses: int | None = None
    score: float | None = None
    suppressed: bool = False
    benchmark: float | None = None
    detail: dict[str, int | float | None] = field(default_factory=dict)

    def content(self) -> list[Any]:
        """What makes it the same figure in another file, whose share may have been rounded for show."""
        counted = self.positive is not None and self.responses is not None
        score = None if counted or self.score is None else round(self.score, 4)
        known = {key: value for key, value in self.detail.items() if value is not None}
        return [self.measure, self.positive, self.responses, score, self.suppressed, self.benchmark, known]


@dataclass
class Row:
    """One row of the trust. `period` is said only by files that hold a column of months or years."""

    sheet: str
    row: int
    trust: str
    trust_name: str = ""
    site_code: str = ""
    site_name: str = ""
    ward: str = ""
    specialties: list[str] = field(default_factory=list)
    period: Period | None = None
    figures: list[Figure] = field(default_factory=list)

    def place(self) -> tuple[str, str, str]:
        return (self.site_code.casefold() or self.site_name.casefold(), self.ward.casefold(), str(self.period))

    def content(self) -> list[Any]:
        figures = sorted((figure.content() for figure in self.figures), key=json.dumps)
        names = [self.site_code, "" if self.site_code else self.site_name, self.ward]
        return [self.trust, *names, days(self.period), figures]


@dataclass
class Table:
    """A sheet as it stands, for the mapping screen: where its header seems to be, its columns, its first rows."""

    sheet: str
    header_row: int
    columns: list[str]
    sample: list[list[str]]


@dataclass
class Found:
    """All that was found. `layout` is empty where none was recognised."""

    layout: str = ""
    title: str = ""
    sheets: list[str] = field(default_factory=list)
    period: Period | None = None
    rows: list[Row] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: {"totals": 0, "other_trusts": 0, "empty": 0})
    problems: list[Problem] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    other_trusts: dict[str, str] = field(default_factory=dict)
    raw: str = ""
    patient_signs: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self, words: str, *, sheet: str = "", row: int | None = None, column: str = "", stops: bool) -> None:
        self.problems.append(Problem(words, sheet, row, column, stops))

    @property
    def stopped(self) -> bool:
        return any(problem.stops for problem in self.problems)

    def digest(self) -> str:
        """The same for the same content, whatever file it is in and in whatever order its rows stand."""
        rows = sorted((row.content() for row in self.rows), key=json.dumps)
        content: Any = [self.layout, days(self.period), rows] if self.layout else self.raw
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def said(self) -> dict[str, Any]:
        """For JSON, of a bounded size."""
        first = self.tables[0] if self.tables else Table("", 0, [], [])
        return {
            "layout": self.layout,
            "title": self.title,
            "sheets": self.sheets,
            "period": days(self.period),
            "rows": [asdict(row) | {"period": days(row.period)} for row in self.rows],
            "left_out": self.left_out,
            "problems": [asdict(problem) for problem in bounded(self.problems)],
            "columns": first.columns,
            "sample": first.sample,
            "tables": [asdict(table) for table in self.tables],
            "digest": self.digest(),
            "patient_signs": self.patient_signs,
        }


def bounded(problems: list[Problem]) -> list[Problem]:
    """Those that stop come first, as they are what the person has to put right."""
    ordered = sorted(problems, key=lambda problem: not problem.stops)
    if len(ordered) <= MOST_PROBLEMS:
        return ordered
    left = len(ordered) - MOST_PROBLEMS
    return [*ordered[:MOST_PROBLEMS], Problem(f"{left:,} more problems of these kinds are not listed.")]


def days(period: Period | None) -> list[str] | None:
    return None if period is None else [day.isoformat() for day in period]


def shown(value: Value) -> str:
    """A cell's value as a person would read it, shortened."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
