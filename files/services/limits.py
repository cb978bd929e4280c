"""What may be taken in at all: told from name and size alone, before a byte is taken."""

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat

from departments.models import Blob, Department, Trust
from departments.services.files import refuse_size
from departments.services.refusals import Refused
from files.models import File
from files.rules import FileState, ending_of


def refuse_early(*, name: str, size: int, department: Department) -> None:
    """Raise Refused with a sentence for the sender when a file cannot be accepted: kind, size, space of its trust."""
    if ending_of(name) not in settings.EVIDENCE_FILE_TYPES:
        allowed = ", ".join(settings.EVIDENCE_FILE_TYPES)
        raise Refused(f"Choose a file of another kind. These are taken: {allowed}.")
    refuse_size(size, settings.EVIDENCE_MAX_BYTES)
    trust = department.trust
    left = quota_of(trust) - used_by(trust)
    if size > left:
        raise Refused(
            f"There is not enough space left for this file: it is {filesizeformat(size)}, and your trust has "
            f"{filesizeformat(max(left, 0))} of {filesizeformat(quota_of(trust))} left. Ask your trust administrator."
        )


def quota_of(trust: Trust) -> int:
    """How many bytes a trust may keep."""
    return settings.EVIDENCE_QUOTA_BYTES if trust.quota_bytes is None else trust.quota_bytes


def used_by(trust: Trust) -> int:
    """How many bytes a trust keeps: each content once, and what is still arriving as it was announced."""
    files = File.objects.filter(department__trust=trust)
    arriving = files.filter(state=FileState.ARRIVING).aggregate(bytes=Sum("size"))["bytes"] or 0
    kept = Blob.objects.filter(pk__in=files.exclude(state=FileState.ARRIVING).values("blob"))
    return arriving + (kept.aggregate(bytes=Sum("size"))["bytes"] or 0)
