"""A move: checked against the table of the workflow with the assessment's row locked, recorded, and taken."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, StageMove
from assessments.services.announcing import announce
from assessments.services.cycle.holding import what_holds_back
from assessments.services.gaps import departments_again
from assessments.services.refusals import Refused
from assessments.workflow import ACTIONS, Move, Stage, step_for
from departments.access import POLICY, may
from departments.models import User
from departments.rules import in_words


@transaction.atomic
def go(*, assessment: Assessment, move: Move, by: User, reason: str = "", at: datetime | None = None) -> Assessment:
    """Make a move that asks for nothing but, at times, a reason."""
    if move == Move.WITHDRAW:
        hold_the_ones_before(assessment)
    assessment = locked(assessment)
    take(assessment, move, by=by, reason=reason, at=at)
    arrive(assessment, move, by=by, reason=reason, at=at)
    return assessment


def locked(assessment: Assessment) -> Assessment:
    """The row as it is now, held until the transaction ends."""
    rows: Any = Assessment.objects.select_for_update(of=("self",)).select_related(
        "department__trust", "standard", "body"
    )
    row: Assessment = rows.get(pk=assessment.pk)
    return row


def hold_the_ones_before(assessment: Assessment) -> None:
    """Lock a department's earlier assessments before this one: whoever takes several takes them by their ids."""
    earlier = Assessment.objects.filter(department=assessment.department_id, pk__lt=assessment.pk).order_by("pk")
    list(earlier.select_for_update(no_key=True).values_list("pk"))


def take(assessment: Assessment, move: Move, *, by: User, reason: str = "", at: datetime | None = None) -> datetime:
    """Take the step on a locked row, record it, and give back when it happened. The caller lets it `arrive`.

    Raises Refused with what forbids it: the stage, the role, a missing reason, or what must hold first.
    """
    step = step_for(move, assessment.stage, paused_from=assessment.paused_from)
    if step is None:
        raise Refused(
            f"This assessment is at the stage “{Stage(assessment.stage).label}”, where this can no longer be done, "
            "or not yet. Somebody may have moved it on: open it again to see how it stands."
        )
    if not may(by, ACTIONS[move], assessment):
        who = in_words(sorted(f"the {role.label.lower()}" for role in POLICY[ACTIONS[move]]))
        raise Refused(f"Only {who} of this assessment may do this.")
    if step.needs_reason and not reason.strip():
        raise Refused("Say why, so that the reader knows what to do.")
    if reasons := what_holds_back(assessment, move, by=by, past=at is not None):
        raise Refused(*reasons)
    at = at or timezone.now()
    StageMove.objects.create(
        assessment=assessment, move=move, start=step.start, end=step.end, by=by, at=at, reason=reason
    )
    leave(assessment, move)
    assessment.stage = step.end
    return at


def arrive(assessment: Assessment, move: Move, *, by: User, reason: str = "", at: datetime | None = None) -> None:
    """Save the row with all that the move has changed, and tell whom it concerns; of a move of the past, nobody."""
    assessment.save()
    if move == Move.WITHDRAW:
        departments_again([assessment.department])  # what patients say is said of the one before again
    if at is None:
        announce(assessment, move, by=by, at=timezone.now(), reason=reason)


def leave(assessment: Assessment, move: Move) -> None:
    """What a move undoes of the stages that it goes back behind, and where a pause began."""
    if move == Move.RETURN:
        assessment.submitted_at = None
    if move in (Move.TAKE_BACK, Move.SEND_BACK, Move.ALLOW_APPEAL):
        assessment.draft_sent_at = assessment.facts_due_on = assessment.facts_checked_at = None
        assessment.proposed_outcome, assessment.proposed_at = "", None
    if move == Move.ALLOW_APPEAL:
        assessment.outcome, assessment.decided_by, assessment.decided_at = "", None, None
        assessment.certified_until = None
    if move in (Move.PAUSE, Move.RESUME, Move.WITHDRAW):
        assessment.paused_from = assessment.stage if move == Move.PAUSE else ""
