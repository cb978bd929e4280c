"""What keeps a decision fair, as facts: the assessor's independence, and the appeals that were heard."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from assessments.models import Assessment, Declaration, IndependenceOverride, StageMove
from assessments.workflow import Move
from reports.rules import Facts

ANSWERS = {Move.ALLOW_APPEAL: "allowed", Move.DISMISS_APPEAL: "dismissed"}


def independence_of(assessment: Assessment) -> Facts:
    """What the assessors declared, and what certifiers overrode with which reason, in two queries."""
    declared = Declaration.objects.filter(assessment=assessment).exclude(signed_at=None)
    overrides = IndependenceOverride.objects.filter(assessment=assessment).select_related("assessor", "by")
    return {
        "declared": [
            {
                "name": one.signed_name,
                "on": _day(one.signed_at),
                "worked_there": bool(one.worked_there),
                "worked_until": one.worked_until.isoformat() if one.worked_until else "",
                "has_interest": bool(one.has_interest),
                "details": one.details,
            }
            for one in declared
        ],
        "overrides": [
            {
                "name": one.assessor.name,
                "problems": list(one.problems),
                "reason": one.reason,
                "by": one.by.name,
                "on": _day(one.at),
            }
            for one in overrides
        ],
    }


def decisions_of(assessment: Assessment) -> Facts:
    """Which decision this is, why it goes against the rule (if it does), and the appeals heard before it. One query.

    An appeal that waits for its answer is not among them.
    """
    number, reason, decided, appeals = 0, "", {"by": "", "on": ""}, []
    grounds: StageMove | None = None
    moves = StageMove.objects.filter(assessment=assessment, move__in=[Move.DECIDE, Move.APPEAL, *ANSWERS])
    for move in moves.select_related("by"):
        if move.move == Move.DECIDE:
            number, reason, decided = number + 1, move.reason, {"by": move.by.name, "on": _day(move.at)}
        elif move.move == Move.APPEAL:
            grounds = move
        elif grounds is not None:
            appeals.append(
                {
                    "against": {"number": number, **decided},
                    "made_on": _day(grounds.at),
                    "grounds": grounds.reason,
                    "answer": ANSWERS[Move(move.move)],
                    "reason": move.reason,
                    "heard_by": move.by.name,
                    "heard_on": _day(move.at),
                }
            )
            grounds = None
    return {"number": number, "against_the_rule": reason, "appeals": appeals}


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
