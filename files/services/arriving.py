"""Files on their way in a part at a time, by a line that may drop: begun, added to, completed, or given up."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from departments.models import CHUNK_BYTES, Blob, Department, Trust, User
from departments.services.files import Damaged
from departments.services.growing import begin_blob, drop_blob, grow, hash_of, settle_blob
from departments.services.jobs import enqueue
from departments.services.refusals import Refused
from files.models import File
from files.rules import FileState, display_name
from files.services.above import refuse_unless_wanted
from files.services.intake import CHECK_TASK
from files.services.limits import refuse_early

BATCH_BYTES = 8 * CHUNK_BYTES  # written in one transaction, and held in memory until then
BATCH_SECONDS = 5.0  # a slow line's bytes are written this often at least
PIECE_BYTES = 64 * 1024
LEFT_WHOLE = timedelta(minutes=1)  # all of it is here and nobody completed it: its process died

log = structlog.get_logger(__name__)


class NotArriving(Exception):
    """The file has arrived or is gone: nothing can be added to it."""


class WrongPlace(Exception):
    """These bytes do not follow on what is here, which has `offset` bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"The file has {offset} bytes here.")
        self.offset = offset


class TooMany(Refused):
    def __init__(self) -> None:
        super().__init__("More came than was announced. Choose the file again.")


class Line(Protocol):
    """What bytes are read from: it waits for them, gives fewer at the end, and raises OSError when it drops."""

    def read(self, size: int, /) -> bytes: ...


@transaction.atomic
def begin(*, department: Department, name: str, size: int, by: User) -> File:
    """Announce a file of `size` bytes. Raises Refused with a sentence for the sender when it cannot be accepted."""
    refuse_unless_wanted(department)
    # Two announcements at once would both find the space that is enough for one.
    Trust.objects.select_for_update(no_key=True).get(pk=department.trust_id)
    shown = display_name(name)
    refuse_early(name=shown, size=size, department=department)
    return File.objects.create(
        department=department, name=shown, size=size, blob=begin_blob(), sent_by=by, sent_at=timezone.now()
    )


def take_in(*, file: File, offset: int, line: Line) -> int:
    """Add what comes along a line to the file, and complete it when that is all of it; how many bytes are here now.

    Every batch is written in a short transaction of its own once it has come, so a line that drops, or a process
    that dies, loses at most the batch in hand. Raises NotArriving, WrongPlace or TooMany; what was written stays.
    """
    digest = hashlib.sha256() if offset == 0 else None
    for batch in batches(line, offset):
        offset = add_bytes(file=file, offset=offset, data=batch)
        if digest is not None:
            digest.update(batch)
    if offset == file.size:
        complete(file=file, sha256=digest.hexdigest() if digest else "")
    return offset


def batches(line: Line, offset: int) -> Iterator[bytearray]:
    """What comes along a line, in batches that end where a chunk ends; a dropped line ends the last one."""
    while True:
        batch, until = bytearray(), time.monotonic() + BATCH_SECONDS
        wanted = BATCH_BYTES - offset % CHUNK_BYTES
        dropped = False
        while len(batch) < wanted and time.monotonic() < until and not dropped:
            try:
                piece = line.read(min(PIECE_BYTES, wanted - len(batch)))
            except OSError:
                piece = b""
            batch += piece
            dropped = not piece
        if batch:
            yield batch
            offset += len(batch)
        if dropped:
            return


def blob_of(file: File, blobs: QuerySet[Blob] | None = None) -> Blob:
    """What is here of a file, as it is now."""
    assert file.blob_id is not None  # a file has bytes until it is destroyed
    return (Blob.objects.all() if blobs is None else blobs).get(pk=file.blob_id)


@transaction.atomic
def add_bytes(*, file: File, offset: int, data: bytes | bytearray) -> int:
    """Put a batch behind the `offset` bytes that are here; how many there are then."""
    row = File.objects.select_for_update().filter(pk=file.pk).first()
    if row is None or row.state != FileState.ARRIVING:
        raise NotArriving
    # Read only once the file's row is held: what a colleague of this batch wrote meanwhile must be seen.
    blob = blob_of(row, Blob.objects.select_for_update())
    if blob.size != offset:
        raise WrongPlace(blob.size)
    if offset + len(data) > row.size:
        raise TooMany
    grow(blob=blob, data=data)
    File.objects.filter(pk=row.pk).update(beaten_at=timezone.now())
    return blob.size


def complete(*, file: File, sha256: str = "") -> File:
    """All bytes are here: name them by their hash, or find the same content, and have the file checked.

    Safe to run twice, and by two at once. `sha256` if it is known already; otherwise the bytes are read back, which
    holds no lock. Raises NotArriving for one that was given up meanwhile.
    """
    try:
        blob = blob_of(file)
        sha256 = sha256 or hash_of(blob=blob)
    except (Damaged, Blob.DoesNotExist):
        if not File.objects.filter(pk=file.pk, state=FileState.ARRIVING).exists():
            return as_it_is(file)  # somebody else completed it, and its content was here already
        raise
    with transaction.atomic():
        row = as_it_is(file, File.objects.select_for_update())
        if row.state != FileState.ARRIVING:
            return row
        row.blob, row.state, row.beaten_at = settle_blob(blob=blob, sha256=sha256), FileState.WAITING, None
        row.save(update_fields=["blob", "state", "beaten_at"])
        if row.blob.pk != blob.pk:
            drop_blob(blob=blob)
        enqueue(CHECK_TASK, row.pk)
    log.info("file_arrived", file=row.pk, bytes=row.size, user=row.sent_by_id)
    return row


def as_it_is(file: File, files: QuerySet[File] | None = None) -> File:
    row = (File.objects.all() if files is None else files).filter(pk=file.pk).first()
    if row is None:
        raise NotArriving
    return row


def where_it_stands(*, file: File) -> int:
    """How many bytes are here. One that is all here, and whose process died before it said so, is completed now."""
    if file.state != FileState.ARRIVING:
        return file.size
    try:
        offset = blob_of(file).size
    except Blob.DoesNotExist:  # its content was here already, so somebody who completed it has dropped this one
        offset = file.size
    if offset == file.size:
        complete(file=file)
    return offset


@transaction.atomic
def give_up(*, file: File) -> None:
    """Forget a file that has not arrived, and the bytes of it that are here. Raises NotArriving for any other."""
    row = File.objects.select_for_update().filter(pk=file.pk, state=FileState.ARRIVING).first()
    if row is None:
        raise NotArriving
    blob = blob_of(row)
    row.delete()
    drop_blob(blob=blob)


def expiry() -> datetime:
    """When a file is given up of which nothing comes from now on."""
    return timezone.now() + timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)


def sweep() -> None:
    """Give up what nobody goes on sending, and complete what is all here and was left."""
    now = timezone.now()
    for file in silent_since(now - timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)).exclude(blob__size=F("size"))[:100]:
        try:
            give_up(file=file)
        except NotArriving:
            continue
        log.info("upload_given_up", file=file.pk, user=file.sent_by_id)
    for file in silent_since(now - LEFT_WHOLE).filter(blob__size=F("size"))[:100]:
        with suppress(NotArriving):
            complete(file=file)


def silent_since(moment: datetime) -> QuerySet[File]:
    return File.objects.alias(last=Coalesce("beaten_at", "sent_at")).filter(state=FileState.ARRIVING, last__lt=moment)
