"""What waits because of actions: overdue, due soon, without an owner, or to be checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse

from assessments.improving import ActionState
from assessments.models import CorrectiveAction
from departments.access import Action, may
from departments.models import User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST, SOON


def asks(user: User, today: date) -> Iterator[Asked]:
    """A line for each action that is somebody's to do or to check."""
    if not may(user, Action.READ_ACTIONS):
        return
    if user.departments_as(Role.LEAD, Role.CONTRIBUTOR):
        yield from own(user, today)
    if may(user, Action.CHECK_ACTION):
        yield from to_check(user)


def are_overdue(user: User, today: date) -> QuerySet[Any, Any] | None:
    """To whoever answers for a department, or watches over its trust."""
    leads, watches = user.departments_as(Role.LEAD), user.trusts_as(Role.EXECUTIVE)
    if not leads and not watches:
        return None
    rows = CorrectiveAction.objects.filter(Q(department__in=leads) | Q(department__trust__in=watches))
    return as_rows(by_department(rows.overdue(today=today), first=Min("due_on")), "department", "name", "n", "first")


def say_overdue(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    for row in rows:
        first = date.fromisoformat(row["first"])
        colour, status = pressing_words(first, today)
        title = f"{words.numbered(row['n'], 'overdue action')}: {row['name']}"
        yield Asked(title, address(row, "overdue"), "What had to improve by now", status, colour, first)


def have_no_owner(user: User, today: date) -> QuerySet[Any, Any] | None:
    leads = user.departments_as(Role.LEAD)
    rows = CorrectiveAction.objects.filter(department__in=leads).without_owner()
    return as_rows(by_department(rows), "department", "name", "n") if leads else None


def say_without_owner(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    for row in rows:
        title = f"Choose who answers for {words.numbered(row['n'], 'action')}: {row['name']}"
        yield Asked(title, address(row, "open"), "No owner is chosen, or the owner has left", "No owner", "orange")


overdue = Ask(are_overdue, say_overdue)
without_owner = Ask(have_no_owner, say_without_owner)


def own(user: User, today: date) -> Iterator[Asked]:
    """Actions of which this person is the owner, due soon or without a day; what is overdue too."""
    mine = CorrectiveAction.objects.filter(
        Q(due_on=None) | Q(due_on__lte=today + SOON),
        owner=user, department__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR),
    )  # fmt: skip
    for action in mine.to_do().with_names().in_order()[:MOST]:
        colour, status = pressing_words(action.due_on, today)
        title = f"Your action on {action.element.number} {action.element.title}"
        url = reverse("assessments:action", args=[action.pk])
        yield Asked(title, url, action.department.name, status, colour, action.due_on)


def to_check(user: User) -> Iterator[Asked]:
    """What departments have completed: to the assessor, or to the certification body."""
    rows = CorrectiveAction.objects.visible_to(user).filter(state=ActionState.COMPLETED)
    for action in rows.exclude(completed_by=user).order_by("completed_at", "pk")[:MOST]:
        if action.completed_at and may(user, Action.CHECK_ACTION, action):
            title = f"Check the action on {action.element.number}: {action.department.name}"
            hint = f"{action.department.trust.name}. Completed {words.day(action.completed_at.date())}"
            yield Asked(title, reverse("assessments:action_check", args=[action.pk]), hint, "To check", "blue")


def by_department(rows: QuerySet[CorrectiveAction], **more: Any) -> QuerySet[Any, Any]:
    named = rows.order_by("department").values("department", name=F("department__name"))
    return named.annotate(n=Count("pk"), **more)


def address(row: dict[str, Any], show: str) -> str:
    return f"{reverse('assessments:actions', args=[row['department']])}?show={show}"
