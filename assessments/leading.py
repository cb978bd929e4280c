"""What leaders think of their organisation's customer focus, from plain values: options, proportions, and in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

# Fewer answers than this could tell who gave which.
SMALLEST_GROUP = 5
# The sub-criterion of the standard whose elements are about those who lead.
LEADERSHIP = "2.1"
FIRST_YEAR = 2000
CLOSE = 5  # points of a hundred that are no difference worth a word


class ChangeNeeded(TextChoices):
    """How much the organisation's focus on its customers has to change."""

    NONE = "none", "No change"
    SOME = "some", "Some change"
    SIGNIFICANT = "significant", "Significant change"
    FUNDAMENTAL = "fundamental", "Fundamental change"


class Agreement(TextChoices):
    """How far somebody agrees that their organisation does what an element asks."""

    STRONGLY_AGREE = "strongly_agree", "Strongly agree"
    AGREE = "agree", "Agree"
    NEITHER = "neither", "Neither agree nor disagree"
    DISAGREE = "disagree", "Disagree"
    STRONGLY_DISAGREE = "strongly_disagree", "Strongly disagree"


MUCH_CHANGE = (ChangeNeeded.SIGNIFICANT.value, ChangeNeeded.FUNDAMENTAL.value)
AGREEING = (Agreement.STRONGLY_AGREE.value, Agreement.AGREE.value)


def shares(counts: Mapping[str, int], options: type[TextChoices]) -> dict[str, int] | None:
    """Each option's part of a hundred, which add up to a hundred; None for a group too small to be shown."""
    total = sum(counts.get(option, 0) for option in options.values)
    if total < SMALLEST_GROUP:
        return None
    exact = {option: counts.get(option, 0) * 100 / total for option in options.values}
    whole = {option: int(part) for option, part in exact.items()}
    by_rest = sorted(exact, key=lambda option: (whole[option] - exact[option], options.values.index(option)))
    for option in by_rest[: 100 - sum(whole.values())]:
        whole[option] += 1
    return whole


def part_of(counts: Mapping[str, int], wanted: tuple[str, ...]) -> int | None:
    """The part of a hundred that chose one of these; None for a group too small to be shown."""
    total = sum(counts.values())
    return round(sum(counts.get(option, 0) for option in wanted) * 100 / total) if total >= SMALLEST_GROUP else None


@dataclass(frozen=True)
class Compared:
    """The same question to one trust's leaders and to all others; None is not shown."""

    own: int | None
    others: int | None

    @property
    def words(self) -> str:
        if self.own is None:
            return "Too few of yours answered"
        if self.others is None:
            return "Too few others answered"
        if abs(self.own - self.others) <= CLOSE:
            return "About as many as elsewhere"
        return f"{abs(self.own - self.others)} points {'more' if self.own > self.others else 'fewer'} than elsewhere"


def in_words(change: Compared) -> str:
    """The answer to the first question, as one would say it."""
    if change.own is None:
        return ""
    said = f"{change.own}% of your leaders think that significant or fundamental change is needed"
    if change.others is None:
        return f"{said}."
    if abs(change.own - change.others) <= CLOSE:
        return f"{said}, about as many as elsewhere ({change.others}%)."
    more = "more" if change.own > change.others else "fewer"
    return f"{said}, {more} than elsewhere ({change.others}%)."
