"""Any other survey, read as somebody mapped its columns.

The mapping is JSON:

    {"sheet": "Results", "header_row": 3, "site_code": null, "site": "Clinic site", "ward": "Clinic", "period": "Month",
     "figures": [{"column": "Satisfied", "measure": "code of the measure", "kind": "share", "out_of": null,
                  "responses_column": "Answers", "benchmark_column": null}]}

Columns are named as in `tables[].columns` of what was found without a mapping. `kind` is share (if not said: 94%, 0.94,
or 94 where the column is in points), count (how many of `responses_column`), or score (from 0 to `out_of`, 10 if not
said). A table as text has the sheet "". Every row is taken as the trust's own.
"""

import json
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from feedback.reading.found import Figure, Found, Row
from feedback.reading.headers import Header, unique_names
from feedback.reading.numbers import Number, whole
from feedback.reading.sheets import Line, Sheet
from feedback.reading.tables import PERIOD, SITE, SITE_CODE, SUM_OF_A_SURVEY, WARD, Table

MOST_FIGURES = 50
KINDS = ("share", "count", "score")
PLACES = {"site_code": SITE_CODE, "site": SITE, "ward": WARD, "period": PERIOD}


@dataclass(frozen=True)
class Mapped:
    """A column that is a measure, with the keys of the columns beside it."""

    key: str
    measure: str
    kind: str
    out_of: float


def read_local(found: Found, sheets: list[Sheet], mapping: str, ods_code: str) -> Table | None:
    """None where the mapping does not fit the file, which `found` then says."""
    try:
        given = json.loads(mapping)
        sheet = next((each for each in sheets if each.name == given["sheet"]), None)
        if sheet is None:
            names = ", ".join(f"“{each.name}”" for each in sheets[:5])
            found.wrong(f"There is no sheet “{given['sheet']}” in this file; expected one of {names}.", stops=True)
            return None
        header, figures = mapped(found, sheet, given)
    except (ValueError, KeyError, TypeError, AttributeError):
        found.wrong("What the columns mean was not said in full; say again which column is which.", stops=True)
        return None
    if header is None:
        return None
    table = Table(sheet, header, found, ())
    table.keep_rows_of(ods_code, everything=True, sum_without_code=SUM_OF_A_SURVEY)
    found.rows += [row_of(table, line, figures, ods_code) for line in table.kept]
    return table


def mapped(found: Found, sheet: Sheet, given: dict[str, Any]) -> tuple[Header | None, list[Mapped]]:
    row = int(given["header_row"])
    width = max((len(line.values) for line in sheet.lines), default=0)
    top = next((line for line in sheet.lines if line.number == row), Line(row, ()))
    names = unique_names(top, width)
    wanted = {key: given.get(name) for name, key in PLACES.items()}
    figures = []
    for number, each in enumerate(given["figures"][:MOST_FIGURES]):
        kind = each.get("kind") or "share"
        if kind not in KINDS or not (isinstance(each["measure"], str) and isinstance(each["column"], str)):
            raise ValueError(kind)
        figures.append(Mapped(f"figure_{number}", each["measure"], kind, float(each.get("out_of") or 10)))
        wanted[f"figure_{number}"] = each["column"]
        wanted[f"responses_{number}"] = each.get("responses_column")
        wanted[f"benchmark_{number}"] = each.get("benchmark_column")
    if not figures:
        raise ValueError("no figures")
    at: dict[str, int] = {}
    for key, name in wanted.items():
        if name in names:
            at[key] = names.index(name)
        elif name:
            words = f"There is no column “{name}” in row {row}; expected one of {', '.join(names[:12])}."
            found.wrong(words, sheet=sheet.name, row=row, stops=True)
    return (None if found.stopped else Header(row, row, at, dict(enumerate(names)))), figures


def row_of(table: Table, line: Line, figures: list[Mapped], ods_code: str) -> Row:
    row = table.row(line, ods_code)
    made = (figure_of(table, line, each) for each in figures)
    row.figures = [figure for figure in made if figure is not None]
    return row


def figure_of(table: Table, line: Line, mapped: Mapped) -> Figure | None:
    number = mapped.key.rpartition("_")[2]
    responses = table.count(line, f"responses_{number}")
    positive = Number()
    if mapped.kind == "count":
        positive = table.count(line, mapped.key)
        score = share_of(table, line, mapped.key, positive, responses)
    elif mapped.kind == "share":
        score = table.share(line, mapped.key)
    else:
        score = table.score(line, mapped.key, mapped.out_of)
    if score.value is None and positive.value is None and not score.withheld:
        return None
    of_score = mapped.kind == "score"
    benchmark = (
        table.score(line, f"benchmark_{number}", mapped.out_of)
        if of_score
        else table.share(line, f"benchmark_{number}")
    )
    return Figure(
        measure=mapped.measure,
        column=get_column_letter(table.header.at[mapped.key] + 1),
        positive=whole(positive),
        responses=whole(responses),
        score=score.value,
        suppressed=score.withheld,
        benchmark=benchmark.value,
    )


def share_of(table: Table, line: Line, key: str, positive: Number, responses: Number) -> Number:
    if positive.value is None or responses.value is None:
        return Number(withheld=positive.withheld or responses.withheld)
    if positive.value > responses.value:
        words = f"“{table.name(key)}” is {positive.value:,.0f} of {responses.value:,.0f} answers"
        table.wrong(f"{words}; expected no more than the answers.", line, key, stops=True)
        return Number()
    return Number(positive.value / responses.value if responses.value else None)
