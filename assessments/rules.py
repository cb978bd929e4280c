"""Decisions about assessments from plain values alone: no database, clock or request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from django.db.models import TextChoices


def check_rating(rule: "AwardRule", element: str, band: str | None) -> None:
    """Raise WrongRating when the element is not in the standard or may not have this band."""
    if element not in rule.elements:
        raise WrongRating(element, f"There is no element {element} in this standard.")
    if band and band not in Band.values:
        raise WrongRating(element, f"Element {element}: “{band}” is not a band. Use one of {', '.join(Band.values)}.")
    if band == Band.NOT_APPLICABLE and element not in rule.not_applicable_allowed:
        raise WrongRating(element, f"Element {element} arises for every service, so it cannot be Not Applicable.")


def decide_award(rule: "AwardRule", ratings: Mapping[str, str | None]) -> "Verdict":
    """What these ratings come to under this rule.

    An element that is missing from `ratings`, or is None or empty there, is not yet rated. While any is, the outcome is
    `incomplete`, even when an award is already out of reach: bands can still be corrected until somebody decides. What
    stands against an award is in the reasons from the start, so nobody has to finish 57 elements to hear of it.

    A Not Applicable element counts nowhere; the limits stay what the rule says. A rule may tolerate some
    non-compliances; each of those takes the place of a partial in its criterion, because otherwise raising it to a
    partial could lose an award.
    """
    for element, band in ratings.items():
        check_rating(rule, element, band)
    held = {element: Band(band) if (band := ratings.get(element)) else None for element in rule.elements}
    tally = _Tally(
        rule=rule,
        total=len(held),
        unrated=_by_criterion(rule, (element for element, band in held.items() if band is None)),
        partial=_by_criterion(rule, (element for element, band in held.items() if band == Band.PARTIALLY_COMPLIANT)),
        non_compliant=_by_criterion(rule, (element for element, band in held.items() if band == Band.NON_COMPLIANT)),
    )
    refusals = (*_too_many_non_compliant(tally), *_too_many_partial(tally))
    outcome = Outcome.INCOMPLETE if any(tally.unrated.values()) else Outcome.NO_AWARD if refusals else Outcome.AWARD
    return Verdict(
        outcome=outcome,
        sentence=_sentence(tally, outcome, refused=bool(refusals)),
        reasons=(*refusals, *_not_yet_rated(tally)) or (_why_award(tally),),
        refusals=refusals,
        headroom={number: max(0, tally.room(number)) for number in rule.criteria},
        unrated=tuple(element for element, band in held.items() if band is None),
        counts={band: sum(1 for other in held.values() if other == band) for band in Band},
    )


def working_days_after(day: date, number: int) -> date:
    """The last of so many working days that begin after a day. Bank holidays count as working days."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def what_is_missing(
    *,
    band: str,
    has_text: bool,
    has_evidence: bool,
    has_tell_me: bool,
    show_me: bool = False,
    inherits: bool = False,
) -> list[str]:
    """What a department's view of an element still needs before it can be submitted; nothing when it is ready.

    `show_me` is whether the standard asks for evidence that can be shown, where telling alone would not do.
    `inherits` is whether the corporate assessment's words stand for the department's; why an element does not apply
    is for the department alone to say.
    """
    if band == Band.NOT_APPLICABLE:
        return [] if has_text else ["say why it does not apply"]
    missing = []
    if not has_text and not inherits:
        missing.append("write the statement")
    if not band:
        missing.append("choose your own band")
    if show_me and not has_evidence:
        missing.append("add evidence: telling alone is not enough here")
    elif not has_evidence and not has_tell_me:
        missing.append("add evidence, or say what to see on the visit")
    return missing


def _by_criterion(rule: "AwardRule", elements: Iterable[str]) -> dict[str, list[str]]:
    sorted_out: dict[str, list[str]] = {number: [] for number in rule.criteria}
    for element in elements:
        sorted_out[rule.elements[element]].append(element)
    return sorted_out


def _too_many_non_compliant(tally: "_Tally") -> list[str]:
    limit = tally.rule.max_non_compliant
    found = tally.count(tally.non_compliant)
    if found <= limit:
        return []
    allowed = "no element may be" if limit == 0 else f"{found} are in all, where at most {limit} may be"
    return [
        f"Criterion {number} {tally.rule.criteria[number]}: {_elements(elements)} Non-Compliant; {allowed}."
        for number, elements in tally.non_compliant.items()
        if elements
    ]


def _too_many_partial(tally: "_Tally") -> list[str]:
    refusals = []
    for number, title in tally.rule.criteria.items():
        if tally.room(number) < 0:
            short = tally.short_of_compliant(number)
            below = "below Compliant" if set(short) - set(tally.partial[number]) else "Partially Compliant"
            allowed = tally.rule.max_partial_per_criterion[number]
            refusals.append(f"Criterion {number} {title}: {_elements(short)} {below}; at most {allowed} may be.")
    return refusals


def _not_yet_rated(tally: "_Tally") -> list[str]:
    reasons = []
    for number, elements in tally.unrated.items():
        if elements:
            size = sum(1 for criterion in tally.rule.elements.values() if criterion == number)
            whole = len(elements) == size > 1
            what = f"none of its {size} elements is rated yet" if whole else f"{_elements(elements)} not yet rated"
            reasons.append(f"Criterion {number} {tally.rule.criteria[number]}: {what}.")
    return reasons


