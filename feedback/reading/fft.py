"""The Friends and Family Test: the monthly national workbooks by trust, site and ward, and the trusts' own extracts."""

import re
from dataclasses import dataclass

from feedback.reading.found import Figure, Found, Row, shown
from feedback.reading.headers import Column, Header, normal, titles_above
from feedback.reading.numbers import Number, sum_of, whole
from feedback.reading.places import PLACE_COLUMNS
from feedback.reading.sheets import Line, Sheet
from feedback.reading.tables import SITE, SITE_CODE, WARD, Table

ANSWERS = {
    "very_good": "Very Good",
    "good": "Good",
    "neither": "Neither Good nor Poor",
    "poor": "Poor",
    "very_poor": "Very Poor",
    "dont_know": "Don't Know",
}
MODES = (
    "SMS",
    "Electronic Discharge",
    "Electronic Home",
    "Paper Discharge",
    "Paper Home",
    "Telephone",
    "Online",
    "Other",
)
TOTAL, ELIGIBLE, POSITIVE, NEGATIVE = "total", "eligible", "percent_positive", "percent_negative"
COLUMNS = (
    *PLACE_COLUMNS,
    Column("icb_code", "ICB Code", ("STP Code",)),
    Column("icb_name", "ICB Name", ("STP Name",)),
    Column(TOTAL, "Total Responses", ("Responses", "Number of responses", "Total", "Total number of responses")),
    Column(ELIGIBLE, "Total Eligible", ("Eligible", "Eligible patients", "Number eligible")),
    Column(POSITIVE, "Percentage Positive", ("% Positive", "Positive %", "Percent positive", "Positive percentage")),
    Column(NEGATIVE, "Percentage Negative", ("% Negative", "Negative %", "Percent negative", "Negative percentage")),
    *(Column(key, name) for key, name in ANSWERS.items() if key != "neither"),
    Column("neither", ANSWERS["neither"], ("Neither", "Neither good or poor", "Neither good nor bad")),
    *(Column(f"mode_{normal(mode).replace(' ', '_')}", f"Mode {mode}") for mode in MODES),
)
SIGNS = frozenset({*ANSWERS, TOTAL, POSITIVE, NEGATIVE})
ENOUGH_SIGNS = 4
REQUIRED = (("trust_code",), ("very_good",), ("good",), ("poor",), ("very_poor",))

TESTS = {
    "fft_ae": ("ae", "A&E", re.compile(r"\b(a and e|ae|a e|accident|emergency|ed)\b")),
    "fft_inpatient": ("ip", "inpatients", re.compile(r"\b(in ?patients?|ip|day ?cases?)\b")),
    "fft_outpatient": ("op", "outpatients", re.compile(r"\b(out ?patients?|op)\b")),
}
OTHER_TESTS = re.compile(r"\b(maternity|mental health|community|ambulance|dental|gp|general practice|transport)\b")
LEVELS = {"wards": "by ward", "sites": "by site", "trusts": "for the whole trust"}
# Shares are often printed as whole percentages.
ROUNDED = 0.0051


@dataclass(frozen=True)
class Test:
    """Which test a sheet is of: the code of its measure, the code of its layout, its words."""

    measure: str
    code: str
    words: str


def is_complete(header: Header) -> bool:
    return len(SIGNS & header.at.keys()) >= ENOUGH_SIGNS and all(
        any(key in header.at for key in group) for group in REQUIRED
    )


def is_near(header: Header) -> bool:
    return len(SIGNS & header.at.keys()) >= ENOUGH_SIGNS


def which_test(sheet: Sheet, header: Header, file_name: str, others: list[Sheet]) -> Test | None:
    """By the sheet's own words first, then the file's name, the titles of other sheets, and what only one test asks."""
    own = titles_above(sheet, header.top)
    elsewhere = [
        shown(value)
        for each in others
        for line in each.lines[:6]
        for value in line.values
        if re.search(r"\bfft\b|friends and family", normal(value))
    ]
    for said in ([sheet.name], own, [re.sub(r"[_.]", " ", file_name)], elsewhere):
        words = normal(" ; ".join(said)) if said else ""
        found = [measure for measure, (_, _, signs) in TESTS.items() if signs.search(words)]
        if len(found) == 1:
            return test(found[0])
        if OTHER_TESTS.search(words) and not found:
            return None
    if WARD in header.at or "mode_electronic_home" in header.at:
        return test("fft_inpatient")
    return test("fft_ae") if "mode_electronic_discharge" in header.at else None


