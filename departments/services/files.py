"""Files on their way into and out of the database: in by one COPY while hashing, out a megabyte at a time."""

from __future__ import annotations

import hashlib
import io
import logging
import struct
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

from departments.models import CHUNK_BYTES, Blob, User
from departments.services.places import CHUNKS_PER_QUERY as CHUNKS_PER_QUERY
from departments.services.places import COPY_END, COPY_HEADER, PIECE_BYTES, pieces
from departments.services.places import Damaged as Damaged
from departments.services.refusals import Refused

WRITE_CHUNKS = "COPY departments_blobchunk (blob_id, sequence, data) FROM STDIN (FORMAT BINARY)"

COPY_ROW_BEFORE_DATA = struct.Struct("!hiqiii")  # 3 fields: 8 bytes of blob id, 4 of sequence, n of data

log = logging.getLogger(__name__)


class CannotStore(Refused):
    """A file that is refused; nothing of it is kept."""


class EmptyFile(CannotStore):
    def __init__(self) -> None:
        super().__init__("The file is empty.")


class TooLarge(CannotStore):
    """`limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"The file is larger than {limit / 1024 / 1024:.4g} MB.")


def store(*, file: IO[bytes], by: User | None, limit: int | None = None) -> Blob:
    """Keep the content of a file, once: a file that is here already gives the blob that it was stored as.

    A file that can be rewound is stored from its beginning, whatever was read of it before; another from where it
    stands. `by` is nobody when the portal stores what it made itself. Raises EmptyFile, or TooLarge when the file has
    more bytes than `limit` (EVIDENCE_MAX_BYTES unless told). Whoever stores the same content at the same time waits
    for this transaction, so end it soon after.
    """
    limit = settings.EVIDENCE_MAX_BYTES if limit is None else limit
    if file.seekable():
        size = file.seek(0, io.SEEK_END) or file.tell()
        refuse_size(size, limit)
        # Only a file as long as a stored one can be that one: then reading it twice is cheaper than writing it.
        if Blob.objects.filter(size=size).exists():
            file.seek(0)
            known = same_content(hashed(file))
            if known is not None:
                return known
        file.seek(0)
    blob = write(file, limit)
    log.info("Stored %s, %d bytes, for user %s", blob.sha256, blob.size, by and by.pk)
    return blob


def refuse_size(size: int, limit: int) -> None:
    if size == 0:
        raise EmptyFile
    if size > limit:
        raise TooLarge(limit)


def hashed(file: IO[bytes]) -> str:
    """The SHA-256 of what is left of a file."""
    digest = hashlib.sha256()
    while data := file.read(CHUNK_BYTES):
        digest.update(data)
    return digest.hexdigest()


def same_content(sha256: str) -> Blob | None:
    """The blob of this content, if it is here. Within a transaction it cannot be destroyed before that ends."""
    held = "SELECT * FROM departments_blob WHERE sha256 = %s FOR KEY SHARE"
    return next(iter(Blob.objects.raw(held, [sha256])), None)


@transaction.atomic
def write(file: IO[bytes], limit: int) -> Blob:
    """Write the chunks under a number of their own, then the blob; the hash is known only when all has gone by."""
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('departments_blob', 'id'))")
        (number,) = cursor.fetchone()
    stream = write_chunks(file, number, limit)
    blob = None
    while blob is None:  # once more when another of the same content was here, and is destroyed before it is held
        Blob.objects.bulk_create([Blob(pk=number, sha256=stream.sha256, size=stream.size)], ignore_conflicts=True)
        blob = same_content(stream.sha256)
    if blob.pk != number:  # somebody was quicker with the same content
        transaction.savepoint_rollback(before)
    return blob


def write_chunks(file: IO[bytes], number: int, limit: int) -> CopyStream:
    """Write the chunks of the blob of this number; gives what went by, with its hash and size."""
    stream = CopyStream(file, number, limit)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        try:
            cursor.copy_expert(WRITE_CHUNKS, stream)
        except Exception:
            # PostgreSQL only says that reading failed; say why.
            if stream.failure is not None:
                raise stream.failure from None
            raise
    return stream


def read(*, blob: Blob, start: int = 0, stop: int | None = None) -> Iterator[memoryview]:
    """The bytes from `start` up to `stop` in pieces of a megabyte at most, each asked for when it is needed."""
    stop = blob.size if stop is None else min(stop, blob.size)
    while start < stop:
        try:
            for data in pieces(blob, start, stop):
                yield data
                start += len(data)
        except Damaged:
            if not has_moved(blob):
                raise


def has_moved(blob: Blob) -> bool:
    """Whether the bytes went to another place since the row was read, which it then says. Only their place changes,
    so a reader goes on there from where it stands."""
    before = blob.kept_in
    blob.kept_in = Blob.objects.values_list("kept_in", flat=True).filter(pk=blob.pk).first() or ""
    return blob.kept_in != before


def open_blob(*, blob: Blob) -> io.BufferedReader:
    """A blob as a file to read and to seek in, that holds a chunk or two in memory; a megabyte of one kept elsewhere,
    where each read is a request."""
    return io.BufferedReader(BlobReader(blob), PIECE_BYTES if blob.kept_in else CHUNK_BYTES)


class CopyStream:
    """A file as PostgreSQL's binary COPY wants it, made as it is read; counts and hashes what goes by."""

    def __init__(self, file: IO[bytes], number: int, limit: int) -> None:
        self.failure: BaseException | None = None
        self.size = 0
        self.digest = hashlib.sha256()
        self.parts = self.make_parts(file, number, limit)

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def read(self, _size: int) -> bytes:
        """The next part, of whatever length (psycopg2 takes it), and nothing at the end."""
        try:
            return next(self.parts, b"")
        except BaseException as failure:
            self.failure = failure
            raise

    def make_parts(self, file: IO[bytes], number: int, limit: int) -> Iterator[bytes]:
        yield COPY_HEADER
        sequence = 0
        while data := full_chunk(file):
            self.size += len(data)
            refuse_size(self.size, limit)
            self.digest.update(data)
            yield COPY_ROW_BEFORE_DATA.pack(3, 8, number, 4, sequence, len(data))
            yield data
            sequence += 1
        refuse_size(self.size, limit)
        yield COPY_END


