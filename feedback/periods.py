"""Periods as people say them: a month, a quarter, a year of the NHS, or two days and what lies between."""

from datetime import date, timedelta

from django.utils.formats import date_format


def period_in_words(starts_on: date, ends_on: date) -> str:
    """“September 2025”, “2024-25 (April to March)”, “1 September to 12 October 2025”."""
    after = ends_on + timedelta(days=1)
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    if starts_on.day != 1 or after.day != 1:
        start = date_format(starts_on, "j F" if starts_on.year == ends_on.year else "j F Y")
        return f"{start} to {date_format(ends_on, 'j F Y')}" if starts_on != ends_on else date_format(ends_on, "j F Y")
    if months == 1:
        return date_format(starts_on, "F Y")
    if months == 12 and starts_on.month == 4:
        return f"{starts_on.year}-{ends_on:%y} (April to March)"
    if months == 12 and starts_on.month == 1:
        return str(starts_on.year)
    start = date_format(starts_on, "F" if starts_on.year == ends_on.year else "F Y")
    return f"{start} to {date_format(ends_on, 'F Y')}"
