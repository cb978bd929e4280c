"""A new assessment starts from the last one: what comes next, its scope, and the words, evidence, findings kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.alignment import Stance
from assessments.cycle_scope import next_due, next_kind, scope_of
from assessments.models import Assessment, CorporateStance, Element, Finding, Standard, Statement
from assessments.pieces import Standing
from assessments.rules import Band
from assessments.services.corporate import corporate_statements
from assessments.services.refusals import Refused
from assessments.services.reuse import Carried, carry_forward, successors, what_can_be_carried
from assessments.services.tallies import recount
from assessments.workflow import Kind
from departments.models import Department, User

STANCE = ("corporate_text", "corporate_band", "stance", "note", "by_id", "at")
FOUND = ("band", "narrative", "strengths", "improvement", "good_practice")


@dataclass(frozen=True)
class Next:
    """What a department opens next, as the cycle has it: advice that it may change."""

    last: Assessment
    kind: Kind
    title: str
    due_on: date


def last_decided(department: Department, *, held: bool = False) -> Assessment | None:
    """What a new assessment of a department starts from: the newest that was decided. One withdrawn never is. `held`
    locks its row until the transaction ends."""
    rows = Assessment.objects.decided_of(department.pk).select_related("standard").order_by("opened_at", "pk")
    return (rows.select_for_update(of=("self",)) if held else rows).last()


def what_comes_next(department: Department) -> Next | None:
    """The kind that follows by the newest standard's cycle, and by when; None before a first decision."""
    last, standard = last_decided(department), Standard.objects.newest()
    return None if last is None or standard is None else next_after(last, standard)


def next_after(last: Assessment, standard: Standard) -> Next:
    """What follows a decided assessment by a standard's cycle."""
    assert last.decided_at is not None
    kind = next_kind(standard.cycle, last.kind, last.outcome)
    due = next_due(
        decided=timezone.localdate(last.decided_at),
        certified_until=last.certified_until,
        scope=scope_of(standard.cycle, kind),
    )
    return Next(last, kind, f"{kind.label} {due.year}", due)


def what_would_be_carried(proposed: Next, today: date) -> dict[str, Any]:
    """What a new assessment begins with, counted as it is carried: statements with words, stances to corporate ones,
    pieces of evidence; and which pieces are out of date, and so left."""
    standard = Standard.objects.newest()
    assert standard is not None  # else nothing is proposed
    new = Assessment(department=proposed.last.department, standard=standard, kind=proposed.kind, follows=proposed.last)
    statements, stances = first_words(new)
    rows = [row for row in what_can_be_carried(assessment=new, source=proposed.last, today=today) if row.is_offered]
    pieces = {row.use.evidence_id: row for row in rows}
    expired = sorted((row.use.evidence for row in pieces.values() if is_out_of_date(row)), key=lambda one: one.number)
    return {
        "statements": sum(bool(row.text) for row in statements),
        "stances": len(stances),
        "pieces": len(pieces) - len(expired),
        "expired": expired,
    }


def is_out_of_date(row: Carried) -> bool:
    return row.standing == Standing.EXPIRED


def first_words(assessment: Assessment) -> tuple[list[Statement], list[CorporateStance]]:
    """A statement for every element, and how the department stands to the corporate ones, as the last time left them
    by lineage. None is saved yet."""
    if assessment.follows is None:
        elements = Element.objects.filter(standard=assessment.standard_id).order_by("position")
        return [Statement(assessment=assessment, element=element) for element in elements], []
    was = predecessors(assessment)
    statements = first_statements(assessment, was)
    return statements, first_stances(assessment, statements, was)


def first_statements(assessment: Assessment, was: dict[int, int]) -> list[Statement]:
    """A statement for every element: with the words of the last time, by lineage, and its scope."""
    elements = list(Element.objects.filter(standard=assessment.standard_id).order_by("position"))
    said = {row.element_id: row for row in Statement.objects.filter(assessment=assessment.follows)}
    found = dict(Finding.objects.filter(assessment=assessment.follows).values_list("element_id", "band"))
    last = {element.number: allowed(found.get(was.get(element.pk, 0), ""), element) for element in elements}
    partial_look = any(not row.in_scope for row in said.values())
    looked_at = {
        element.number
        for element in elements
        if partial_look and (before := said.get(was.get(element.pk, 0))) and before.in_scope
    }
    chosen = scope_of(assessment.standard.cycle, assessment.kind).choose(last, looked_at)
    return [
        starting_from(said.get(was.get(element.pk, 0)), assessment, element, element.number in chosen)
        for element in elements
    ]


