"""Bytes on their way from one storage to another: copied, read back and hashed there, and only then given up here."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from departments.models import Blob, BlobChunk
from departments.services.files import hashed, open_blob, write_chunks
from departments.services.places import Damaged, name_of, object_name
from files.models import File, Leftover
from files.rules import UNDER_CHECK, FileState
from files.services.leftovers import hold_name, remove_after_commit, sweep_leftovers

POSTGRES = ""  # what `kept_in` says of bytes that are in the database
A_TURN = 240  # seconds: a turn of the sweep ends before a worker would be stopped

log = structlog.get_logger(__name__)


@transaction.atomic
def move(*, pk: int, to: str) -> bool:
    """Move a content's bytes; whether there was something to move. Killed at any point, nothing has changed.

    The row is held so that readers and users of the content go on, and only its destruction waits. Raises Damaged
    when what arrives is not what the hash says: then it stays where it is.
    """
    rows = Blob.objects.select_for_update(no_key=True, skip_locked=True).exclude(kept_in=to)
    blob = rows.filter(pk=pk, sha256__isnull=False).first()
    if blob is None:
        return False
    hold_name(str(blob.sha256))
    if to == POSTGRES:
        into_chunks(blob)
    else:
        into_storage(blob, to)
    return True


def into_storage(blob: Blob, to: str) -> None:
    storage: Any = storages[to]
    name = object_name(blob)
    storage.forget_parts(name)
    with open_blob(blob=blob) as content:
        storage.write(name, content)
    arrived = Blob(pk=blob.pk, sha256=blob.sha256, size=blob.size, kept_in=to)
    if hash_of(arrived) != blob.sha256:
        storage.delete(name)
        raise Damaged(f"Blob {blob.pk} is not what its hash says, and stays where it is.")
    switch(blob, to)
    BlobChunk.objects.filter(blob=blob).delete()


def into_chunks(blob: Blob) -> None:
    before = blob.kept_in
    BlobChunk.objects.filter(blob=blob).delete()
    with open_blob(blob=blob) as content:
        write_chunks(content, blob.pk, blob.size)
    if hash_of(Blob(pk=blob.pk, sha256=blob.sha256, size=blob.size)) != blob.sha256:
        raise Damaged(f"Blob {blob.pk} is not what its hash says, and stays where it is.")
    switch(blob, POSTGRES)
    remove_after_commit(Leftover.objects.create(kept_in=before, sha256=str(blob.sha256)))


def hash_of(blob: Blob) -> str:
    with open_blob(blob=blob) as content:
        return hashed(content)


def switch(blob: Blob, to: str) -> None:
    blob.kept_in, blob.verified_at = to, timezone.now()
    blob.save(update_fields=["kept_in", "verified_at"])


def to_move(to: str) -> tuple[int, int]:
    """How many contents are elsewhere, and their bytes."""
    rows = Blob.objects.filter(sha256__isnull=False).exclude(kept_in=to)
    return rows.count(), rows.aggregate(bytes=Sum("size"))["bytes"] or 0


def elsewhere(to: str) -> Iterator[Blob]:
    """Contents that are not there yet, a few hundred at a time, however many there are."""
    last = 0
    rows = Blob.objects.filter(sha256__isnull=False).exclude(kept_in=to).order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:200]):
        yield from some
        last = some[-1].pk


def move_everything(*, to: str, limit: int | None, tell: Callable[[Blob, str], None]) -> bool:
    """Move up to `limit` contents and tell of each; whether all went well. One that fails stops none of the others."""
    well, moved = True, 0
    for blob in elsewhere(to):
        if limit is not None and moved >= limit:
            break
        try:
            if move(pk=blob.pk, to=to):
                moved += 1
                tell(blob, "")
        except Damaged as damaged:
            well = False
            log.error("blob_not_moved", blob=blob.pk, reason=str(damaged))
            tell(blob, str(damaged))
    sweep_leftovers()
    return well


def give_up_copies(*, storage: str) -> int:
    """Remove objects whose bytes are in the database: what moves there that were killed left behind."""
    kept: Any = storages[storage]
    names = 0
    for name in kept.names():
        sha256 = name.rpartition("/")[2]
        if name == name_of(sha256) and Blob.objects.filter(sha256=sha256, kept_in=POSTGRES).exists():
            Leftover.objects.create(kept_in=storage, sha256=sha256)
            names += 1
    sweep_leftovers()
    return names


def move_what_is_checked() -> None:
    """Where files are to be kept elsewhere, move those whose check has come to an end, for a few minutes."""
    sweep_leftovers()
    to = settings.EVIDENCE_STORAGE
    if not to:
        return
    ends = time.monotonic() + A_TURN
    on_the_way = File.objects.filter(blob=OuterRef("pk"), state__in=[FileState.ARRIVING, *UNDER_CHECK])
    rows = Blob.objects.filter(~Exists(on_the_way), sha256__isnull=False).exclude(kept_in=to).order_by("pk")
    for pk in rows.values_list("pk", flat=True)[:1000]:
        if time.monotonic() > ends:
            return
        try:
            move(pk=pk, to=to)
        except Exception:  # a storage that is away, or a damaged content: the others go on
            log.exception("blob_not_moved", blob=pk)
