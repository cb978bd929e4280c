"""The charts of the national page, kept while the numbers stay the same: drawing takes longer than reading them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assessments.rules import Outcome
from departments.charts.paint import Part
from departments.charts.parts import Chart
from departments.charts.stacked import Bar, stacked
from portal.dashboards.national import BANDS, Assessor
from portal.nhsuk import marks

PAINTS = ("plus", "good", "partly", "weak", "none")
PARTS = {
    code: Part(marks.BANDS[code].words, "n/a" if code == "not_applicable" else marks.BANDS[code].short, paint)
    for code, paint in zip(BANDS, PAINTS, strict=True)
}
Counts = tuple[tuple[str, tuple[int, ...]], ...]


def of_criteria(criteria: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Chart | None:
    """What was found of each criterion, whatever the outcome."""
    every = tuple(
        (title, tuple(sum(each.get(band, 0) for each in outcomes.values()) for band in BANDS))
        for title, outcomes in criteria.items()
    )
    return drawn(every, "criteria", "Bands found, by criterion", "Criterion") if every else None


def of_no_award(criteria: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Chart | None:
    """The same of those without an award: where it was lost."""
    every = tuple(
        (title, tuple(lost.get(band, 0) for band in BANDS))
        for title, outcomes in criteria.items()
        if (lost := outcomes.get(Outcome.NO_AWARD))
    )
    return drawn(every, "lost", "Bands found where there was no award, by criterion", "Criterion") if every else None


def of_assessors(page: list[Assessor]) -> Chart | None:
    """How the bands of the assessors of a page spread, each of a hundred elements."""
    every = tuple((one.name, hundredths(one)) for one in page if one.spread.rated)
    return (
        drawn(every, "spread", "Of a hundred elements, the bands that each assessor gave", "Assessor")
        if every
        else None
    )


def hundredths(one: Assessor) -> tuple[int, ...]:
    """Whole percents that add up to a hundred: what rounding leaves goes to the largest."""
    counts = [getattr(one.spread, band) for band in BANDS[:4]]
    shares = [count * 100 // one.spread.rated for count in counts]
    shares[counts.index(max(counts))] += 100 - sum(shares)
    return (*shares, 0)


@lru_cache(maxsize=256)
def drawn(every: Counts, name: str, title: str, head: str) -> Chart:
    bars = [Bar(words, dict(zip(BANDS, counts, strict=True))) for words, counts in every]
    return stacked(bars, parts=PARTS, name=f"national-{name}", title=title, head=head)
