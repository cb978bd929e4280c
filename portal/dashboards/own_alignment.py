"""How one department stands to its trust's corporate assessment, element by element, for its own people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from assessments.alignment import STRONG, WEAK, Seat, Stance, align
from assessments.models import Assessment, Element
from assessments.services.corporate import corporate_assessment, same_elements, what_speaks
from departments.models import Department
from portal.dashboards.alignment import rows_of

PARTS = {
    "below": "Corporate reaches Compliant and we do not",
    "above": "We reach Compliant and corporate does not",
    "weak": "Neither reaches Compliant",
    "together": "Both reach Compliant",
    "": "Nothing to compare",
}


@dataclass(frozen=True)
class OwnLine:
    """One element of the department's own assessment beside the corporate one. `part` is one of PARTS: empty where one
    of the two has no band, or the element does not apply to it."""

    number: str
    title: str
    criterion: str
    url: str
    corporate: str
    own: str
    stance: str
    part: str

    @property
    def words(self) -> str:
        return PARTS[self.part]

    @property
    def stance_words(self) -> str:
        return Stance(self.stance).label if self.stance else ""


@dataclass(frozen=True)
class OwnAlignment:
    """A department's assessment beside the corporate one; neither is there before it is opened."""

    corporate: Assessment | None
    own: Assessment | None
    lines: list[OwnLine]

    def criteria(self) -> list[str]:
        return list(dict.fromkeys(line.criterion for line in self.lines))

    def parts(self) -> dict[str, str]:
        """The words of each part that any element is in, with how many are."""
        counted = Counter(line.part for line in self.lines)
        return {part: f"{words} ({counted[part]})" for part, words in PARTS.items() if counted[part]}


def own_alignment_of(department: Department) -> OwnAlignment:
    """Four queries, and one more where corporate is assessed on another version of the standard. No other department
    is read. Bands are the assessor's once decided, and until then what each says of itself."""
    corporate = None if department.is_corporate else corporate_assessment(department.trust_id)
    own = what_speaks(Assessment.objects.filter(department=department)).first()
    if corporate is None or own is None:
        return OwnAlignment(corporate, own, [])
    here = own.standard_id == corporate.standard_id
    same = None if here else same_elements(own.standard_id)
    bands: dict[int, str] = {}
    seats: dict[int, Seat] = {}
    for assessment, element, band, stance in rows_of([corporate.pk, own.pk]):
        at = element if same is None else same.get(element)
        if at is not None and assessment == corporate.pk:
            bands[at] = band
        elif at is not None:
            seats[at] = Seat(department.name, band, stance or "")
    elements = Element.objects.filter(standard_id=own.standard_id).outline()
    return OwnAlignment(corporate, own, [line_of(own, one, bands.get(one.pk, ""), seats[one.pk]) for one in elements])


def line_of(own: Assessment, element: Element, corporate: str, seat: Seat) -> OwnLine:
    both = corporate in STRONG | WEAK
    return OwnLine(
        number=element.number,
        title=element.title,
        criterion=str(element.subcriterion.criterion),
        url=reverse("assessments:corporate", args=[own.pk, element.number]),
        corporate=corporate,
        own=seat.band,
        stance=seat.stance,
        part=align(element.number, corporate, [seat]).part if both else "",
    )
