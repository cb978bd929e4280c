"""Three views of one thing, compared from plain values: a department's band, the assessor's, and what patients say.

Everything is read on one scale from 0 to 100 on which more is better. How sure a score is, is said by Wilson's score
interval at 95 per cent: E. B. Wilson, “Probable inference, the law of succession, and statistical inference”,
Journal of the American Statistical Association 22 (1927), pages 209 to 212. Unlike a share and its standard error it
stays between 0 and 1, and it is wide, not nothing, where few answered or all said the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from django.db.models import TextChoices

from assessments.rules import Band

WORST_FIRST = [Band.NON_COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.COMPLIANT, Band.COMPLIANCE_PLUS]
FEW = 30  # fewer answers than these are said to be few, and never make a gap
MOST_WITHHELD = 4  # what is printed as `*` stands for one to four answers
NORMAL_95 = 1.959963984540054  # within so many standard deviations lie 95 per cent
LEVEL = 0.05  # staff scores are published with one decimal: what is nearer than this reads the same


class Difference(TextChoices):
    """How a band and what patients say stand to each other."""

    OWN_HIGHER = "own_higher", "Rated higher than patients do"
    PATIENTS_HIGHER = "patients_higher", "Patients rate this higher"
    AGREE = "agree", "Agreed with patients"
    MIXED = "mixed", "Patients’ figures differ from one another"
    TOO_FEW = "too_few", "Too few answers to say"
    UNKNOWN = "unknown", "Nothing to compare yet"


class Scale(NamedTuple):
    """How a measure's own units read on the common scale. `out_of` is the best score that there is; 1 for a share."""

    out_of: float = 1
    higher_is_better: bool = True

    def read(self, score: float) -> float:
        """A score in the measure's own units as 0 to 100, more being better."""
        share = min(1.0, max(0.0, score / self.out_of))
        return 100 * (share if self.higher_is_better else 1 - share)


class Part(NamedTuple):
    """One reading: of one place over one period, in the measure's own units. None is unknown, which is never zero."""

    score: float | None
    responses: int | None


