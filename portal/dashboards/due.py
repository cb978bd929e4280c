"""What comes next for a department, and by when: a self-assessment, a review, the end of a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assessments.cycle_scope import next_due, next_kind, scope_of
from assessments.workflow import Stage
from portal.dashboards import words
from portal.dashboards.figures import Counted, Standing
from portal.dashboards.versions import Version


@dataclass(frozen=True)
class Due:
    """A day that matters to a department: “Self-assessment 16 December 2026 (in 3 weeks)”."""

    on: date
    words: str
    overdue: bool


def due_of(row: Standing, one: Counted, today: date, known: Mapping[int, Version]) -> Due | None:
    """When the self-assessment is to be submitted; else the next review of the cycle, where none is under way; else
    when the certificate ends or ended."""
    if one.stage == Stage.PREPARING and one.due:
        return due(one.due, "Self-assessment", today)
    if one.until is None:
        return None
    if one.until < today:
        return due(one.until, "Certificate ended", today)
    if row.under_way or one.decided_on is None or one.standard not in known:
        return due(one.until, "Certificate ends", today)
    return review(one, one.decided_on, today, known[one.standard])


def review(one: Counted, decided_on: date, today: date, version: Version) -> Due:
    """The next in the cycle of the standard, by when it should be submitted."""
    kind = next_kind(version.cycle, one.kind, one.outcome)
    on = next_due(decided=decided_on, certified_until=one.until, scope=scope_of(version.cycle, kind))
    return due(on, f"{kind.label}, by", today)


def first_due(row: Standing, today: date, known: Mapping[int, Version]) -> Due | None:
    """What comes first for a department."""
    dues = [found for one in row.assessments if (found := due_of(row, one, today, known))]
    return min(dues, key=lambda found: found.on, default=None)


def due(when: date, what: str, today: date) -> Due:
    return Due(when, f"{what} {words.day(when)} ({words.away(when, today)})", when < today)


def soonest(every: Iterable[Standing], today: date, known: Mapping[int, Version]) -> str:
    """What is due first in the whole trust, in a sentence; empty when nothing is."""
    dues = [(found, row.name) for row in every if (found := first_due(row, today, known))]
    if not dues:
        return ""
    first, name = min(dues, key=lambda pair: (pair[0].on, pair[1]))
    return f"Next: {name}, {first.words[0].lower()}{first.words[1:]}."
