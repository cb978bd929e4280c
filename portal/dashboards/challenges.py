"""What waits for an assessor because of a draft report: challenges to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from assessments.models import Assessment, ChallengeState
from assessments.workflow import CHALLENGES_ARE_ANSWERED
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.waiting import MOST


def to_answer(user: User, today: date) -> Iterator[Asked]:
    """Challenges that the assessor has not answered, a line for each assessment."""
    if not may(user, Action.WRITE_FINDING):
        return
    waiting: Any = Assessment.objects.filter(
        assessor=user, stage__in=CHALLENGES_ARE_ANSWERED, challenges__state=ChallengeState.OPEN
    ).annotate(n=Count("challenges"))
    for row in waiting.select_related("department").order_by("pk")[:MOST]:
        title = f"Answer {words.numbered(row.n, 'challenge')} to the draft report: {row.department.name}"
        yield Asked(title, reverse("assessments:draft_report", args=[row.pk]), row.title, "To answer", "orange")
