"""What if: which bands, found otherwise, would change what the award rule gives. Plain values alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.rules import AwardRule, Band, Outcome, Verdict, decide_award

# Worst last: an element is changed to each of these, and to Not Applicable where the standard allows it.
TRIED = (Band.COMPLIANCE_PLUS, Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT, Band.NOT_APPLICABLE)
SHORT = {Band.PARTIALLY_COMPLIANT: "partial", Band.NON_COMPLIANT: "Non-Compliant"}


@dataclass(frozen=True)
class Change:
    """One element found at another band."""

    element: str
    band: Band


@dataclass(frozen=True)
class WhatIf:
    """What would change the outcome: `single` changes do so alone, `least` are the fewest that win an award."""

    outcome: Outcome
    single: tuple[Change, ...]
    least: tuple[Change, ...]
    sentences: tuple[str, ...]


def what_if(rule: AwardRule, ratings: Mapping[str, str | None]) -> WhatIf:
    """What would change the outcome of a whole set of ratings. While something is unrated, nothing is said."""
    verdict = decide_award(rule, ratings)
    if verdict.outcome == Outcome.INCOMPLETE:
        return WhatIf(verdict.outcome, (), (), ())
    single = tuple(singles(rule, ratings, verdict))
    if verdict.outcome == Outcome.AWARD:
        return WhatIf(verdict.outcome, single, (), tuple(what_would_lose(rule, single)))
    least = least_changes(rule, ratings)
    return WhatIf(verdict.outcome, single, least, tuple(what_would_win(rule, ratings, single, least)))


def singles(rule: AwardRule, ratings: Mapping[str, str | None], verdict: Verdict) -> Iterable[Change]:
    """Every change of one element that turns the outcome around."""
    for element in rule.elements:
        for band in bands_of(rule, element):
            if band != ratings[element] and decide_award(rule, {**ratings, element: band}).outcome != verdict.outcome:
                yield Change(element, band)


def bands_of(rule: AwardRule, element: str) -> list[Band]:
    return [band for band in TRIED if band != Band.NOT_APPLICABLE or element in rule.not_applicable_allowed]


def what_would_lose(rule: AwardRule, single: tuple[Change, ...]) -> list[str]:
    """The changes that lose an award, band by band: of any element, or of a criterion's."""
    sentences = []
    for band in (Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT):
        losing = {change.element for change in single if change.band == band}
        if losing == set(rule.elements):
            sentences.append(f"Any one element found {band.label} would lose it.")
            continue
        for number, title in rule.criteria.items():
            of_it = [element for element in rule.elements if rule.elements[element] == number and element in losing]
            if of_it:
                sentences.append(f"Any one more {SHORT[band]} in {title} ({counted(of_it)}) would lose it.")
    return sentences or ["No single change would lose it."]


def least_changes(rule: AwardRule, ratings: Mapping[str, str | None]) -> tuple[Change, ...]:
    """The fewest elements that, found Compliant, would win the award; nothing when it is won.

    What is Non-Compliant is raised first where a criterion is over its limit: that helps twice.
    """
    held = [element for element in rule.elements if ratings[element] == Band.NON_COMPLIANT]
    partial = [element for element in rule.elements if ratings[element] == Band.PARTIALLY_COMPLIANT]
    raised: list[str] = []
    for number, limit in rule.max_partial_per_criterion.items():
        tolerated = held if rule.max_non_compliant else []
        short = [element for element in (*tolerated, *partial) if rule.elements[element] == number]
        raised += short[: max(0, len(short) - limit)]
    left = [element for element in held if element not in raised]
    raised += left[: max(0, len(left) - rule.max_non_compliant)]
    return tuple(Change(element, Band.COMPLIANT) for element in rule.elements if element in raised)


def what_would_win(
    rule: AwardRule, ratings: Mapping[str, str | None], single: tuple[Change, ...], least: tuple[Change, ...]
) -> list[str]:
    """Which one element would win it, or how many of which at the least."""
    if single:
        winning = list(dict.fromkeys(change.element for change in single))
        lowest = {
            element: lowest_of(change.band for change in single if change.element == element) for element in winning
        }
        return [
            f"Any one of these found {band.label} would win it: {', '.join(those)}."
            if len(those) > 1
            else f"{those[0]} found {band.label} would win it."
            for band in TRIED
            if (those := [element for element in winning if lowest[element] == band])
        ]
    sentences = [f"No single change would win it. The fewest are {len(least)} elements, found Compliant:"]
    for number, title in rule.criteria.items():
        needed = [change.element for change in least if rule.elements[change.element] == number]
        below = [
            element
            for element in rule.elements
            if rule.elements[element] == number and ratings[element] in (Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)
        ]
        if needed:
            which = ", ".join(needed)
            sentences.append(f"{title}: {len(needed)} of the {len(below)} below Compliant, such as {which}.")
    return sentences


def lowest_of(bands: Iterable[Band]) -> Band:
    """The least that must be found, as an assessor would say it; Not Applicable only where nothing else helps."""
    applicable = sorted((band for band in bands if band != Band.NOT_APPLICABLE), key=TRIED.index)
    return applicable[-1] if applicable else Band.NOT_APPLICABLE


def counted(elements: list[str]) -> str:
    return "1 element" if len(elements) == 1 else f"{len(elements)} elements"
