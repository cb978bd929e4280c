"""The handover page, for whoever has lately become the lead of a department that had another one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from departments.access import Action, may
from departments.models import Membership, User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.asking import Ask, Rows, as_rows

NEW = timedelta(days=60)  # how long somebody is new to a department


def taken_over(user: User, today: date) -> QuerySet[Any, Any] | None:
    if not may(user, Action.READ_HANDOVER):
        return None
    earlier = Membership.objects.filter(
        department=OuterRef("department"), role=Role.LEAD, valid_from__lt=OuterRef("valid_from")
    ).exclude(user=user)
    own = Membership.objects.current().filter(Exists(earlier), user=user, role=Role.LEAD)
    rows = own.filter(valid_from__date__gt=today - NEW).annotate(name=F("department__name"))
    return as_rows(rows.order_by("pk"), "department", "name", "valid_from")


def say_taken_over(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    for row in rows:
        since = words.day(timezone.localdate(datetime.fromisoformat(row["valid_from"])))
        yield Asked(
            f"Read what you take over: {row['name']}",
            reverse("assessments:handover", args=[row["department"]]),
            f"You are its lead since {since}: what is due, what was said, who knows what",
            "Handover",
        )


to_take_over = Ask(taken_over, say_taken_over)
