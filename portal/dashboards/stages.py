"""What the stages of an assessment ask besides its main work: to plan, to check, to begin, to take up again."""

from __future__ import annotations

from datetime import date
from typing import Any

from assessments.workflow import Move, Stage
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words
from portal.dashboards.waiting import about, address


def also_asked(user: User, row: Any, today: date) -> Asked | None:
    """What this stage asks of this person beyond `waiting.asked_of`."""
    if row.stage == Stage.FACTUAL_CHECK and row.facts_checked_at is None and may(user, Action.READ_DRAFT, row):
        colour, status = pressing_words(row.facts_due_on, today)
        hint = about(row) + (f", by {words.day(row.facts_due_on)}" if row.facts_due_on else "")
        return line("Check the facts of the draft report", "assessments:draft_report", row, hint, status, colour)
    if row.stage == Stage.DESK_REVIEW and not row.has_plan and may(user, Action.VISIT, row):
        return line("Plan the visit", "assessments:plan_visit", row, about(row), "Desk review")
    if row.stage == Stage.VISITED and may(user, Action.PROPOSE, row):
        return line("Begin the draft report", "assessments:draft", row, about(row), "Visited")
    if row.stage == Stage.PAUSED and may(user, Action.PAUSE, row):
        why = f". {row.last_move['reason']}" if row.last_move and row.last_move["move"] == Move.PAUSE else ""
        return line("Resume when it can go on", "assessments:resume", row, f"{about(row)}{why}", "Paused")
    return None


def line(what: str, page: str, row: Any, hint: str, status: str, colour: str = "") -> Asked:
    due = row.facts_due_on if row.stage == Stage.FACTUAL_CHECK else None
    return Asked(f"{what}: {row.department.name}", address(page, row), hint, status, colour, due)
