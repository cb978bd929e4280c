"""Decisions about one piece of evidence from plain values: which page is meant, and whether it still holds."""

import re
from datetime import date, timedelta

from django.db.models import TextChoices

PAGE = re.compile(r"\b(?:pp?|pages?|slides?|sheet)\b\.? *(\d{1,5})\b|^\s*(\d{1,5})\s*$", re.IGNORECASE)


def page_named(place: str) -> int | None:
    """The number of the page, sheet or slide in “page 4”, “pp. 4–6”, “slide 3”; None when there is none."""
    found = PAGE.search(place)
    return int(found[1] or found[2]) if found else None


class Series(TextChoices):
    """What a code of evidence begins with: a department rests on its own and on corporate pieces, side by side."""

    DEPARTMENTS = "ES", "Of a department"
    CORPORATE = "CES", "Of the corporate services"


# How long before a date its owner is told.
SOON = timedelta(days=60)


class Standing(TextChoices):
    """Whether a piece of evidence still holds."""

    HOLDS = "holds", "In date"
    TO_REVIEW = "to_review", "Due for review"
    EXPIRES = "expires", "Expires soon"
    EXPIRED = "expired", "Out of date"


def how_it_stands(*, valid_until: date | None, review_on: date | None, today: date) -> Standing:
    """Whether evidence still holds: an end that has passed weighs more than one that comes, and both than a review."""
    if valid_until is not None and valid_until < today:
        return Standing.EXPIRED
    if valid_until is not None and valid_until <= today + SOON:
        return Standing.EXPIRES
    if review_on is not None and review_on <= today:
        return Standing.TO_REVIEW
    return Standing.HOLDS


def standing_in_words(*, valid_until: date | None, review_on: date | None, today: date) -> str:
    """How evidence stands, with the day that matters; the first day without it is the one after the last day with."""
    standing = how_it_stands(valid_until=valid_until, review_on=review_on, today=today)
    if valid_until is not None and standing == Standing.EXPIRED:
        return f"Out of date since {_day(valid_until + timedelta(days=1))}"
    if valid_until is not None and standing == Standing.EXPIRES:
        return f"Expires {_day(valid_until)}"
    return standing.label


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
