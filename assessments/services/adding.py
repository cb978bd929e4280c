"""Several pieces of evidence added at once: all of them or none. And what is known of a file before it is one."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Assessment, Element, Evidence
from assessments.services.evidence import add_evidence
from assessments.services.refusals import Refused
from assessments.workflow import Stage
from departments.models import Department, User
from files.models import File
from files.rules import REFUSED, FileState

OFFERED = timedelta(days=7)  # how long a file that became no evidence is offered to its sender


def refuse_unless_preparing(*, department: Department) -> None:
    """Raise Refused when a department has no self-assessment open that evidence could be put to."""
    if not Assessment.objects.filter(department=department, stage=Stage.PREPARING).exists():
        raise Refused("No self-assessment of this department is being prepared now, so evidence cannot be added.")


@transaction.atomic
def add_several(
    *, assessment: Assessment, elements: list[Element], pieces: list[dict[str, Any]], by: User, **shared: Any
) -> list[Evidence]:
    """Make each piece (what differs between them: `title`, and `file` or `link`) evidence of its own; `shared` is said
    of all of them. When one is refused, none is added."""
    return [add_evidence(assessment=assessment, elements=elements, by=by, **shared, **piece) for piece in pieces]


def sent_by(user: User, department: Department) -> QuerySet[File]:
    """Files that somebody sent to a department and that are no evidence yet."""
    return File.objects.filter(sent_by=user, department=department, versions=None).exclude(state=FileState.DESTROYED)


def still_arriving(user: User, department: Department) -> QuerySet[File]:
    """Files that somebody began to send, with `blob` to tell how far they came."""
    return sent_by(user, department).filter(state=FileState.ARRIVING).select_related("blob")


def not_used(user: User, department: Department) -> QuerySet[File]:
    """Files that came lately and became no evidence, though they may: their sender may have closed the page."""
    since = timezone.now() - OFFERED
    return sent_by(user, department).exclude(state__in=[FileState.ARRIVING, *REFUSED]).filter(sent_at__gt=since)


def known_as(file: File) -> list[Evidence]:
    """Evidence of the department that has the same content in its newest version."""
    if file.blob_id is None or file.state == FileState.ARRIVING:
        return []
    same = Evidence.objects.filter(department_id=file.department_id, current__file__blob_id=file.blob_id)
    return list(same.order_by("number")[:3])
