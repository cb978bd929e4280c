"""What waits because of a visit: its plan to be told, its days, its close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q
from django.urls import reverse

from assessments.models import Visit
from assessments.workflow import Stage
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.waiting import MOST


def to_visit(user: User, today: date) -> Iterator[Asked]:
    """A line for each visit that is being planned or made, for whoever makes it and for the department's leads."""
    begun = Q(assessment__stage=Stage.DESK_REVIEW, announced_at=None)
    rows: Any = Visit.objects.visible_to(user).filter(begun | Q(assessment__stage=Stage.VISIT_PLANNED))
    for visit in rows.annotate(first=Min("stops__day"), last=Max("stops__day")).order_by("first")[:MOST]:
        if may(user, Action.VISIT, visit):
            yield for_its_assessor(visit, today)
        elif may(user, Action.SUBMIT, visit) and visit.first and visit.first >= today:
            yield line(visit, "visit", "Your assessor visits", "See where they go and whom they meet.", visit.first)


def for_its_assessor(visit: Any, today: date) -> Asked:
    first, last = visit.first, visit.last
    if visit.announced_at is None:
        return line(visit, "visit", "Tell the department of the visit", "Its plan is begun.", first)
    if last is not None and last < today:
        return line(visit, "close_visit", "Close the visit", "Say what was seen and who was met.", last)
    return line(visit, "visit_day", "Visit", "Its plan, and your notes of the day.", first)


def line(visit: Any, page: str, asks: str, hint: str, due: date | None) -> Asked:
    assessment = visit.assessment
    status = words.day(due) if due else "No stop yet"
    url = reverse(f"assessments:{page}", args=[visit.pk])
    return Asked(f"{asks}: {assessment.department.name}", url, f"{assessment.title}. {hint}", status, "blue", due)
