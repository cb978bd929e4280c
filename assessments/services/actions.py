"""Corrective actions: made from findings, planned and completed by the department, checked by a reviewer.

Where a service takes `at`, it records what happened then, and tells nobody of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from assessments.improving import TO_DO, ActionKind, ActionMove, ActionState, asks_for_action
from assessments.models import (
    ActionEvidence,
    ActionStep,
    Assessment,
    CorrectiveAction,
    Element,
    Evidence,
    Finding,
    Gap,
)
from assessments.services.action_news import tell_department, tell_owner, tell_who_checks
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import Department, User
from departments.rules import DEPARTMENT_ROLES

RAISED = "The finding was looked at again, and this element now meets the standard."


@transaction.atomic
def actions_of_findings(*, assessment: Assessment, by: User, at: datetime | None = None) -> None:
    """One corrective action for each finding below Compliant, as the decision stands. Called by the decision.

    Decided again after an appeal, it makes no second one: an action whose finding was raised is closed, one that was
    closed so is opened again, and one that is still to do says what must improve in the words that stand now.
    """
    held = {row.finding_id: row for row in CorrectiveAction.objects.filter(finding__assessment=assessment)}
    for finding in Finding.objects.filter(assessment=assessment).in_order():
        action = held.get(finding.pk)
        if asks_for_action(finding.band):
            _asked_for(assessment, finding, action, by=by, at=at)
        elif action is not None and action.kind == ActionKind.CORRECTIVE and action.state not in OVER:
            _close(action, reason=RAISED, by=by, at=at)


OVER = frozenset({ActionState.CHECKED, ActionState.CLOSED})


def _asked_for(
    assessment: Assessment, finding: Finding, action: CorrectiveAction | None, *, by: User, at: datetime | None
) -> None:
    words = finding.improvement or finding.narrative or f"Meet {finding.element}."
    if action is None:
        make_action(
            department=assessment.department, element=finding.element, finding=finding, improvement=words,
            kind=ActionKind.CORRECTIVE, by=by, at=at,
        )  # fmt: skip
        return
    if action.state == ActionState.CLOSED:
        action.state = ActionState.OPEN
        _step(action, ActionMove.REOPENED, by=by, at=at)
    if action.state in TO_DO:
        action.kind, action.improvement = ActionKind.CORRECTIVE, words
        action.version += 1
        action.save()


@transaction.atomic
def make_action(
    *,
    department: Department,
    element: Element,
    improvement: str,
    kind: str,
    finding: Finding | None = None,
    gap: Gap | None = None,
    by: User,
    at: datetime | None = None,
) -> CorrectiveAction:
    """Begin an action of a department on an element, from a finding or from any other gap that was seen."""
    action = CorrectiveAction.objects.create(
        department=department,
        assessment=finding.assessment if finding else None,
        element=element,
        finding=finding,
        gap=gap,
        kind=kind,
        improvement=improvement,
    )
    _step(action, ActionMove.MADE, by=by, at=at)
    return action


@transaction.atomic
def action_of_finding(*, finding: Finding, by: User) -> CorrectiveAction:
    """Turn the area for improvement of a decided finding into an action; the one that is there, if there is one."""
    assessment = _held(finding.assessment_id)
    if not assessment.is_decided:
        raise Refused("An area for improvement becomes an action once the assessment is decided.")
    if (there := CorrectiveAction.objects.filter(finding=finding).first()) is not None:
        return there
    if not finding.improvement.strip():
        raise Refused("This finding names no area for improvement, so there is nothing to make an action of.")
    return make_action(
        department=assessment.department, element=finding.element, finding=finding, improvement=finding.improvement,
        kind=ActionKind.IMPROVEMENT, by=by,
    )  # fmt: skip


def possible_owners(department: Department) -> list[User]:
    """Whoever holds a role in the department today."""
    people = User.objects.filter(
        pk__in=department.memberships.current().filter(role__in=DEPARTMENT_ROLES).values("user"),
        is_active=True,
    )
    return list(people.order_by("name", "pk"))


@transaction.atomic
def plan_action(
    *, action: CorrectiveAction, version: int, by: User, at: datetime | None = None, **words: Any
) -> CorrectiveAction:
    """Store the plan, and of whoever may: `owner`, `owner_post`, `due_on`. A date that stays may lie in the past.

    Raises Refused once it is completed or over, SavedByAColleague when the page was stale.
    """
    row = _locked(action)
    _must_be_to_do(row)
    if all(getattr(row, name) == value for name, value in words.items()):
        return row
    if row.version != version:
        raise SavedByAColleague
    _check_owner_and_date(row, words, timezone.localdate(at))
    chosen = "owner" in words and words["owner"] != row.owner
    saved = _save(row, words, by, at)
    if chosen and at is None:
        tell_owner(saved, by=by)
    return saved


def _check_owner_and_date(row: CorrectiveAction, words: dict[str, Any], today: date) -> None:
    owner, due_on = words.get("owner"), words.get("due_on")
    if owner and words.get("owner_post"):
        raise Refused("Choose a person or name a post, not both.", field="owner_post")
    if owner and owner != row.owner and owner not in possible_owners(row.department):
        raise Refused(f"{owner.name} holds no role in {row.department} any more: choose somebody else.", field="owner")
    if due_on and due_on != row.due_on and due_on < today:
        raise Refused("Choose a day that has not passed: today or later.", field="due_on")


@transaction.atomic
def say_what_is_done(
    *,
    action: CorrectiveAction,
    version: int,
    done: str,
    evidence: Iterable[Evidence],
    by: User,
    at: datetime | None = None,
) -> CorrectiveAction:
    """Store what has been done and what shows it. A piece is kept in the version in which it was put here first."""
    row = _locked(action)
    _must_be_to_do(row)
    wanted = {one.pk: one for one in evidence}
    if any(one.department_id != row.department_id for one in wanted.values()):
        raise Refused("Only the department’s own evidence can show this.", field="codes")
    held = {shown.version.evidence_id: shown for shown in row.shown_by.select_related("version")}
    if row.done == done and held.keys() == wanted.keys():
        return row
    if row.version != version:
        raise SavedByAColleague
    for pk in held.keys() - wanted.keys():
        held[pk].delete()
    for pk in wanted.keys() - held.keys():
        ActionEvidence.objects.create(action=row, version_id=wanted[pk].current_id)
    return _save(row, {"done": done}, by, at)


@transaction.atomic
def complete_action(*, action: CorrectiveAction, by: User, at: datetime | None = None) -> CorrectiveAction:
    """Say for the department that it is done. Completed by a colleague a moment ago, it stays as they left it."""
    row = _locked(action)
    if row.state == ActionState.COMPLETED:
        return row
    _must_be_to_do(row)
    if not row.done.strip() and not row.shown_by.exists():
        raise Refused("Say what has been done, or name the evidence that shows it.", field="done")
    step = _step(row, ActionMove.COMPLETED, by=by, at=at)
    row.state, row.completed_by, row.completed_at = ActionState.COMPLETED, by, step.at
    row.save()
    if at is None:
        tell_who_checks(row, step)
    return row


@transaction.atomic
def check_action(*, action: CorrectiveAction, by: User, at: datetime | None = None) -> CorrectiveAction:
    """Accept that an action is done."""
    row = _to_check(action, by)
    step = _step(row, ActionMove.CHECKED, by=by, at=at)
    row.state, row.checked_by, row.checked_at = ActionState.CHECKED, by, step.at
    row.save()
    if at is None:
        tell_department(row, step)
    return row


@transaction.atomic
def return_action(*, action: CorrectiveAction, reason: str, by: User, at: datetime | None = None) -> CorrectiveAction:
    """Give it back to the department, with what is still missing."""
    row = _to_check(action, by)
    if not reason.strip():
        raise Refused("Say what is still missing, so that the department knows what to do.", field="reason")
    row.state, row.completed_by, row.completed_at = ActionState.RETURNED, None, None
    step = _step(row, ActionMove.RETURNED, by=by, at=at, reason=reason)
    row.save()
    if at is None:
        tell_department(row, step)
    return row


def _to_check(action: CorrectiveAction, by: User) -> CorrectiveAction:
    row = _locked(action)
    if row.state == ActionState.CHECKED and row.checked_by and row.checked_at:
        day = date_format(timezone.localtime(row.checked_at), "j F Y")
        raise Refused(f"{row.checked_by.name} accepted it on {day}, so there is nothing left to check.")
    if row.state != ActionState.COMPLETED:
        raise Refused("The department has not said that it is done, so there is nothing to check yet.")
    if row.completed_by == by:
        raise Refused("You completed it, so somebody else must check it.")
    return row


def _must_be_to_do(row: CorrectiveAction) -> None:
    if row.state == ActionState.COMPLETED:
        raise Refused("It is completed and waits to be checked, so it cannot be changed now.")
    if row.state == ActionState.CHECKED:
        raise Refused("It is done and checked, so it can no longer be changed.")
    if row.state == ActionState.CLOSED:
        raise Refused("It is no longer needed, so it can no longer be changed.")


def _close(action: CorrectiveAction, *, reason: str, by: User, at: datetime | None) -> None:
    action.state, action.completed_by, action.completed_at = ActionState.CLOSED, None, None
    _step(action, ActionMove.CLOSED, by=by, at=at, reason=reason)
    action.save()


def _held(pk: int) -> Assessment:
    """The assessment's row, held until the transaction ends."""
    rows: Any = Assessment.objects.select_for_update(of=("self",)).select_related("department__trust")
    held: Assessment = rows.get(pk=pk)
    return held


def _locked(action: CorrectiveAction) -> CorrectiveAction:
    """The action as it is now, held until the transaction ends; its assessment is held first, as by every service."""
    if action.assessment_id:
        _held(action.assessment_id)
    rows: Any = CorrectiveAction.objects.select_for_update(of=("self",)).with_names()
    locked: CorrectiveAction = rows.get(pk=action.pk)
    return locked


def _save(row: CorrectiveAction, words: dict[str, Any], by: User, at: datetime | None) -> CorrectiveAction:
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1
    row.edited_by, row.edited_at = by, at or timezone.now()
    row.save()
    return row


def _step(
    action: CorrectiveAction, move: ActionMove, *, by: User, at: datetime | None = None, reason: str = ""
) -> ActionStep:
    return ActionStep.objects.create(action=action, move=move, by=by, at=at or timezone.now(), reason=reason)
