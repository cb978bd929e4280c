"""Corporate and department together: what the trust's corporate assessment says of an element, and resting on it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from assessments.alignment import Stance
from assessments.models import Assessment, CorporateStance, Element, EvidenceUse, Statement
from assessments.services.evidence import count_evidence, taking
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount
from assessments.workflow import Stage
from departments.models import Department, User

NOTHING_YET = "The corporate assessment says nothing of this element yet, so there is nothing to stand to."


@dataclass(frozen=True)
class CorporateView:
    """What the corporate assessment says of one element, and what it rests on there."""

    statement: Statement
    uses: list[EvidenceUse]

    @property
    def assessment(self) -> Assessment:
        return self.statement.assessment


def corporate_assessment(trust_id: int) -> Assessment | None:
    """The one that speaks for the trust now: the newest that was submitted, else the one in preparation."""
    rows = Assessment.objects.filter(department__trust_id=trust_id, department__is_corporate=True)
    return what_speaks(rows).select_related("department", "standard").first()


def what_speaks(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """One assessment for each department: the newest that was submitted, else the one in preparation."""
    in_preparation = Case(When(stage=Stage.PREPARING, then=Value(1)), default=Value(0))
    kept = rows.exclude(stage=Stage.WITHDRAWN)
    return kept.order_by("department_id", in_preparation, "-opened_at", "-pk").distinct("department_id")


def corporate_view(assessment: Assessment, element: Element) -> CorporateView | None:
    """What a department's assessment is shown of the corporate one; None where there is none, or not this element.

    It goes from the department's own assessment and element, never from an id that somebody names.
    """
    speaks = None if assessment.department.is_corporate else corporate_assessment(assessment.department.trust_id)
    if speaks is None:
        return None
    same = same_element(element, speaks.standard_id)
    rows = Statement.objects.filter(assessment=speaks, element__in=[same] if same else [])
    statement = rows.select_related("element").first()
    if statement is None:
        return None
    statement.assessment = speaks
    uses = EvidenceUse.objects.filter(
        assessment=speaks, element=statement.element_id, evidence__department_id=speaks.department_id
    ).select_related("evidence", "version__file")
    return CorporateView(statement, list(uses))


def corporate_statements(assessment: Assessment) -> dict[int, Statement]:
    """What the corporate assessment says of a department's elements, by their ids: only where it says anything."""
    speaks = None if assessment.department.is_corporate else corporate_assessment(assessment.department.trust_id)
    if speaks is None:
        return {}
    said = {row.element_id: row for row in Statement.objects.filter(assessment=speaks) if row.text or row.band}
    if speaks.standard_id == assessment.standard_id:
        return said
    there = same_elements(speaks.standard_id)
    own = Element.objects.filter(standard=assessment.standard_id).values_list("pk", flat=True)
    return {pk: said[there[pk]] for pk in own if there.get(pk) in said}


def same_element(element: Element, standard_id: int) -> int | None:
    """What an element is in another version of the standard, older or newer, by lineage."""
    return element.pk if element.standard_id == standard_id else same_elements(standard_id).get(element.pk)


def same_elements(standard_id: int) -> dict[int, int]:
    """What the elements of every version of a standard are in this one, older or newer, by lineage. One query."""
    rows = list(Element.objects.order_by("position").values_list("pk", "previous_id", "standard_id"))
    before: dict[int, int | None] = {pk: previous for pk, previous, _ in rows}
    here = {pk: pk for pk, _, standard in rows if standard == standard_id}
    found = dict(here)
    for pk in here:  # what they were before
        at = before[pk]
        while at is not None:
            found.setdefault(at, pk)
            at = before.get(at)
    for pk in before:  # what became of them
        at = pk
        while at is not None and at not in here:
            at = before.get(at)
        if at is not None:
            found.setdefault(pk, at)
    return found


@transaction.atomic
def take_stance(
    *,
    assessment: Assessment,
    element: Element,
    stance: str,
    note: str,
    version: int,
    corporate_version: int,
    by: User,
    at: datetime | None = None,
) -> CorporateStance:
    """Rest on the corporate statement, override it or contradict it. `version` is the stance's that the page showed
    (0: none yet), `corporate_version` the corporate statement's.

    Raises Refused once the assessment is submitted, where there is nothing to stand to, without a reason where one is
    needed, and when the corporate words changed meanwhile; SavedByAColleague when the stance did.
    """
    assessment = _ours(assessment)
    view = corporate_view(assessment, element)
    if view is None or not (view.statement.text or view.statement.band):
        raise Refused(NOTHING_YET)
    if stance == Stance.INHERITED and not view.statement.text:
        raise Refused("The corporate assessment has a band here and no words yet, so write your own for now.")
    if stance != Stance.INHERITED and not note.strip():
        raise Refused("Say why, so that the assessor can follow it.", field="note")
    statement = Statement.objects.get(assessment=assessment, element=element)
    row = CorporateStance.objects.filter(statement=statement).first() or CorporateStance(
        assessment=assessment, statement=statement, version=0
    )
    # The same choice made twice, by a double click or by two people, is one choice; of one carried, it confirms it.
    same = row.pk and (row.stance, row.note) == (stance, note) and not row.is_behind(view.statement)
    if same and not row.is_still_carried:
        return row
    if row.version != version:
        raise SavedByAColleague
    if view.statement.version != corporate_version:
        raise Refused("The corporate statement was changed while you read it. Read it again below, then choose.")
    row.corporate, row.corporate_version = view.statement, view.statement.version
    row.corporate_text, row.corporate_band = view.statement.text, view.statement.band
    row.stance, row.note, row.by, row.at = stance, note, by, at or timezone.now()
    row.version += 1
    row.save()
    _mark(assessment, statement, inherits=stance == Stance.INHERITED)
    return row


@transaction.atomic
def drop_stance(*, assessment: Assessment, element: Element, version: int, by: User) -> None:
    """Stand to the corporate statement in no way any more. The department's own words stay as they are."""
    assessment = _ours(assessment)
    row = CorporateStance.objects.filter(assessment=assessment, statement__element=element).first()
    if row is None:
        return
    if row.version != version:
        raise SavedByAColleague
    statement = row.statement
    row.delete()
    _mark(assessment, statement, inherits=False)


@transaction.atomic
def inherit_evidence(*, assessment: Assessment, element: Element, use: int, by: User) -> EvidenceUse:
    """Put the version of a corporate piece that the corporate assessment rests on to the same element of one's own.

    `use` is the corporate use's id. Where an older version stands here already, the newer one takes its place.
    """
    assessment = _ours(assessment)
    view = corporate_view(assessment, element)
    found = next((row for row in view.uses if row.pk == use), None) if view else None
    if found is None:
        raise Refused("The corporate assessment does not rest on this piece any more. Look at what it rests on now.")
    ours, _ = EvidenceUse.objects.update_or_create(
        assessment=assessment,
        element=element,
        evidence_id=found.evidence_id,
        defaults={"version_id": found.version_id},
        create_defaults={"version_id": found.version_id, "shows": found.shows, "place": found.place},
    )
    count_evidence(assessment)
    return ours


def _ours(assessment: Assessment) -> Assessment:
    """The department's assessment, locked, if it can still be changed."""
    locked = taking(assessment)
    locked.department = Department.objects.get(pk=locked.department_id)
    return locked


def _mark(assessment: Assessment, statement: Statement, *, inherits: bool) -> None:
    if statement.inherits != inherits:
        Statement.objects.filter(pk=statement.pk).update(inherits=inherits)
        recount(assessment)
