"""Who is told what happened to an action: its owner, those who answer for the department, those who check it."""

from collections.abc import Iterable

from django.urls import reverse

from assessments.models import ActionStep, CorrectiveAction
from departments.access import Action, who_may
from departments.models import User
from departments.rules import NoticeKind
from departments.services.notices import notify


def tell_owner(action: CorrectiveAction, *, by: User) -> None:
    """That an action is theirs now, with the day by which it is to be done."""
    if action.owner is not None and action.owner != by:
        words = f"{by.name} chose you as the owner. What must improve: {action.improvement[:300]}"
        key = f"action-{action.pk}-owner-{action.version}"
        tell(action, to=[action.owner], subject="An action is yours", words=words, key=key)


def tell_who_checks(action: CorrectiveAction, step: ActionStep) -> None:
    """That the department says that it is done: the assessors who may check it, or else the certification body."""
    able = who_may(Action.CHECK_ACTION, action)
    assessors = able.filter(pk__in=action.scope().assessor_ids)
    words = f"{step.by.name} says for the department that it is done. Check it, and accept or return it."
    tell(
        action,
        to=assessors if assessors.exists() else able,
        subject="An action is completed",
        words=words,
        key=f"action-step-{step.pk}",
    )


def tell_department(action: CorrectiveAction, step: ActionStep) -> None:
    """What a check found: those who answer for the department, and the owner."""
    people = {*who_may(Action.OWN_ACTION, action), *([action.owner] if action.owner else [])}
    done = "accepted it: the action is done." if not step.reason else f"returned it: {step.reason[:300]}"
    subject = "An action is done" if not step.reason else "An action is returned"
    tell(action, to=people, subject=subject, words=f"{step.by.name} {done}", key=f"action-step-{step.pk}")


def tell(action: CorrectiveAction, *, to: Iterable[User], subject: str, words: str, key: str) -> None:
    notify(
        to=to,
        kind=NoticeKind.ACTION,
        subject=f"{action.department.name}: {subject[0].lower()}{subject[1:]}, {action.element}",
        words=words,
        path=reverse("assessments:action", args=[action.pk]),
        key=key,
        due_on=action.due_on if action.is_to_do else None,
    )
