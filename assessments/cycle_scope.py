"""The certification cycle from plain values alone: which assessment comes next, when, and what it looks at."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from assessments.rules import Band, Outcome
from assessments.workflow import Kind

# What a standard may say of a review's scope: “all”, or any of these parts in a list.
PARTS = {
    "previous partials": frozenset({Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT}),
    "previous Compliance Plus": frozenset({Band.COMPLIANCE_PLUS}),
}
THIRDS = ("a third of the rest", "another third of the rest")
PHRASES = ("all", *PARTS, *THIRDS)
BETWEEN_PARTS = re.compile(r",\s*(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True)
class ReviewScope:
    """What one review of the cycle looks at, as its standard says it."""

    everything: bool = False
    bands: frozenset[str] = frozenset()  # elements that had one of these the last time
    third: bool = False  # and a third of the others

    @classmethod
    def of(cls, words: str) -> Self:
        """From the standard's words. Words that say nothing known leave nothing out: everything is looked at."""
        parts = parts_of(words)
        if "all" in parts or not_understood(words):
            return cls(everything=True)
        bands = frozenset(band for part in parts for band in PARTS.get(part, ()))
        return cls(bands=bands, third=any(part in THIRDS for part in parts))

    def choose(self, last: Mapping[str, str], looked_at: Iterable[str] = ()) -> frozenset[str]:
        """The elements in scope: `last` is the band that each had, in the standard's order; empty when it has none.

        An element without a band, such as one that is new in this version, is always looked at. `looked_at` are those
        in scope since everything was: the third is of the others, so that three reviews see the whole.
        """
        if self.everything:
            return frozenset(last)
        must = {element for element, band in last.items() if not band or band in self.bands}
        rest = [element for element in last if element not in must]
        if not self.third:
            return frozenset(must)
        seen = set(looked_at)
        return frozenset(must | set(spread([one for one in rest if one not in seen], -(-len(rest) // 3))))


def parts_of(words: str) -> list[str]:
    return [part for part in BETWEEN_PARTS.split(" ".join(words.split())) if part]


def not_understood(words: str) -> list[str]:
    """The parts of a scope that no rule here knows, for whoever writes a standard."""
    return [part for part in parts_of(words) if part not in PHRASES] if words.strip() else ["nothing"]


def spread(elements: list[str], number: int) -> list[str]:
    """So many of these, evenly from first to last, so that each criterion has its share; all when there are fewer."""
    number = min(number, len(elements))
    return [elements[place * len(elements) // number] for place in range(number)]


def scope_of(cycle: Mapping[str, Any], kind: str) -> ReviewScope:
    """What this kind of assessment looks at by a standard's cycle; everything when it does not name that kind."""
    words = {review["kind"]: review["scope"] for review in cycle.get("reviews", [])}
    return ReviewScope.of(words.get(kind, "all"))


def next_kind(cycle: Mapping[str, Any], last: str, outcome: str) -> Kind:
    """What follows an assessment: the next in the cycle; after the last, the first review again; after no award, the
    beginning."""
    kinds = [Kind(review["kind"]) for review in cycle.get("reviews", []) if review["kind"] in Kind.values]
    if outcome != Outcome.AWARD or last not in kinds:
        return kinds[0] if kinds else Kind.INITIAL
    return [*kinds, *kinds[1:2], *kinds[:1]][kinds.index(Kind(last)) + 1]


def next_due(*, decided: date, certified_until: date | None, scope: ReviewScope) -> date:
    """By when the next should be submitted: a review, a year after the last decision, but while the certificate holds;
    one that renews the certificate, before that ends."""
    a_year_on = years_after(decided, 1)
    if certified_until is None:
        return a_year_on
    return certified_until if scope.everything else min(a_year_on, certified_until)


def years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
