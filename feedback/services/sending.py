"""Files of figures on their way in: taken in whole, and given up before anything of them counts."""

from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from departments.models import Trust, User
from departments.services.files import refuse_size, store
from departments.services.history import remembered_as_theirs
from departments.services.jobs import enqueue
from departments.services.refusals import Refused
from feedback.models import FeedbackImport
from feedback.rules import ImportState
from files.rules import display_name, ending_of
from files.services.contents import remove_unused

READ_TASK = "feedback.tasks.read_import"
ENDINGS = ("csv", "xlsx", "xlsm")
KEPT_UNCONFIRMED = timedelta(days=30)
NOT_CONFIRMED = (ImportState.TO_CONFIRM, ImportState.REFUSED)


def refuse_early(*, name: str, size: int) -> None:
    """Raise Refused, with a sentence for the sender, for a file that could not be read anyway."""
    if ending_of(name) not in ENDINGS:
        raise Refused(
            f"“{display_name(name)}” is neither an Excel workbook (.xlsx, .xlsm) nor a table as text (.csv). Open it "
            "in Excel, save it as one of these and send that.",
            field="file",
        )
    refuse_size(size, settings.FEEDBACK_MAX_BYTES)


@transaction.atomic
@remembered_as_theirs
def send_file(*, trust: Trust, file: IO[bytes], name: str, by: User, at: datetime | None = None) -> FeedbackImport:
    """Take in a file of a trust; it waits to be read. `at` is when it came: now, unless in the past.

    Raises Refused for a file of another kind, an empty one, and one that is too large.
    """
    refuse_early(name=name, size=len_of(file))
    brought = FeedbackImport.objects.create(
        trust=trust,
        blob=store(file=file, by=by, limit=settings.FEEDBACK_MAX_BYTES),
        name=display_name(name),
        sent_by=by,
        sent_at=at or timezone.now(),
    )
    enqueue(READ_TASK, brought.pk)
    return brought


def len_of(file: IO[bytes]) -> int:
    """Its size in bytes; it stands at its beginning afterwards."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


@transaction.atomic
@remembered_as_theirs
def give_up(*, brought: FeedbackImport, by: User) -> FeedbackImport:
    """Import nothing of a file. Its bytes are removed, unless somebody else sent the same. Raises Refused once it is
    confirmed."""
    row = locked(brought.pk)
    if row.state not in NOT_CONFIRMED:
        raise Refused(f"This file cannot be given up as it stands: {row.get_state_display().lower()}.")
    row.state = ImportState.GIVEN_UP
    let_go(row)
    return row


def give_up_forgotten() -> None:
    """Keep nothing of a file that was sent long ago and never confirmed: it may say more than its figures."""
    forgotten = FeedbackImport.objects.filter(state__in=NOT_CONFIRMED, sent_at__lt=timezone.now() - KEPT_UNCONFIRMED)
    for pk in forgotten.values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            row = locked(pk)
            if row.state in NOT_CONFIRMED:
                row.state = ImportState.GIVEN_UP
                let_go(row)


def let_go(row: FeedbackImport) -> None:
    """Keep nothing of what a file said, and its bytes only where somebody else sent the same."""
    blob, row.blob, row.found, row.patient_signs = row.blob_id, None, {}, []
    row.save()
    if blob is not None:
        remove_unused(pk=blob)


def locked(pk: int) -> FeedbackImport:
    """An import as it stands now, ours until the transaction ends."""
    return FeedbackImport.objects.select_for_update(of=("self",)).select_related("trust", "confirmed_by").get(pk=pk)
