"""Where a blob's bytes lie: in chunks in the database, or in one of STORAGES; ranges are read from each in pieces."""

import io
import struct
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import connection

from departments.models import CHUNK_BYTES, Blob

# One megabyte a query: fewer rows cost more round trips, more rows cost memory and are no faster.
CHUNKS_PER_QUERY = 4
PIECE_BYTES = CHUNKS_PER_QUERY * CHUNK_BYTES

# COPY and not SELECT, whose answer is text: twice the bytes, and twice the time.
READ_CHUNKS = (
    "COPY (SELECT data FROM departments_blobchunk WHERE blob_id = %d AND sequence BETWEEN %d AND %d ORDER BY sequence)"
    " TO STDOUT (FORMAT BINARY)"
)

# PostgreSQL's binary COPY format: a header, then rows (number of fields, then each field's length and bytes), then -1.
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
COPY_END = struct.pack("!h", -1)
COPY_ROW_OF_DATA = struct.Struct("!hi")  # 1 field: n bytes of data


class Damaged(Exception):
    """The bytes of a blob are not all there: they were altered or taken away behind the portal's back."""


def pieces(blob: Blob, start: int, stop: int) -> Iterator[memoryview]:
    """The bytes from `start` up to `stop`, from where they lie, a megabyte at most at a time."""
    return from_storage(blob, start, stop) if blob.kept_in else from_chunks(blob, start, stop)


def from_chunks(blob: Blob, start: int, stop: int) -> Iterator[memoryview]:
    while start < stop:
        first = start // CHUNK_BYTES
        last = min((stop - 1) // CHUNK_BYTES, first + CHUNKS_PER_QUERY - 1)
        sequence = first
        for data in chunks(blob, first, last):
            offset = sequence * CHUNK_BYTES
            if len(data) != min(CHUNK_BYTES, blob.size - offset):
                raise Damaged(f"Chunk {sequence} of blob {blob.pk} has {len(data)} bytes.")
            yield data[max(start - offset, 0) : stop - offset]
            sequence += 1
        if sequence != last + 1:
            raise Damaged(f"Blob {blob.pk} has {sequence - first} of its chunks {first} to {last}.")
        start = sequence * CHUNK_BYTES


def chunks(blob: Blob, first: int, last: int) -> Iterator[memoryview]:
    """The data of the chunks from one sequence number to another, both included, by one query."""
    answer = io.BytesIO()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(READ_CHUNKS % (blob.pk, first, last), answer)
    rows = answer.getbuffer()
    at = len(COPY_HEADER)
    while rows[at : at + 2] != COPY_END:
        _, size = COPY_ROW_OF_DATA.unpack_from(rows, at)
        at += COPY_ROW_OF_DATA.size
        yield rows[at : at + size]
        at += size


def from_storage(blob: Blob, start: int, stop: int) -> Iterator[memoryview]:
    """One ranged request, streamed. An object that is missing, or ends before it should, is damaged."""
    storage, name = storages[blob.kept_in], object_name(blob)
    try:
        for data in ranged(storage, name, start, stop):
            start += len(data)
            yield memoryview(data)
    except FileNotFoundError as error:
        raise Damaged(f"{name} of blob {blob.pk} is not in the storage “{blob.kept_in}”.") from error
    if start != stop:
        raise Damaged(f"{name} of blob {blob.pk} ends {stop - start} bytes too early.")


def ranged(storage: Storage, name: str, start: int, stop: int) -> Iterator[bytes]:
    """A range of an object, by the storage's own way if it has one, else by seeking in the open file."""
    read_range: Any = getattr(storage, "read_range", None)
    if read_range is not None:
        yield from read_range(name, start, stop)
        return
    with storage.open(name) as file:
        file.seek(start)
        while start < stop and (data := file.read(min(PIECE_BYTES, stop - start))):
            start += len(data)
            yield data


def object_name(blob: Blob) -> str:
    """What a blob is called in a storage: its hash, under the beginnings of it, so that no folder grows long."""
    return name_of(str(blob.sha256))


def name_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
