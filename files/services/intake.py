"""Files on their way in: whole ones from a form or a command. The check is queued with the row."""

from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils import timezone

from departments.models import Department, User
from departments.services.files import store
from departments.services.jobs import enqueue
from files.models import File
from files.rules import FileState, display_name

CHECK_TASK = "files.tasks.check_file"


@transaction.atomic
def receive(*, file: IO[bytes], name: str, department: Department, by: User, at: datetime | None = None) -> File:
    """Take in a whole file for a department; it waits to be checked. `at` is when it came: now, unless in the past.

    Raises CannotStore for an empty file or one that is too large.
    """
    blob = store(file=file, by=by)
    row = File.objects.create(
        department=department,
        name=display_name(name),
        size=blob.size,
        blob=blob,
        state=FileState.WAITING,
        sent_by=by,
        sent_at=at or timezone.now(),
    )
    enqueue(CHECK_TASK, row.pk)
    return row
