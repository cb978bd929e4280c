"""The NHS Staff Survey: the seven elements of the People Promise and two themes, scored from 0 to 10."""

import re

from feedback.reading.found import Figure, Found, Row, shown
from feedback.reading.headers import Column, Header, normal
from feedback.reading.numbers import whole
from feedback.reading.places import TRUST_COLUMNS
from feedback.reading.sheets import Line
from feedback.reading.tables import CODE, Table

INDICATOR, SCORE, BENCHMARK, RESPONSES = "indicator", "score", "benchmark", "responses"
OUT_OF = 10
# How the survey's own reports name them, in full, shortened, and by number.
INDICATORS = {
    "staff_compassionate": r"compassionate and inclusive|promise element 1|pp ?1",
    "staff_recognised": r"recogni[sz]ed and rewarded|promise element 2|pp ?2",
    "staff_voice": r"voice that counts|promise element 3|pp ?3",
    "staff_safe": r"safe and healthy|promise element 4|pp ?4",
    "staff_learning": r"always learning|promise element 5|pp ?5",
    "staff_flexible": r"work(ing)? flexibl[ye]|flexible working|promise element 6|pp ?6",
    "staff_team": r"(are|as|be) a team|promise element 7|pp ?7|(a )?team",
    "staff_engagement": r"staff engagement|engagement|theme 1",
    "staff_morale": r"(staff )?morale|theme 2",
}
FRAME = (
    r"((nhs )?people promise )?(promise )?(element \d+ )?(theme )?(pp ?\d )?(we )?(are |each have a |have a )?"
    r"({name})( score)?"
)
COLUMNS = (
    *(column for column in TRUST_COLUMNS if column.key != "period"),
    Column("period", "Year", ("Survey year", "Period")),
    Column(
        INDICATOR,
        "Indicator",
        ("People Promise element", "People Promise element or theme", "Element", "Theme", "Measure", "People Promise"),
    ),
    Column(SCORE, "Trust score", ("Score", "Your trust", "Your org", "Organisation score", "Your score", "Result")),
    Column(
        BENCHMARK,
        "Benchmark group score",
        ("Benchmark score", "Benchmark", "Benchmark group", "Benchmark group average", "Average", "Sector score"),
    ),
    Column(RESPONSES, "Responses", ("Respondents", "Number of responses", "Base", "Base size")),
)
REQUIRED = ((INDICATOR,), (SCORE,))


def is_near(header: Header) -> bool:
    return INDICATOR in header.at and (SCORE in header.at or BENCHMARK in header.at)


def is_complete(header: Header) -> bool:
    return INDICATOR in header.at and SCORE in header.at


def measure_of(words: str) -> str:
    name = normal(words)
    for measure, written in INDICATORS.items():
        if re.fullmatch(FRAME.replace("{name}", written), name):
            return measure
    return ""


def speaks_of_staff(table_lines: list[Line], header: Header) -> bool:
    """Whether any row names an element or theme: other surveys have indicators and scores as well."""
    index = header.at.get(INDICATOR)
    return any(measure_of(shown(line.at(index))) for line in table_lines if line.number > header.bottom)


def read_rows(table: Table, ods_code: str) -> list[Row]:
    rows = []
    for line in table.kept:
        indicator = shown(table.value(line, INDICATOR))
        measure = measure_of(indicator)
        if not measure:
            not_understood(table.found, table, line, indicator)
            continue
        row = table.row(line, ods_code)
        score, benchmark = table.score(line, SCORE, OUT_OF), table.score(line, BENCHMARK, OUT_OF)
        if score.value is not None or score.withheld:
            row.figures.append(
                Figure(
                    measure=measure,
                    column=table.header.letter(SCORE),
                    responses=whole(table.count(line, RESPONSES)),
                    score=score.value,
                    suppressed=score.withheld,
                    benchmark=benchmark.value,
                )
            )
        rows.append(row)
    return rows


def not_understood(found: Found, table: Table, line: Line, indicator: str) -> None:
    found.left_out["empty"] += not indicator
    if indicator:
        words = f"“{indicator}” is left out; expected one of the seven elements of the People Promise, staff engagement"
        table.wrong(f"{words} or morale.", line, INDICATOR, stops=False)


def names_trusts(header: Header) -> bool:
    return CODE in header.at
