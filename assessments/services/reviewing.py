"""What the feedback floor asks of assessments: who reads a department's figures from outside its trust."""

from typing import Any

from django.db.models import QuerySet

from assessments.models.assessment import Assessment, assessors_of, handed_over, open_to_reviewers
from departments.models import Department, User


def departments_reviewed_by(*, user: User) -> QuerySet[Department]:
    """The departments whose submitted assessments somebody may read."""
    return Department.objects.filter(pk__in=open_to_reviewers(user).values("department"))


def reviewers_of(**departments: Any) -> frozenset[int]:
    """The ids of those who are to assess any of the departments that these conditions find."""
    theirs = Department.objects.filter(**departments).values("pk")
    return assessors_of(Assessment.objects.filter(handed_over(), department__in=theirs))
