"""Tells a department's leads that the plan of their visit has changed; that it was made, its move tells them."""

from django.urls import reverse
from django.utils import timezone

from assessments.models import Visit
from departments.access import Action, who_may
from departments.rules import NoticeKind
from departments.services.notices import notify


def tell_of_a_change(visit: Visit) -> None:
    """Once a day at most, however often the plan is changed; nothing before the department was told of the plan."""
    if visit.announced_at is None:
        return
    assessment = visit.assessment
    notify(
        to=who_may(Action.SUBMIT, assessment),
        kind=NoticeKind.VISIT,
        subject=f"{assessment.department}: the visit’s plan has changed",
        words="Read again where your assessor goes, and whom they mean to meet.",
        path=reverse("assessments:visit", args=[visit.pk]),
        key=f"visit-{visit.pk}-changed-{timezone.localdate():%Y%m%d}",
    )
