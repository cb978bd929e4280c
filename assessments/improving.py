"""Decisions about what must improve, from plain values: which findings ask for it, and when it is late."""

from datetime import date

from django.db.models import TextChoices

from assessments.rules import Band

ASKS_FOR_ACTION = frozenset({Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT})


class ActionKind(TextChoices):
    """Why there is an action: the standard is not met, or it could be met better."""

    CORRECTIVE = "corrective", "Corrective action"
    IMPROVEMENT = "improvement", "Improvement"


class ActionState(TextChoices):
    """How far an action has come."""

    OPEN = "open", "Open"
    COMPLETED = "completed", "To be checked"
    RETURNED = "returned", "Returned"
    CHECKED = "checked", "Done"
    CLOSED = "closed", "No longer needed"


class ActionMove(TextChoices):
    """What happens to an action."""

    MADE = "made", "Made"
    COMPLETED = "completed", "Completed"
    RETURNED = "returned", "Returned"
    CHECKED = "checked", "Checked"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Opened again"


# The department works on these; the others wait for a check, or are over.
TO_DO = frozenset({ActionState.OPEN, ActionState.RETURNED})
UNFINISHED = TO_DO | {ActionState.COMPLETED}
GIVEN_TO_CHECK = frozenset({ActionState.COMPLETED, ActionState.CHECKED})


def is_overdue(*, state: str, due_on: date | None, today: date) -> bool:
    """Whether a department should have completed it by now. One that waits for its check is not late."""
    return state in TO_DO and due_on is not None and due_on < today


def asks_for_action(band: str) -> bool:
    """Whether a finding makes a corrective action by itself."""
    return band in ASKS_FOR_ACTION