def test(measure: str) -> Test:
    code, words, _ = TESTS[measure]
    return Test(measure, code, words)


def level_of(header: Header) -> str:
    if WARD in header.at:
        return "wards"
    return "sites" if SITE_CODE in header.at or SITE in header.at else "trusts"


def read_rows(table: Table, measure: str, ods_code: str) -> list[Row]:
    rows = []
    for line in table.kept:
        row = table.row(line, ods_code)
        row.specialties = [text for key in ("specialty_1", "specialty_2") if (text := table.text(line, key))]
        if (figure := figure_of(table, line, measure)) is not None:
            row.figures.append(figure)
        rows.append(row)
    return rows


def figure_of(table: Table, line: Line, measure: str) -> Figure | None:
    """None for a row of which nothing is known, which is not the same as one that is withheld."""
    answers = {key: table.count(line, key) for key in ANSWERS if key in table.header.at}
    total, positive, negative = table.count(line, TOTAL), table.share(line, POSITIVE), table.share(line, NEGATIVE)
    if TOTAL not in table.header.at:
        total = sum_of(list(answers.values()))
    check(table, line, answers, total, positive, negative)
    good = sum_of([answers["very_good"], answers["good"]])
    share = positive.value
    if share is None and good.value is not None and total.value:
        share = good.value / total.value
    withheld = any(each.withheld for each in (total, positive, answers["very_good"], answers["good"]))
    if share is None and total.value is None and not withheld:
        return None
    others = {key: table.count(line, key) for key in table.header.at if key == ELIGIBLE or key.startswith("mode_")}
    return Figure(
        measure=measure,
        column=table.header.letter(POSITIVE) or table.header.letter("very_good"),
        positive=whole(good),
        responses=whole(total),
        score=share,
        suppressed=share is None and withheld,
        detail={key: whole(each) for key, each in (answers | others).items()},
    )


def check(
    table: Table, line: Line, answers: dict[str, Number], total: Number, positive: Number, negative: Number
) -> None:
    """What a row says twice must agree."""
    known = [each.value for each in answers.values() if each.value is not None]
    if total.value is not None:
        whole_set = len(known) == len(ANSWERS)
        if (whole_set and sum(known) != total.value) or sum(known) > total.value:
            words = f"The answers add up to {sum(known):,.0f}, but “{table.name(TOTAL)}” is {total.value:,.0f}"
            table.wrong(f"{words}; expected the same number.", line, TOTAL, stops=True)
        for share, key, parts in (
            (positive, POSITIVE, ("very_good", "good")),
            (negative, NEGATIVE, ("poor", "very_poor")),
        ):
            part = sum_of([answers[each] for each in parts])
            if share.value is not None and part.value is not None and total.value:
                disagree(table, line, key, share.value, part.value, total.value)
    if positive.value is not None and negative.value is not None and positive.value + negative.value > 1 + 2 * ROUNDED:
        words = f"“{table.name(POSITIVE)}” and “{table.name(NEGATIVE)}” together are"
        words = f"{words} {positive.value + negative.value:.0%}; expected no more than 100%."
        table.wrong(words, line, POSITIVE, stops=True)


def disagree(table: Table, line: Line, key: str, share: float, part: float, total: float) -> None:
    if abs(share - part / total) > ROUNDED:
        words = f"“{table.name(key)}” is {share:.1%}, but {part:,.0f} of {total:,.0f} responses are {part / total:.1%}"
        table.wrong(f"{words}; expected that they agree.", line, key, stops=True)


def wrong_sheet(found: Found, sheet: Sheet, header: Header) -> None:
    """Figures by area hold no row of a trust."""
    found.wrong(
        f"The sheet “{sheet.name}” holds figures by integrated care board, not by trust; expected a sheet with the "
        "column “Trust Code”, such as Trusts, Sites or Wards.",
        sheet=sheet.name,
        row=header.bottom,
        column=header.letter("icb_code") or header.letter("icb_name"),
        stops=True,
    )
