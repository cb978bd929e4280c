"""The decision."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from assessments.cycle_scope import scope_of, years_after
from assessments.models import Assessment
from assessments.rules import Outcome
from assessments.services.actions import actions_of_findings
from assessments.services.cycle.holding import verdict_of
from assessments.services.cycle.moving import arrive, locked, take
from assessments.services.refusals import Refused
from assessments.workflow import Move
from departments.models import User


@transaction.atomic
def decide(
    *, assessment: Assessment, outcome: str, by: User, reason: str = "", at: datetime | None = None
) -> Assessment:
    """Fix the outcome: from here on the award is a stored fact, not a calculation.

    No award although the rule gives one needs a `reason`, which is kept with the move.
    """
    assessment = locked(assessment)
    verdict = verdict_of(assessment)
    if outcome == Outcome.AWARD and verdict.outcome != Outcome.AWARD:
        raise Refused("The award rule does not allow an award on these findings.", *verdict.reasons)
    against = outcome == Outcome.NO_AWARD and verdict.outcome == Outcome.AWARD
    if against and not reason.strip():
        raise Refused("The award rule gives an award on these findings. Say why you decide against it.")
    decided_at = take(assessment, Move.DECIDE, by=by, reason=reason if against else "", at=at)
    assessment.outcome, assessment.decided_by, assessment.decided_at = outcome, by, decided_at
    if outcome == Outcome.AWARD:
        assessment.certified_until = _end_of_certificate(assessment, timezone.localdate(decided_at))
    arrive(assessment, Move.DECIDE, by=by, at=at)
    actions_of_findings(assessment=assessment, by=by, at=at)
    return assessment


def _end_of_certificate(assessment: Assessment, day: date) -> date:
    """A review of a part keeps the certificate that it found; an assessment of everything gives a new one."""
    cycle, last = assessment.standard.cycle, assessment.follows
    if last and last.certified_until and last.certified_until > day and not scope_of(cycle, assessment.kind).everything:
        return last.certified_until
    return years_after(day, cycle.get("certificate_years", 3))
