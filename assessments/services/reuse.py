"""Evidence used again: what each use shows, what a new version would change, and last time's carried forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, EvidenceUse
from assessments.pieces import Standing
from assessments.services.evidence import count_evidence, still_used, taking
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import User
from files.rules import counts_as_evidence


@transaction.atomic
def describe_use(*, use: EvidenceUse, shows: str, place: str, seen: str, by: User) -> EvidenceUse:
    """Say what evidence shows for an element and where in it. `seen` is the use's mark on the page that was filled in.

    Raises Refused once the assessment is submitted, SavedByAColleague when somebody else was there first.
    """
    taking(use.assessment)
    row = still_used(use)
    if (row.shows, row.place) == (shows, place):
        return row
    if row.seen != seen:
        raise SavedByAColleague
    row.shows, row.place = shows, place
    row.save()
    return row


@dataclass(frozen=True)
class Carried:
    """One earlier use as it would stand in the new assessment."""

    use: EvidenceUse
    element: Element
    standing: Standing
    is_there: bool
    problem: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.use.pk}-{self.element.pk}"

    @property
    def is_offered(self) -> bool:
        return not self.is_there and not self.problem


def earlier_with_evidence(assessment: Assessment) -> Assessment | None:
    """The department's assessment before this one that rests on any evidence: what can be carried forward from."""
    rows = Assessment.objects.filter(department_id=assessment.department_id, opened_at__lt=assessment.opened_at)
    rows = rows.filter(Exists(EvidenceUse.objects.filter(assessment=OuterRef("pk"))))
    return rows.order_by("-opened_at", "-pk").first()


def what_can_be_carried(*, assessment: Assessment, source: Assessment, today: date) -> list[Carried]:
    """Every earlier use against the new elements, in their order, with how its current version stands.

    `assessment` may be one that is not saved yet, to ask what it would begin with.
    """
    now_at = successors(source, assessment)
    there = set(EvidenceUse.objects.filter(assessment=assessment.pk).values_list("element_id", "evidence_id"))
    # What was taken over from the corporate assessment is looked at anew there, in the version that it rests on now.
    own = EvidenceUse.objects.filter(assessment=source, evidence__department_id=assessment.department_id)
    uses = own.select_related("evidence__current__file", "element")
    rows = [
        Carried(
            use=use,
            element=element,
            standing=use.evidence.current.standing(today),
            is_there=(element.pk, use.evidence_id) in there,
            problem=why_not(use.evidence),
        )
        for use in uses
        for element in now_at.get(use.element_id, ())
    ]
    return sorted(rows, key=lambda row: (row.element.position, row.use.evidence.number))


def why_not(evidence: Evidence) -> str:
    """Why a piece can support nothing as it is; empty when it can."""
    file = evidence.current.file
    return (
        "" if file is None or counts_as_evidence(file.state) else f"{file.get_state_display()}: add a new version first"
    )


def successors(source: Assessment, assessment: Assessment) -> dict[int, list[Element]]:
    """What each element of the earlier assessment's standard is now, by lineage: itself, one, several or none."""
    targets = Element.objects.filter(standard_id=assessment.standard_id).outline()
    if source.standard_id == assessment.standard_id:
        return {element.pk: [element] for element in targets}
    before = dict(Element.objects.values_list("pk", "previous_id"))
    old = set(Element.objects.filter(standard_id=source.standard_id).values_list("pk", flat=True))
    found: dict[int, list[Element]] = {}
    for element in targets:
        at: int | None = element.pk
        while at is not None and at not in old:
            at = before[at]
        if at is not None:
            found.setdefault(at, []).append(element)
    return found


@transaction.atomic
def carry_forward(*, assessment: Assessment, source: Assessment, chosen: Iterable[Carried], by: User) -> int:
    """Put chosen uses of an earlier assessment to the elements that theirs are now, each with its note and flag, and
    with the current version of its evidence. Gives how many are new: what is there already stays as it is.

    Raises Refused for another department's assessment, and once the new one is submitted.
    """
    assessment = taking(assessment)
    if source.department_id != assessment.department_id:
        raise Refused("This evidence belongs to another department.")
    wanted = {row.key for row in chosen}
    flagged = EvidenceUse.objects.filter(assessment=assessment, strongest=True)
    strongest = set(flagged.values_list("element_id", flat=True))
    new, there = [], set()
    for row in what_can_be_carried(assessment=assessment, source=source, today=timezone.localdate()):
        place = (row.element.pk, row.use.evidence_id)
        if row.key in wanted and row.is_offered and place not in there:
            there.add(place)
            new.append(_carried(row, assessment, row.use.strongest and row.element.pk not in strongest))
            strongest |= {row.element.pk} if new[-1].strongest else set()
    EvidenceUse.objects.bulk_create(new)
    count_evidence(assessment)
    return len(new)


def _carried(row: Carried, assessment: Assessment, is_strongest: bool) -> EvidenceUse:
    return EvidenceUse(
        assessment=assessment,
        element=row.element,
        evidence_id=row.use.evidence_id,
        version_id=row.use.evidence.current_id,
        shows=row.use.shows,
        place=row.use.place,
        strongest=is_strongest,
    )


@dataclass(frozen=True)
class Rests:
    """One assessment that rests on a piece of evidence, and whether a new version would reach it."""

    assessment: Assessment
    uses: list[EvidenceUse]

    @property
    def goes_over(self) -> bool:
        return self.assessment.takes_statements


def used_by(evidence: Evidence) -> list[Rests]:
    """Where its department uses a piece, newest assessment first: what to know before it gets a new version."""
    uses = EvidenceUse.objects.filter(evidence=evidence, assessment__department_id=evidence.department_id)
    uses = uses.select_related("assessment__department", "element", "version")
    found: dict[int, Rests] = {}
    for use in uses.order_by("-assessment__opened_at", "element__position"):
        found.setdefault(use.assessment_id, Rests(use.assessment, [])).uses.append(use)
    return list(found.values())
