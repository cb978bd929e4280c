"""Tells a department's leads that the plan of their visit has changed; that it was made, its move tells them."""

from django.urls import reverse
from django.utils import timezone

from assessments.models import Visit
from departments.models import Membership, User
from departments.rules import NoticeKind, Role
from departments.services.notices import notify


def tell_of_a_change(visit: Visit, by: User) -> None:
    """Once a day at most, however often the plan is changed; nothing before the department was told of the plan."""
    if visit.announced_at is None:
        return
    assessment = visit.assessment
    held = Membership.objects.current().filter(role=Role.LEAD, department_id=assessment.department_id)
    notify(
        to=User.objects.filter(pk__in=held.values("user")),
        kind=NoticeKind.VISIT,
        subject=f"{assessment.department}: the visit’s plan has changed",
        words="Read again where your assessor goes, and whom they mean to meet.",
        path=reverse("assessments:visit", args=[visit.pk]),
        key=f"visit-{visit.pk}-changed-{timezone.localdate():%Y%m%d}",
    )
