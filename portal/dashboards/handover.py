"""The handover page, for whoever has lately become the lead of a department that had another one."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from departments.access import Action, may
from departments.models import Membership, User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked

NEW = timedelta(days=60)  # how long somebody is new to a department


def to_take_over(user: User, today: date) -> Iterator[Asked]:
    if not may(user, Action.READ_HANDOVER):
        return
    earlier = Membership.objects.filter(
        department=OuterRef("department"), role=Role.LEAD, valid_from__lt=OuterRef("valid_from")
    ).exclude(user=user)
    own = Membership.objects.current().filter(Exists(earlier), user=user, role=Role.LEAD)
    for row in own.filter(valid_from__date__gt=today - NEW).values(
        "department", "valid_from", name=F("department__name")
    ):
        yield Asked(
            f"Read what you take over: {row['name']}",
            reverse("assessments:handover", args=[row["department"]]),
            f"You are its lead since {words.day(row['valid_from'].date())}: what is due, what was said, who knows what",
            "Handover",
        )
