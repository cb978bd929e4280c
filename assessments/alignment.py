"""How departments stand to their trust's corporate assessment, element by element: decided from plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from assessments.rules import Band

WEAK = frozenset({Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT})
STRONG = frozenset({Band.COMPLIANCE_PLUS, Band.COMPLIANT})


class Stance(TextChoices):
    """What a department does with the corporate statement on an element."""

    INHERITED = "inherited", "Rests on the corporate statement"
    OVERRIDDEN = "overridden", "Says it in its own words"
    CONTRADICTED = "contradicted", "Says that it is not so here"


@dataclass(frozen=True)
class Seat:
    """One department at one element: its band, found or else its own (`""` while there is none), and its stance."""

    department: str
    band: str
    stance: str = ""


@dataclass(frozen=True)
class Aligned:
    """One element across a trust. Departments for which it does not apply, or that have no band yet, are in no part.

    `together`: corporate and department both reach Compliant. `above`: the department does and corporate does not.
    `below`: corporate does and the department does not. `weak`: neither does. `contradicting` may be in any part too.
    """

    number: str
    corporate: str
    together: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    weak: tuple[str, ...]
    inheriting: tuple[str, ...]
    contradicting: tuple[str, ...]
    rated: int

    @property
    def part(self) -> str:
        """Of one department alone: the part that it is in; empty when it has no band that can be compared."""
        return next((name for name in ("together", "below", "above", "weak") if getattr(self, name)), "")

    @property
    def would_lift(self) -> int:
        """How many departments a better corporate answer would help: where corporate is strong it is there already."""
        return len(self.weak)

    @property
    def differs(self) -> bool:
        return bool(self.above or self.below or self.contradicting)


def align(number: str, corporate: str, seats: Iterable[Seat]) -> Aligned:
    """Put the departments at one element to where they stand beside the corporate band (`""`: it says nothing)."""
    rows = list(seats)
    strong = tuple(seat.department for seat in rows if seat.band in STRONG)
    weak = tuple(seat.department for seat in rows if seat.band in WEAK)
    leads = corporate in STRONG
    return Aligned(
        number=number,
        corporate=corporate,
        together=strong if leads else (),
        above=() if leads else strong,
        below=weak if leads else (),
        weak=() if leads else weak,
        inheriting=tuple(seat.department for seat in rows if seat.stance == Stance.INHERITED),
        contradicting=tuple(seat.department for seat in rows if seat.stance == Stance.CONTRADICTED),
        rated=len(strong) + len(weak),
    )


def best_improvement(elements: Sequence[Aligned]) -> Aligned | None:
    """The one element where a better corporate answer would lift most departments; the first of several as good.

    It is one where corporate is weak or silent, and more than half of the departments that have a band are weak.
    None when there is no such element.
    """
    open_ = [one for one in elements if one.would_lift * 2 > one.rated]
    return max(open_, key=lambda one: one.would_lift, default=None)
