"""A blob that arrives in parts: begun empty, grown by batches, and known by its hash once all of it is here."""

import hashlib
from collections.abc import Iterator

from django.db import IntegrityError, connection, transaction

from departments.models import CHUNK_BYTES, Blob, BlobChunk
from departments.services.files import COPY_ROW_BEFORE_DATA, WRITE_CHUNKS, read, same_content
from departments.services.places import COPY_END, COPY_HEADER

FILL_THE_LAST = "UPDATE departments_blobchunk SET data = data || %s WHERE blob_id = %s AND sequence = %s"


def begin_blob() -> Blob:
    """A blob of which nothing is here yet."""
    return Blob.objects.create(size=0)


@transaction.atomic
def grow(*, blob: Blob, data: bytes | bytearray) -> None:
    """Put a batch behind what is here. Call with the row of the blob locked, or two batches may stand in one place.

    A batch that ends where a chunk ends costs least: the next one need not fill a chunk up.
    """
    missing = -blob.size % CHUNK_BYTES
    with memoryview(data) as batch, connection.cursor() as cursor, connection.wrap_database_errors:
        if missing and data:
            cursor.execute(FILL_THE_LAST, [bytes(batch[:missing]), blob.pk, blob.size // CHUNK_BYTES])
        if len(batch) > missing:
            first = (blob.size + missing) // CHUNK_BYTES
            cursor.copy_expert(WRITE_CHUNKS, Rows(blob.pk, first, batch[missing:]))
    blob.size += len(data)
    Blob.objects.filter(pk=blob.pk).update(size=blob.size)


class Rows:
    """A batch as PostgreSQL's binary COPY wants it: a chunk a row, each copied only when it is its turn."""

    def __init__(self, number: int, first: int, batch: memoryview) -> None:
        self.parts = self.make_parts(number, first, batch)

    def read(self, _size: int) -> bytes:
        return next(self.parts, b"")

    def make_parts(self, number: int, first: int, batch: memoryview) -> Iterator[bytes]:
        yield COPY_HEADER
        for row, start in enumerate(range(0, len(batch), CHUNK_BYTES)):
            chunk = batch[start : start + CHUNK_BYTES]
            yield COPY_ROW_BEFORE_DATA.pack(3, 8, number, 4, first + row, len(chunk))
            yield bytes(chunk)
        yield COPY_END


def hash_of(*, blob: Blob) -> str:
    """The SHA-256 of what is here, read back by the megabyte."""
    digest = hashlib.sha256()
    for piece in read(blob=blob):
        digest.update(piece)
    return digest.hexdigest()


@transaction.atomic
def settle_blob(*, blob: Blob, sha256: str) -> Blob:
    """Give a blob its name, now that all of it is here; or give the blob that has this content already.

    This one may be dropped then, once nothing names it. Whoever settles the same content at the same time waits for
    this transaction.
    """
    while True:  # once more when another of the same content was here, and is destroyed before it is held
        try:
            with transaction.atomic():
                Blob.objects.filter(pk=blob.pk, sha256=None).update(sha256=sha256)
        except IntegrityError:
            known = same_content(sha256)
        else:
            blob.sha256 = sha256
            return blob
        if known is not None:
            return known


@transaction.atomic
def drop_blob(*, blob: Blob) -> None:
    """Remove a blob that never became a content: one that is still arriving, and that nothing names any more."""
    for arriving in Blob.objects.select_for_update().filter(pk=blob.pk, sha256=None):
        BlobChunk.objects.filter(blob=arriving).delete()
        arriving.delete()
