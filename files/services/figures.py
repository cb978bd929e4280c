"""What a trust keeps, in figures and rows, for whoever answers for it: names and states, never contents."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from departments.models import Department, Trust
from files.models import Destruction, File
from files.rules import SHUT, FileState

MOST_QUARANTINED = 50


def space_by_department(trust: Trust) -> list[dict[str, Any]]:
    """Files and bytes of each department. Content that two departments sent counts for both, and once for the trust."""
    here = ~Q(files__state=FileState.DESTROYED)
    rows = Department.objects.filter(trust=trust).annotate(
        count=Count("files", filter=here), bytes=Sum("files__size", filter=here)
    )
    named = rows.order_by("name").values_list("name", "count", "bytes")
    return [{"name": name, "count": count, "bytes": size or 0} for name, count, size in named]


def kept_shut(trust: Trust) -> QuerySet[File]:
    """Files in quarantine, and those that could not be checked; the newest first."""
    rows = File.objects.filter(department__trust=trust, state__in=SHUT)
    return rows.select_related("department", "sent_by").order_by("-checked_at", "-pk")[:MOST_QUARANTINED]


def destructions_of(trust: Trust) -> QuerySet[Destruction]:
    return Destruction.objects.filter(department__trust=trust).select_related("department", "by")
