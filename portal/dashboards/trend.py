"""How a trust came along: for each year, what its departments' last decisions by then came to. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessments.headroom import reaching
from departments.charts.parts import Chart
from departments.charts.trend import Point, trend
from portal.dashboards.rows import Decided
from portal.dashboards.versions import Version

YEARS = 12


@dataclass(frozen=True)
class Year:
    """The end of a year. `good` of `rated` elements reach Compliant, over all departments that were decided by then.

    `new` are versions of the standard on which a department was decided for the first time.
    """

    year: int
    departments: int
    decided: int
    good: int
    rated: int
    new: tuple[str, ...]

    @property
    def share(self) -> float | None:
        return 100 * self.good / self.rated if self.rated else None


def years(decisions: Iterable[Decided], known: Mapping[int, Version], *, today: date) -> list[Year]:
    """The last twelve years, and this one as it stands, from the first decision on. `decisions` come in their order."""
    in_order = list(decisions)
    if not in_order:
        return []
    first = min(max(in_order[0].year, today.year - YEARS + 1), today.year)
    standing: dict[int, Decided] = {}
    met: set[int] = set()
    told, place = [], 0
    for year in range(first, today.year + 1):
        new: list[str] = []
        made = 0
        while place < len(in_order) and in_order[place].year <= year:
            one = in_order[place]
            if met and one.standard not in met and one.year == year:
                new.append(str(known[one.standard]))
            standing[one.department] = one
            met.add(one.standard)
            made += one.year == year
            place += 1
        told.append(year_of(year, standing.values(), made, new))
    return told


def year_of(year: int, standing: Iterable[Decided], decided: int, new: Sequence[str]) -> Year:
    rows = list(standing)
    sums = [reaching(row.bands) for row in rows]
    good, rated = (sum(side) for side in zip(*sums, strict=True)) if sums else (0, 0)
    return Year(year, len(rows), decided, good, rated, tuple(new))


def chart(every: Sequence[Year]) -> Chart:
    """The share of elements at or above Compliant, with the versions of the standard marked."""
    points = [Point(str(one.year), one.share, count=one.rated, change=", ".join(one.new)) for one in every]
    return trend(
        points, name="trend", title="Share of elements at or above Compliant, by year", what="At or above Compliant",
        unit="%", counted="Elements rated",
    )  # fmt: skip
