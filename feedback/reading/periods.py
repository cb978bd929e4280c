"""Which month or year a file speaks of, by whatever it says: a title, the name of a sheet or of the file, a column."""

import calendar
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from feedback.reading.found import Period, Value

MONTHS = {name: number for number in range(1, 13) for name in (calendar.month_name[number].casefold(),)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
# "9 October 2025" is the day on which something was published, not the month that it is about.
MONTH_AND_YEAR = re.compile(rf"(?<!\d )(?<!\d)(?<!\d[a-z][a-z] )\b({NAMES})[\s,./'’-]*((?:20)?\d\d)(?!\d)")
YEAR_AND_MONTH = re.compile(r"(?<!\d)(20\d\d)[-/. ]?(0[1-9]|1[0-2])(?!\d)")
YEAR_NAMED_MONTH = re.compile(rf"(?<!\d)(20\d\d)[\s-]*({NAMES})\b")
RANGE = re.compile(rf"\b0?1(?:st)? ({NAMES}) (20\d\d)\W+(?:to\W+)?\d\d(?:st|th)? ({NAMES}) (20\d\d)")
SLASHED = re.compile(r"(?:(0?[1-9]|[12]\d|3[01])[/.-])?(0?[1-9]|1[0-2])[/.-](20\d\d|\d\d)")
ISO = re.compile(r"(20\d\d)-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?")
FINANCIAL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-/–]\s*((?:20)?\d\d)(?!\d)")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
A_MONTH = re.compile(rf"\b({NAMES})\b")
NOT_THE_PERIOD = re.compile(r"publish|publication|revis|updated|next|contact|since|created|extracted|status")
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000 and 2099 as Excel counts days
DAY_ZERO = date(1899, 12, 30)


def month(year: int, number: int) -> Period:
    year += 2000 if year < 100 else 0
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def financial_year(start: int) -> Period:
    return date(start, 4, 1), date(start + 1, 3, 31)


def calendar_year(year: int) -> Period:
    return date(year, 1, 1), date(year, 12, 31)


def in_text(text: str) -> list[Period]:
    """The periods that a title or a name speaks of, each once: months first, and years only where there is no month."""
    text = " ".join(text.replace("_", " ").casefold().split())
    if spans := RANGE.search(text):
        first, last = month(int(spans[2]), MONTHS[spans[1]]), month(int(spans[4]), MONTHS[spans[3]])
        return [(first[0], last[1])] if first <= last else []
    months = [month(int(found[2]), MONTHS[found[1]]) for found in MONTH_AND_YEAR.finditer(text)]
    months += [month(int(found[1]), MONTHS[found[2]]) for found in YEAR_NAMED_MONTH.finditer(text)]
    years = [financial_year(int(each[1])) for each in FINANCIAL_YEAR.finditer(text) if follows(each[1], each[2])]
    if not months and not years:
        months = [month(int(found[1]), int(found[2])) for found in YEAR_AND_MONTH.finditer(text)]
    if not months and not years and not A_MONTH.search(text):
        years = [calendar_year(int(found[1])) for found in YEAR.finditer(text)]
    return list(dict.fromkeys(months or years))


def follows(first: str, second: str) -> bool:
    return (int(first) + 1) % 100 == int(second) % 100


def of_titles(titles: Iterable[str]) -> Period | None:
    """The one period that titles tell; one that says "Period" is believed first, days of publication never."""
    said = [(title.casefold(), in_text(title)) for title in titles if not NOT_THE_PERIOD.search(title.casefold())]
    for among in ([each for title, each in said if "period" in title], [each for _, each in said]):
        periods = {period for each in among for period in each}
        months = {period for period in periods if (period[1] - period[0]).days < 31}
        if len(months or periods) == 1:
            return (months or periods).pop()
    return None


def of_cell(value: Value) -> Period | None:
    """The month or year of a row, written as a date, as text, or as Excel's number of days."""
    if isinstance(value, datetime | date):
        return month(value.year, value.month)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if FIRST_SERIAL <= value <= LAST_SERIAL:
            day = DAY_ZERO + timedelta(days=int(value))
            return month(day.year, day.month)
        return of_cell(str(int(value))) if 2000 <= value < 2100 else None
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    if written := ISO.fullmatch(text) or SLASHED.fullmatch(text):
        year, number = (written[1], written[2]) if written.re is ISO else (written[3], written[2])
        return month(int(year), int(number)) if 1 <= int(number) <= 12 else None
    if text.isdigit() and FIRST_SERIAL <= int(text[:6]) <= LAST_SERIAL:
        return of_cell(int(text))
    found = in_text(re.sub(r"^\d{1,2} (?=\D)", "", text))
    if len(found) != 1 or (is_year(found[0]) and len(re.findall(r"\d", text)) > 4):
        return None
    return found[0]


def is_year(period: Period) -> bool:
    return (period[0].month, period[1].month) == (1, 12)