def predecessors(assessment: Assessment) -> dict[int, int]:
    """Each element's predecessor in the assessment that this one follows; what is new since has none."""
    assert assessment.follows is not None
    return {
        element.pk: old for old, elements in successors(assessment.follows, assessment).items() for element in elements
    }


def allowed(band: str, element: Element) -> str:
    """A band of the last time, unless the element may not have it any more."""
    return "" if band == Band.NOT_APPLICABLE and not element.may_be_not_applicable else band


def starting_from(before: Statement | None, assessment: Assessment, element: Element, in_scope: bool) -> Statement:
    statement = Statement(assessment=assessment, element=element, in_scope=in_scope)
    if before is not None and (before.text or before.band or before.tell_me):
        statement.text, statement.tell_me = before.text, before.tell_me
        statement.band, statement.carried = allowed(before.band, element), True
    return statement


def first_stances(assessment: Assessment, statements: list[Statement], was: dict[int, int]) -> list[CorporateStance]:
    """How the department stood to the corporate statements the last time, where corporate still speaks.

    Each keeps who chose it and the words that it was chosen on: where these are others by now, its page says so.
    """
    assert assessment.follows is not None
    held = {row.statement.element_id: row for row in stances_of(assessment.follows)}
    if not held:
        return []
    says = corporate_statements(assessment)
    return [
        standing_as_before(before, statement, says[statement.element_id])
        for statement in statements
        if (before := held.get(was.get(statement.element_id, 0))) and can_stand(before, says.get(statement.element_id))
    ]


def stances_of(assessment: Assessment) -> Iterable[CorporateStance]:
    return CorporateStance.objects.filter(assessment=assessment).select_related("statement")


def can_stand(before: CorporateStance, corporate: Statement | None) -> bool:
    """Whether there is something to stand to; words, for who rests on them."""
    return corporate is not None and bool(corporate.text or before.stance != Stance.INHERITED)


def standing_as_before(before: CorporateStance, statement: Statement, corporate: Statement) -> CorporateStance:
    statement.inherits = before.stance == Stance.INHERITED
    is_same = not before.is_behind(corporate)
    return CorporateStance(
        assessment=statement.assessment,
        statement=statement,
        corporate_id=corporate.pk if is_same else before.corporate_id,
        corporate_version=corporate.version if is_same else before.corporate_version,
        carried=True,
        **{name: getattr(before, name) for name in STANCE},
    )


def carry_evidence(assessment: Assessment, *, by: User) -> None:
    """Put what stood behind the elements last time behind them again; what is out of date waits for a choice."""
    if assessment.follows is not None:
        rows = evidence_of_the_last_time(assessment)
        chosen = [row for row in rows if row.is_offered and not is_out_of_date(row)]
        carry_forward(assessment=assessment, source=assessment.follows, chosen=chosen, by=by)


def evidence_of_the_last_time(assessment: Assessment) -> list[Carried]:
    assert assessment.follows is not None
    return what_can_be_carried(assessment=assessment, source=assessment.follows, today=timezone.localdate())


def first_findings(assessment: Assessment) -> list[Finding]:
    """A finding for every element, not saved yet: the last one for what the review leaves out, empty for the others."""
    elements = list(Element.objects.filter(standard=assessment.standard_id))
    left_out = set(Statement.objects.filter(assessment=assessment, in_scope=False).values_list("element_id", flat=True))
    if assessment.follows is None or not left_out:
        return [Finding(assessment=assessment, element=element) for element in elements]
    was = predecessors(assessment)
    found: Any = Finding.objects.filter(assessment=assessment.follows).values("element_id", *FOUND)
    last = {row["element_id"]: row for row in found}
    return [
        Finding(
            assessment=assessment,
            element=element,
            **(carried_finding(last.get(was.get(element.pk, 0))) if element.pk in left_out else {}),
        )
        for element in elements
    ]


def carried_finding(before: dict[str, Any] | None) -> dict[str, Any]:
    return {"carried": True, **{name: before[name] for name in FOUND}} if before else {}


@transaction.atomic
def bring_into_scope(*, statement: Statement, reason: str, by: User) -> Statement:
    """Have this review look at an element that the cycle leaves out. Twice is once: the first reason stands.

    Raises Refused without a reason, and once neither the department nor the assessor writes.
    """
    assessment = Assessment.objects.select_for_update().get(pk=statement.assessment_id)
    row = Statement.objects.get(pk=statement.pk)
    if not (assessment.takes_statements or assessment.takes_findings):
        raise Refused("What is looked at can be changed while the department prepares and during the review only.")
    if not reason.strip():
        raise Refused("Say why this review should look at the element.")
    if not row.in_scope:
        row.in_scope, row.scope_reason = True, reason
        row.save(update_fields=["in_scope", "scope_reason"])
        recount(assessment)
    return row
