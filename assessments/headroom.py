"""Verdict and headroom from stored counts alone: the same as `decide_award` would say, without naming elements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.rules import Band, Outcome

AT_LEAST_COMPLIANT = (Band.COMPLIANCE_PLUS, Band.COMPLIANT)
BELOW = (Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)
NOT_YET = ""

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Headroom:
    """What counts come to. `room` is criterion number → partials left: negative where there are too many."""

    outcome: Outcome
    room: Mapping[str, int]
    partials: int
    allowed: int
    non_compliant: int
    tolerated: int
    unrated: int

    @property
    def refused(self) -> bool:
        """Something stands against an award, whatever is still to be rated."""
        return self.non_compliant > self.tolerated or min(self.room.values(), default=0) < 0

    def full(self) -> list[str]:
        """The criteria in which one more partial would be too many."""
        return [number for number, left in self.room.items() if left == 0]

    def over(self) -> list[str]:
        return [number for number, left in self.room.items() if left < 0]


def headroom(limits: Mapping[str, Any], counts: Counts) -> Headroom:
    """`limits` is a standard's award rule, `counts` is criterion number → band (`""`: not yet rated) → how many.

    As in `decide_award`, a tolerated Non-Compliant takes the place of a partial in its criterion.
    """
    tolerated: int = limits["max_non_compliant"]
    allowed: Mapping[str, int] = limits["max_partial_per_criterion"]
    short = BELOW if tolerated else BELOW[:1]
    room = {
        number: allowed.get(number, 0) - sum(bands.get(band, 0) for band in short) for number, bands in counts.items()
    }
    unrated = total(counts, NOT_YET)
    found = Headroom(
        outcome=Outcome.INCOMPLETE,
        room=room,
        partials=total(counts, Band.PARTIALLY_COMPLIANT),
        allowed=sum(allowed.get(number, 0) for number in counts),
        non_compliant=total(counts, Band.NON_COMPLIANT),
        tolerated=tolerated,
        unrated=unrated,
    )
    outcome = Outcome.INCOMPLETE if unrated else Outcome.NO_AWARD if found.refused else Outcome.AWARD
    return Headroom(**{**vars(found), "outcome": outcome})


def total(counts: Counts, *bands: str) -> int:
    return sum(count.get(band, 0) for count in counts.values() for band in bands)


def reaching(counts: Counts) -> tuple[int, int]:
    """How many elements are at or above Compliant, of how many with a band that counts: Not Applicable does not."""
    good = total(counts, *AT_LEAST_COMPLIANT)
    return good, good + total(counts, *BELOW)


def share(counts: Counts) -> float | None:
    """The part of the rated elements at or above Compliant, 0 to 100; None while nothing is rated."""
    good, rated = reaching(counts)
    return 100 * good / rated if rated else None
