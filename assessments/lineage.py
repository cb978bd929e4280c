"""An element through the years, from plain values alone: what it was in earlier versions, how its band went."""

from collections.abc import Collection, Iterator, Mapping

from assessments.rules import Band

BEST_FIRST = [Band.COMPLIANCE_PLUS, Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT]
HOLDS = frozenset({Band.COMPLIANCE_PLUS, Band.COMPLIANT})
FALLS_SHORT = frozenset({Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT})


def ancestry(element: int, before: Mapping[int, int | None]) -> Iterator[int]:
    """The element itself, then what it was in each version before, newest first. `before` is each one's predecessor."""
    at: int | None = element
    while at is not None:
        yield at
        at = before.get(at)


def origin_in(element: int, before: Mapping[int, int | None], there: Collection[int]) -> int | None:
    """Which of the elements `there`, those of an earlier version, this one comes from; None when it is new since."""
    return next((one for one in ancestry(element, before) if one in there), None)


def went(before: str, now: str) -> str:
    """Whether a band went “up” or “down”; empty when it stayed, or when one of the two stands outside the order."""
    if before not in BEST_FIRST or now not in BEST_FIRST or before == now:
        return ""
    return "up" if BEST_FIRST.index(Band(now)) < BEST_FIRST.index(Band(before)) else "down"
