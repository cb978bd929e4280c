"""What waits for an assessor because of a draft report: challenges to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from assessments.models import Assessment, ChallengeState
from assessments.workflow import CHALLENGES_ARE_ANSWERED
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST


def unanswered(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Assessments with challenges that their assessor has not answered."""
    if not may(user, Action.WRITE_FINDING):
        return None
    waiting: Any = Assessment.objects.filter(
        assessor=user, stage__in=CHALLENGES_ARE_ANSWERED, challenges__state=ChallengeState.OPEN
    )
    named = waiting.order_by("pk").values("pk", "title", name=F("department__name"))
    return as_rows(named.annotate(n=Count("challenges"))[:MOST], "pk", "title", "name", "n")


def say_unanswered(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    for row in rows:
        title = f"Answer {words.numbered(row['n'], 'challenge')} to the draft report: {row['name']}"
        yield Asked(title, reverse("assessments:draft_report", args=[row["pk"]]), row["title"], "To answer", "orange")


to_answer = Ask(unanswered, say_unanswered)
