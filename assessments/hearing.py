"""Which readings speak of the last twelve months, each answer once, and how they went: from plain values alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.gap import Figure, Levels, Part, Scale, pool

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Heard:
    """One reading as it came: of one place (None: the whole trust) over one period. None is unknown, never zero."""

    pk: int
    code: str
    place: int | None
    site: str
    ward: str
    starts_on: date
    ends_on: date
    positive: int | None
    responses: int | None
    score: float | None
    benchmark: float | None = None
    site_name: str = ""

    @property
    def part(self) -> Part:
        """Counts say a share more exactly than its printed decimals."""
        if self.positive is not None and self.responses:
            return Part(self.positive / self.responses, self.responses)
        return Part(self.score, self.responses)

    @property
    def place_name(self) -> str:
        if self.place is None:
            return "The whole trust"
        return self.ward or self.site_name or self.site

    def overlaps(self, other: Heard) -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True)
class Period:
    """What was said in one period: its readings, and what they come to."""

    starts_on: date
    ends_on: date
    figure: Figure
    readings: tuple[Heard, ...]


@dataclass(frozen=True)
class Question:
    """Readings that answer one question, so that they may be added up: of one measure, or of measures that ask the
    same of everybody and are compared at the same levels."""

    code: str
    title: str
    voice: str
    scale: Scale
    levels: Levels | None
    element: str  # the number of the one element that it speaks of; "" for the whole sub-criterion
    readings: tuple[Heard, ...]

    @property
    def figure(self) -> Figure:
        return pool((heard.part for heard in self.readings), self.scale)

    @property
    def whole_trust(self) -> bool:
        return all(heard.place is None for heard in self.readings)

    @property
    def newest(self) -> Heard:
        """The newest reading, and among those the one of most answers: where a look at the file begins."""
        return max(self.readings, key=lambda heard: (heard.ends_on, heard.responses or 0, -heard.pk))

    @property
    def starts_on(self) -> date:
        return min(heard.starts_on for heard in self.readings)

    @property
    def ends_on(self) -> date:
        return max(heard.ends_on for heard in self.readings)

    @property
    def periods(self) -> list[Period]:
        """Oldest first. What is withheld stays unknown in its period, and so is a break in the line."""
        spans = sorted({(heard.ends_on, heard.starts_on) for heard in self.readings})
        found = []
        for ends_on, starts_on in spans:
            rows = tuple(row for row in self.readings if (row.ends_on, row.starts_on) == (ends_on, starts_on))
            found.append(Period(starts_on, ends_on, pool((row.part for row in rows), self.scale), rows))
        return found


def last_year(rows: Iterable[Heard]) -> list[Heard]:
    """Of each measure what ended within the year before its newest reading. A yearly measure has its newest alone."""
    every = list(rows)
    newest: dict[str, date] = {}
    for row in every:
        newest[row.code] = max(row.ends_on, newest.get(row.code, row.ends_on))
    return [row for row in every if row.ends_on > newest[row.code] - YEAR]


def counted_once(rows: Iterable[Heard]) -> list[Heard]:
    """The readings without those that count the same answers again: wards' beside their whole site's, a quarter's
    beside its year's. Where two periods of a place meet, the newer stands, and of two that end together the longer."""
    kept: list[Heard] = []
    for row in sorted(rows, key=lambda row: (bool(row.ward), -row.ends_on.toordinal(), row.starts_on, row.pk)):
        if not any(counts_again(row, one) for one in kept):
            kept.append(row)
    return kept


def counts_again(row: Heard, kept: Heard) -> bool:
    if row.code != kept.code or not row.overlaps(kept):
        return False
    return row.place == kept.place or bool(row.ward and not kept.ward and kept.place and row.site == kept.site)


def asks_the_same(source: str, code: str) -> str:
    """Which question a measure asks. The Friends and Family Test asks one of everybody, wherever they were treated;
    two other measures never ask the same."""
    return "fft" if source == "fft" else code


def told(question: Question) -> Figure:
    """What a question's answers come to for staff: a score stands by itself, so of several the newest is shown."""
    whole = question.figure
    return whole if whole.score is not None else pool([question.newest.part], question.scale)
