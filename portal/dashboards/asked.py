"""One thing that waits for somebody, and how pressing it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.dashboards import words

PRESSING = timedelta(days=60)  # a date further off than this presses less than what has none


@dataclass(frozen=True)
class Asked:
    """A link, what it is about, how it stands, the colour of that tag (none: plain words), and by when, if ever."""

    title: str
    url: str
    hint: str
    status: str
    colour: str = ""
    due: date | None = None


def urgency(one: Asked, today: date) -> tuple[int, date]:
    """Sorts what waits: overdue; asked by a date, the nearest first; asked without one; what is far off."""
    if one.due is None:
        return 2, today
    if one.due < today:
        return 0, one.due
    return (1 if one.due <= today + PRESSING else 3), one.due


def pressing_words(due: date | None, today: date) -> tuple[str, str]:
    """The colour and the words of a deadline."""
    if due is None:
        return "", "No date set"
    away = words.away(due, today)
    return ("red", away.capitalize()) if due < today else ("", f"Due {away}")
