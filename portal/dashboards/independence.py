"""What waits for an assessor who is to declare their interests, and for a certifier to whom a conflict was declared."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from assessments.models import Declaration
from assessments.workflow import FINDINGS_ARE_OPEN
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked

MOST = 50


def declarations(user: User, today: date) -> Iterator[Asked]:
    """One line for each declaration that findings wait for, in one query."""
    if not may(user, Action.DECLARE) and not may(user, Action.ASSIGN):
        return
    waiting = Declaration.objects.visible_to(user).of_who_assesses()
    waiting = waiting.filter(assessment__declared_at=None, assessment__stage__in=FINDINGS_ARE_OPEN)
    for row in waiting.select_related("assessor", "assessment__department__trust")[:MOST]:
        assessment = row.assessment
        about = f"{assessment.title}, {assessment.department.trust.name}"
        if row.signed_at is None and may(user, Action.DECLARE, assessment):
            title = f"Declare your interests: {assessment.department.name}"
            hint = f"{about}. You can record findings once you have."
            asked = f"Asked {words.day(row.asked_at.date())}"
            yield Asked(title, reverse("assessments:declare", args=[assessment.pk]), hint, asked, "orange")
        elif row.signed_at is not None and may(user, Action.ASSIGN, assessment) and row.assessor_id != user.pk:
            title = f"Answer a declared conflict: {assessment.department.name}"
            hint = f"{about}. {row.assessor.name} declared something that stands in the way. Findings wait for you."
            yield Asked(
                title, reverse("assessments:conflict", args=[assessment.pk]), hint, "Conflict declared", "orange"
            )
