"""The visit's moves: its plan is announced, it is called off, closed with its gaps, opened again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Visit
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.services.visit_coverage import coverage_of_visit
from assessments.visiting import Level
from assessments.workflow import Move
from departments.models import User


@transaction.atomic
def announce(*, visit: Visit, by: User, at: datetime | None = None) -> Visit:
    """Show the plan to the department, whose lead is told by the move; of one that was announced `at` then, nobody."""
    cycle.go(assessment=visit.assessment, move=Move.PLAN_VISIT, by=by, at=at)
    visit = _now(visit)
    visit.announced_at = at or timezone.now()
    visit.save()
    return visit


@transaction.atomic
def call_off(*, visit: Visit, reason: str, by: User) -> Visit:
    """Take the plan back from the department, which is told why. The assessor may go on planning."""
    cycle.go(assessment=visit.assessment, move=Move.CALL_OFF_VISIT, by=by, reason=reason)
    visit = _now(visit)
    visit.announced_at = None
    visit.save()
    return visit


@transaction.atomic
def close(*, visit: Visit, reason: str, commitment: dict[str, str], by: User) -> Visit:
    """Close the visit. What it has not covered needs a reason, which the report prints beside the gaps."""
    Assessment.objects.select_for_update().get(pk=visit.pk)
    visit = _now(visit)
    gaps = coverage_of_visit(visit).gaps
    if gaps and not reason.strip():
        raise Refused("Say why these gaps stand. The report prints them with your reason.", field="reason")
    cycle.go(assessment=visit.assessment, move=Move.CLOSE_VISIT, by=by, reason=reason if gaps else "")
    visit = _now(visit)
    visit.commitment = {level.value: commitment.get(level.value, "") for level in Level}
    visit.save()
    return visit


@transaction.atomic
def reopen(*, visit: Visit, reason: str, by: User) -> Visit:
    cycle.go(assessment=visit.assessment, move=Move.REOPEN_VISIT, by=by, reason=reason)
    return _now(visit)


def _now(visit: Visit) -> Visit:
    return Visit.objects.select_related("assessment__department__trust", "assessment__body").get(pk=visit.pk)
