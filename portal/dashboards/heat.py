"""The heat map's cells as markup: written here and not in a template, since a dashboard has hundreds of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.dashboards.figures import strength
from portal.dashboards.words import short_counts, whole_counts

CELL = (
    '<td><a class="app-heat__cell app-heat__cell--{}" href="{}?criterion={}">'
    '<span class="app-board__heading" aria-hidden="true">{}</span><span aria-hidden="true">{}</span>'
    '<span class="nhsuk-u-visually-hidden">{}: {}</span></a></td>'
)


def columns(headings: Mapping[str, str]) -> list[Column]:
    """The criteria of a page, escaped once for all its cells. `headings` is criterion number → title."""
    return [Column(number, escape(number), escape(title)) for number, title in headings.items()]


def cells(url: str, bands: Mapping[str, Mapping[str, int]], criteria: list[Column]) -> SafeString:
    """A cell for each criterion of one assessment, linked to the elements that it counts.

    `url` is the assessment's, as `reverse` gives it; `bands` is criterion number → band code → how many.
    """
    return mark_safe("".join(cell(url, column, bands.get(column.key, {})) for column in criteria))


def cell(url: str, column: Column, counts: Mapping[str, int]) -> str:
    """What somebody typed was escaped with the column; the rest is our own words and numbers."""
    level, short, whole = in_words(tuple(counts.items()))
    return CELL.format(level, url, column.number, column.title, short, column.title, whole)


@lru_cache(maxsize=4096)
def in_words(pairs: tuple[tuple[str, int], ...]) -> tuple[int, str, str]:
    """Strength, short and whole words of counts. Few different counts come up, and often."""
    counts = dict(pairs)
    level, total = strength(counts), sum(counts.values())
    if level == 0:
        return level, f"{total} not rated", f"{total} not yet rated"
    return level, short_counts(counts), whole_counts(counts)


class Column(NamedTuple):
    """One criterion as a column: the number by which assessments count it, and number and title as markup."""

    key: str
    number: SafeString
    title: SafeString