def full_chunk(file: IO[bytes]) -> bytes:
    """The next 256 KiB of a file; less only at its end, also when the file gives little at a time."""
    data = file.read(CHUNK_BYTES)
    if not data or len(data) == CHUNK_BYTES:
        return data
    gathered = bytearray(data)
    while len(gathered) < CHUNK_BYTES and (data := file.read(CHUNK_BYTES - len(gathered))):
        gathered += data
    return bytes(gathered)


class BlobReader(io.RawIOBase):
    """Reads a blob as a file. Give it a buffer (`open_blob`): each read here is a query, or a request."""

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.blob.size}[whence]
        if origin + offset < 0:
            raise ValueError("There is nothing before the beginning of a file.")
        self.position = origin + offset
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        """Fill as much as comes with one query, and end where a chunk ends, so that no chunk is asked for twice."""
        target = memoryview(buffer).cast("B")
        chunk = self.position // CHUNK_BYTES
        stop = min(self.position + len(target), (chunk + CHUNKS_PER_QUERY) * CHUNK_BYTES, self.blob.size)
        if stop < self.blob.size and stop // CHUNK_BYTES > chunk:
            stop -= stop % CHUNK_BYTES
        filled = 0
        for data in read(blob=self.blob, start=self.position, stop=stop):
            target[filled : filled + len(data)] = data
            filled += len(data)
        self.position += filled
        return filled

    def readall(self) -> bytes:
        data = b"".join(read(blob=self.blob, start=self.position))
        self.position += len(data)
        return data