@dataclass(frozen=True)
class Figure:
    """What readings come to on the common scale. `low` and `high` hold the score at 95 per cent; None: nobody can say.

    `responses` counts the answers that are known; `withheld`, the readings of which they are not: those could pull
    either way, so the interval is as wide as they could make it.
    """

    score: float | None = None
    low: float | None = None
    high: float | None = None
    responses: int | None = None
    withheld: int = 0

    @property
    def is_few(self) -> bool:
        return self.responses is not None and self.responses < FEW

    @property
    def either_side(self) -> float | None:
        """Half of the interval's width: “91 ± 2”."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


class Levels(NamedTuple):
    """From which score on the common scale a measure speaks for a band; below the last of them, for Non-Compliant."""

    compliance_plus: float
    compliant: float
    partially_compliant: float

    def reach(self, band: str) -> tuple[float, float]:
        """The scores that speak for a band, from and up to."""
        edges = [0.0, self.partially_compliant, self.compliant, self.compliance_plus, 100.0]
        at = WORST_FIRST.index(Band(band))
        return edges[at], edges[at + 1]


def wilson(positive: float, responses: float) -> tuple[float, float]:
    """Between which shares, 0 to 1, the true one lies at 95 per cent. Of no answers at all, anything can be true.

    `positive` need not be whole: the mean of a bounded score varies at most as much as a share of the same size
    (Bhatia and Davis, 2000), so for a score the interval is wide enough and may be wider.
    """
    if responses <= 0:
        return 0.0, 1.0
    share, squared = positive / responses, NORMAL_95**2
    middle = share + squared / (2 * responses)
    spread = NORMAL_95 * sqrt(max(0.0, share * (1 - share) / responses + squared / (4 * responses**2)))
    whole = 1 + squared / responses
    # At the ends the formula gives the share itself, but for the rounding of a computer.
    return max(0.0, min(share, (middle - spread) / whole)), min(1.0, max(share, (middle + spread) / whole))


def pool(parts: Iterable[Part], scale: Scale) -> Figure:
    """Readings of the same question as one figure, weighted by their answers.

    A score of which nobody knows the number of answers stands only by itself: beside others it could not be weighed,
    so there is no figure then.
    """
    every = list(parts)
    known = [(part.score, part.responses) for part in every if part.score is not None and part.responses is not None]
    unweighed = [part.score for part in every if part.score is not None and part.responses is None]
    # Where nobody answered there is no score, and nothing is held back.
    unknown = [part for part in every if part.score is None and part.responses != 0]
    if unweighed:
        alone = not known and len(unweighed) == 1
        return Figure(score=scale.read(unweighed[0]) if alone else None, withheld=len(unknown))
    answers = sum(responses for _, responses in known)
    if not answers:
        return Figure(responses=0 if every and not unknown else None, withheld=len(unknown))
    best = sum(score * responses for score, responses in known) / scale.out_of
    best = min(float(answers), max(0.0, best))
    could_be = sum(MOST_WITHHELD if part.responses is None else part.responses for part in unknown)
    low, _ = wilson(best, answers + could_be)
    _, high = wilson(best + could_be, answers + could_be)
    ends = sorted((Scale(1, scale.higher_is_better).read(low), Scale(1, scale.higher_is_better).read(high)))
    score = Scale(1, scale.higher_is_better).read(best / answers)
    return Figure(score=score, low=ends[0], high=ends[1], responses=answers, withheld=len(unknown))


def compare(band: str, figure: Figure, levels: Levels | None) -> Difference:
    """How a band stands to a figure: they differ only when the whole interval lies beyond what speaks for the band."""
    if band not in WORST_FIRST or levels is None:
        return Difference.UNKNOWN
    if figure.is_few:
        return Difference.TOO_FEW
    if figure.low is None or figure.high is None:
        return Difference.UNKNOWN
    low, high = levels.reach(band)
    if figure.high < low:
        return Difference.OWN_HIGHER
    if figure.low >= high and band != Band.COMPLIANCE_PLUS:
        return Difference.PATIENTS_HIGHER
    return Difference.AGREE


def together(differences: Iterable[Difference]) -> Difference:
    """What several figures say of one band. They are never averaged: questions of different kinds have no mean.

    One that shows a difference is not silenced by others that show none; two that contradict each other are mixed.
    """
    found = set(differences)
    if {Difference.OWN_HIGHER, Difference.PATIENTS_HIGHER} <= found:
        return Difference.MIXED
    order = [Difference.OWN_HIGHER, Difference.PATIENTS_HIGHER, Difference.MIXED, Difference.AGREE, Difference.TOO_FEW]
    return next((one for one in order if one in found), Difference.UNKNOWN)


def speaks_most(figures: Sequence[tuple[Figure, Difference]]) -> int | None:
    """Which figure stands for all in one line: the one of most answers among those that show what `together` says."""
    said = together(difference for _, difference in figures)
    shows = {said} if said != Difference.MIXED else {Difference.OWN_HIGHER, Difference.PATIENTS_HIGHER}
    there = [at for at, (figure, difference) in enumerate(figures) if difference in shows and figure.score is not None]
    return max(there, key=lambda at: figures[at][0].responses or 0, default=None)


def typical(bands: Iterable[str]) -> str:
    """The band in the middle of several, the lower of two; `""` while none is rated. Bands have an order, no mean."""
    ranks = sorted(WORST_FIRST.index(Band(band)) for band in bands if band in WORST_FIRST)
    return WORST_FIRST[ranks[(len(ranks) - 1) // 2]].value if ranks else ""


def counted(bands: Iterable[str]) -> str:
    """Several bands in a line, best first: “1 Compliance Plus, 2 Compliant”; unrated ones are left out."""
    counts = Counter(bands)
    return ", ".join(f"{counts[band]} {band.label}" for band in reversed(WORST_FIRST) if counts[band])


def sentence(difference: str, *, ours: bool, whole_trust: bool = False) -> str:
    """The difference in plain words, to the department itself (`ours`) or to somebody else about it.

    `whole_trust` is when no figure is of the department's own places.
    """
    they = "you" if ours else "the department"
    their = "your" if ours else "its"
    patients = f"{their} whole trust’s patients" if whole_trust else f"{their} patients"
    opening = they[0].upper() + they[1:]
    return {
        Difference.OWN_HIGHER: f"{opening} {'rate' if ours else 'rates'} this higher than {patients} do",
        Difference.PATIENTS_HIGHER: f"{patients[0].upper()}{patients[1:]} rate this higher than {they} "
        f"{'do' if ours else 'does'}",
        Difference.AGREE: f"{opening} and {patients} agree",
        Difference.MIXED: f"What {patients} say is mixed: the figures differ from one another",
        Difference.TOO_FEW: "Too few answers to say",
        Difference.UNKNOWN: "Nothing to compare yet",
    }[Difference(difference)]


def against_assessor(own: str, found: str, *, ours: bool) -> str:
    """How a department's band stands to the assessor's, in plain words; `""` while one of the two is missing."""
    if own not in WORST_FIRST or found not in WORST_FIRST:
        return ""
    they, rate = ("you", "rate") if ours else ("the department", "rates")
    opening = they[0].upper() + they[1:]
    above = WORST_FIRST.index(Band(own)) - WORST_FIRST.index(Band(found))
    if not above:
        return f"{opening} and the assessor agree"
    if above > 0:
        return f"{opening} {rate} this higher than the assessor does"
    return f"The assessor rates this higher than {they} {'do' if ours else 'does'}"


def against_benchmark(score: float, benchmark: float | None) -> str:
    """How a staff score stands to that of like trusts, in the survey's own units; `""` without a benchmark.

    The published scores carry no number of answers, so this says how they read and never that they surely differ.
    """
    if benchmark is None:
        return ""
    apart = score - benchmark
    if abs(apart) < LEVEL:
        return f"the same as trusts like this one ({benchmark:.1f})"
    return f"{abs(apart):.1f} {'above' if apart > 0 else 'below'} trusts like this one ({benchmark:.1f})"
