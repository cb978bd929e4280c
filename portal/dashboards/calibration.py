"""How an assessor's bands stand to everybody's on like departments: plain values in, words out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

FEW = 5  # with fewer assessments nothing is said
NOTABLE = 0.02  # two in a hundred elements


@dataclass(frozen=True)
class Spread:
    """Elements that were rated, by band."""

    assessments: int = 0
    compliance_plus: int = 0
    compliant: int = 0
    partially_compliant: int = 0
    non_compliant: int = 0

    @property
    def rated(self) -> int:
        return self.compliance_plus + self.compliant + self.below

    @property
    def below(self) -> int:
        return self.partially_compliant + self.non_compliant

    def __add__(self, other: Spread) -> Spread:
        return Spread(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Compared:
    """One assessor's shares beside those that everybody has on the same mix of departments."""

    assessments: int
    plus: float
    like_plus: float
    below: float
    like_below: float
    words: str


def compare(own: Mapping[str, Spread], everybody: Mapping[str, Spread]) -> Compared | None:
    """`own` and `everybody` are treatment function → spread. None when nothing was rated.

    What everybody's share would be on this assessor's mix: each function's, weighed by how much of it they rated.
    """
    whole = sum(own.values(), Spread())
    if not whole.rated:
        return None
    weighed = [(one.rated / whole.rated, everybody.get(code) or one) for code, one in own.items() if one.rated]
    like_plus = sum(weight * like.compliance_plus / like.rated for weight, like in weighed)
    like_below = sum(weight * like.below / like.rated for weight, like in weighed)
    plus, below = whole.compliance_plus / whole.rated, whole.below / whole.rated
    words = in_words(whole, plus - like_plus, below - like_below, like_plus, like_below)
    return Compared(whole.assessments, plus, like_plus, below, like_below, words)


def in_words(whole: Spread, plus: float, below: float, like_plus: float, like_below: float) -> str:
    """What the differences say. A difference that few elements could bring about by chance says nothing."""
    if whole.assessments < FEW:
        return f"Fewer than {FEW} assessments: too few to say"
    said = [
        f"{'more' if difference > 0 else 'fewer'} {what}"
        for difference, share, what in ((below, like_below, "below Compliant"), (plus, like_plus, "Compliance Plus"))
        if abs(difference) >= max(NOTABLE, 2 * sqrt(share * (1 - share) / whole.rated))
    ]
    return f"Gives {' and '.join(said)}" if said else "Much as everybody"
