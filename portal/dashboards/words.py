"""Counts and days in the words of a page: short for the eye, whole for the ear."""

from calendar import month_name
from collections.abc import Mapping
from datetime import date

from assessments.rules import Band
from portal.nhsuk.marks import BANDS

ORDER = (*Band.values, "")
SHORT = {**{code: mark.short for code, mark in BANDS.items()}, Band.NOT_APPLICABLE.value: "n/a"}
MONTHS = ("", *month_name[1:])  # the calendar's own list asks the locale each time
NO_BREAK = "\N{NO-BREAK SPACE}"

# What the colours of the heat map say, by figures.strength.
STRENGTHS = {
    5: "All at least Compliant, some Compliance Plus",
    4: "All Compliant",
    3: "None below Compliant so far, some not yet rated",
    2: "Some Partially Compliant",
    1: "Some Non-Compliant",
    0: "Not yet rated",
}


def short_counts(counts: Mapping[str, int]) -> str:
    """“2 C+ · 9 C”, best first, each pair kept together."""
    return " · ".join([f"{counts[code]}{NO_BREAK}{SHORT[code]}" for code in ORDER if counts.get(code)])


def whole_counts(counts: Mapping[str, int]) -> str:
    """“2 Compliance Plus, 9 Compliant”."""
    return ", ".join([f"{counts[code]} {BANDS[code].words}" for code in ORDER if counts.get(code)])


def numbered(number: int, one: str, many: str = "") -> str:
    """“1 department”, “7 departments”."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def day(when: date) -> str:
    """“3 November 2026”."""
    return f"{when.day} {MONTHS[when.month]} {when.year}"


def away(when: date, today: date) -> str:
    """How far off a day is: “in 3 weeks”, “tomorrow”, “overdue by 6 days”."""
    days = (when - today).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    span = in_about(abs(days))
    return f"in {span}" if days > 0 else f"overdue by {span}"


def in_about(days: int) -> str:
    if days < 14:
        return numbered(days, "day")
    if days < 70:
        return numbered(days // 7, "week")
    if days < 730:
        return numbered(days * 12 // 365, "month")
    return numbered(days // 365, "year")