def _elements(numbers: list[str]) -> str:
    """“element 1.1.1 is” or “3 elements are (1.1.1, 1.1.2, 1.1.3)”, ready for what they are."""
    if len(numbers) == 1:
        return f"element {numbers[0]} is"
    return f"{len(numbers)} elements ({', '.join(numbers)}) are"


def _why_award(tally: "_Tally") -> str:
    found = tally.count(tally.non_compliant)
    non_compliant = (
        "none is Non-Compliant"
        if not found
        else f"{found} Non-Compliant within the {tally.rule.max_non_compliant} allowed"
    )
    return f"All {tally.total} elements are rated, {non_compliant}, and no criterion has more partials than it allows."


def _sentence(tally: "_Tally", outcome: "Outcome", *, refused: bool) -> str:
    """The verdict in a line or two, to be shown beside the bands while somebody changes them."""
    partials, allowed = tally.count(tally.partial), sum(tally.rule.max_partial_per_criterion.values())
    parts = [f"{partials} partial{'' if partials == 1 else 's'} of {allowed} allowed"]
    full = [title for number, title in tally.rule.criteria.items() if tally.room(number) == 0]
    over = [title for number, title in tally.rule.criteria.items() if tally.room(number) < 0]
    if over:
        parts.append(f"too many in {_listed(over, 'and')}")
    if full and not refused:
        parts.append(f"one more in {_listed(full, 'or')} would lose it")
    if found := tally.count(tally.non_compliant):
        parts.insert(0, f"{found} Non-Compliant")
    unrated = tally.count(tally.unrated)
    opening = {
        Outcome.AWARD: "On these bands: award.",
        Outcome.NO_AWARD: "On these bands: no award.",
        Outcome.INCOMPLETE: f"{unrated} of {tally.total} elements not yet rated; on the bands so far, "
        + ("an award is out of reach." if refused else "nothing stands against an award."),
    }[outcome]
    detail = "; ".join(parts)
    return f"{opening} {detail[0].upper()}{detail[1:]}."


def _listed(words: list[str], joint: str) -> str:
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class Band(TextChoices):
    """What an element is rated, best first; Not Applicable stands outside that order."""

    COMPLIANCE_PLUS = "compliance_plus", "Compliance Plus"
    COMPLIANT = "compliant", "Compliant"
    PARTIALLY_COMPLIANT = "partially_compliant", "Partially Compliant"
    NON_COMPLIANT = "non_compliant", "Non-Compliant"
    NOT_APPLICABLE = "not_applicable", "Not Applicable"


class Outcome(TextChoices):
    """What an assessment comes to."""

    AWARD = "award", "Award"
    NO_AWARD = "no_award", "No award"
    INCOMPLETE = "incomplete", "Incomplete"


class WrongRating(ValueError):
    """A rating that the standard does not know: an unknown element or band, or a Not Applicable that is not allowed."""

    def __init__(self, element: str, message: str) -> None:
        super().__init__(message)
        self.element = element
        self.message = message


class RuleElement(NamedTuple):
    """What the award rule needs to know of an element."""

    number: str
    criterion: str
    criterion_title: str
    may_be_not_applicable: bool


@dataclass(frozen=True)
class AwardRule:
    """One version's award rule. Mappings keep the standard's order, which is the order of the reasons."""

    max_non_compliant: int
    max_partial_per_criterion: Mapping[str, int]  # criterion number → limit
    elements: Mapping[str, str]  # element number → criterion number: the whole list
    not_applicable_allowed: frozenset[str]  # element numbers
    criteria: Mapping[str, str]  # criterion number → title

    @classmethod
    def of(cls, limits: Mapping[str, Any], elements: Iterable[RuleElement]) -> Self:
        """From `award_rule` as the file and the database hold it, and the standard's elements in order."""
        listed = list(elements)
        return cls(
            max_non_compliant=limits["max_non_compliant"],
            max_partial_per_criterion=dict(limits["max_partial_per_criterion"]),
            elements={element.number: element.criterion for element in listed},
            not_applicable_allowed=frozenset(element.number for element in listed if element.may_be_not_applicable),
            criteria={element.criterion: element.criterion_title for element in listed},
        )


@dataclass(frozen=True)
class Verdict:
    """What the rule says of a set of ratings: advice until a certifier decides."""

    outcome: Outcome
    sentence: str  # the whole verdict in a line or two
    reasons: tuple[str, ...]  # refusals, then what is not yet rated; for an award, why
    refusals: tuple[str, ...]  # only what stands against an award
    headroom: Mapping[str, int]  # criterion number → partials left, never below 0
    unrated: tuple[str, ...]  # element numbers
    counts: Mapping[Band, int]


@dataclass(frozen=True)
class _Tally:
    """Element numbers by criterion, for each thing that the rule looks at."""

    rule: AwardRule
    total: int
    unrated: Mapping[str, list[str]]
    partial: Mapping[str, list[str]]
    non_compliant: Mapping[str, list[str]]

    def short_of_compliant(self, criterion: str) -> list[str]:
        """What uses up the criterion's partials: with tolerated non-compliances, these too."""
        tolerated = self.non_compliant[criterion] if self.rule.max_non_compliant else []
        return [element for element in self.rule.elements if element in {*self.partial[criterion], *tolerated}]

    def room(self, criterion: str) -> int:
        return self.rule.max_partial_per_criterion[criterion] - len(self.short_of_compliant(criterion))

    def count(self, by_criterion: Mapping[str, list[str]]) -> int:
        return sum(len(elements) for elements in by_criterion.values())
