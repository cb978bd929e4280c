"""Files in PostgreSQL: what goes in comes out, the same content once, nothing half there, little memory."""

import hashlib
import io
import os
import threading
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import CHUNK_BYTES, Blob, BlobChunk
from departments.services.files import CHUNKS_PER_QUERY, Damaged, EmptyFile, TooLarge, open_blob, read, store
from departments.storage import PostgresStorage

BATCH = CHUNK_BYTES * CHUNKS_PER_QUERY
SIZES = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 12_345]


class Stream(io.BytesIO):
    """Something that can only be read on, a little at a time, like a pipe; may break off after `breaks_at` bytes."""

    def __init__(self, content: bytes, at_once: int = 10_000, breaks_at: int | None = None) -> None:
        super().__init__(content)
        self.at_once = at_once
        self.breaks_at = breaks_at

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.breaks_at is not None and self.tell() >= self.breaks_at:
            raise ConnectionResetError("the sender went away")
        return super().read(min(size or 0, self.at_once))


class Endless(io.BytesIO):
    """As many megabytes as asked for, all different, none of them kept; notes how much memory the process has."""

    def __init__(self, megabytes: int) -> None:
        super().__init__()
        self.left = megabytes * 4
        self.chunk = os.urandom(CHUNK_BYTES - 8)
        self.memory: list[int] = []

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1, /) -> bytes:
        self.memory.append(memory_in_use())
        if not self.left:
            return b""
        self.left -= 1
        return self.left.to_bytes(8) + self.chunk


def memory_in_use() -> int:
    """Bytes of this process in memory, those of C libraries included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def keep(content: bytes) -> Blob:
    return store(file=io.BytesIO(content), by=None)


@pytest.mark.django_db
@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(size):
    content = os.urandom(size)
    blob = keep(content)
    assert (blob.size, blob.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert b"".join(read(blob=blob)) == content
    assert open_blob(blob=blob).read() == content


@pytest.mark.django_db
def test_a_blob_lies_in_chunks_of_256_kib_numbered_from_0():
    content = os.urandom(2 * CHUNK_BYTES + 5)
    blob = keep(content)
    kept = list(BlobChunk.objects.filter(blob=blob).order_by("sequence").values_list("sequence", "data"))
    assert [sequence for sequence, _ in kept] == [0, 1, 2]
    assert [len(data) for _, data in kept] == [CHUNK_BYTES, CHUNK_BYTES, 5]
    assert b"".join(data for _, data in kept) == content


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 2 * CHUNK_BYTES + 100),
    at_once=st.integers(1_000, CHUNK_BYTES + 1),
    seed=st.integers(0, 255),
)
def test_any_size_given_in_any_portions_comes_out(size, at_once, seed):
    content = bytes([seed]) * size
    blob = store(file=Stream(content, at_once), by=None)
    assert b"".join(read(blob=blob)) == content


@pytest.fixture
def large(db) -> tuple[bytes, Blob]:
    content = os.urandom(2 * BATCH + 777)
    return content, keep(content)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 2 * BATCH + 800), length=st.integers(0, 2 * BATCH + 800))
def test_any_range_can_be_read(large, start, length):
    content, blob = large
    assert b"".join(read(blob=blob, start=start, stop=start + length)) == content[start : start + length]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 2 * BATCH + 800), st.integers(0, BATCH + 10), st.sampled_from([0, 1, 2])), max_size=8
    )
)
def test_an_open_blob_is_read_and_sought_in_like_any_file(large, moves):
    content, blob = large
    ours, theirs = open_blob(blob=blob), io.BytesIO(content)
    for offset, length, whence in moves:
        move = (-min(offset, len(content)) if whence == io.SEEK_END else offset, whence)
        assert ours.seek(*move) == theirs.seek(*move)
        assert ours.read(length) == theirs.read(length)
        assert ours.tell() == theirs.tell()


@pytest.mark.django_db
def test_an_open_blob_is_not_for_writing_and_has_nothing_before_its_beginning():
    file = open_blob(blob=keep(b"short"))
    assert not file.writable()
    with pytest.raises(ValueError):
        file.seek(-1)


@pytest.mark.django_db
def test_a_range_asks_for_no_more_than_its_own_chunks(large, django_assert_num_queries):
    _, blob = large
    with django_assert_num_queries(1):
        b"".join(read(blob=blob, start=BATCH + 5, stop=BATCH + CHUNK_BYTES + 6))
    with django_assert_num_queries(3):
        b"".join(read(blob=blob))


@pytest.mark.django_db
def test_the_same_content_is_stored_once(django_assert_num_queries):
    content = os.urandom(CHUNK_BYTES + 1)
    first = keep(content)
    with django_assert_num_queries(2):  # is one as long here? is it that one?
        assert keep(content) == first
    assert store(file=Stream(content), by=None) == first
    assert keep(content[::-1]) != first
    assert (Blob.objects.count(), BlobChunk.objects.count()) == (2, 4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rewindable", [True, False])
def test_two_people_who_send_the_same_file_at_once_get_one_blob(rewindable):
    content = os.urandom(4 * CHUNK_BYTES)
    together = threading.Barrier(2)
    got: list[Blob] = []

    def send() -> None:
        try:
            together.wait()
            got.append(store(file=io.BytesIO(content) if rewindable else Stream(content, CHUNK_BYTES), by=None))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert got[0] == got[1] == Blob.objects.get()
    assert BlobChunk.objects.count() == 4
    assert b"".join(read(blob=got[0])) == content


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_stores_the_file_when_the_first_gives_up():
    content = os.urandom(CHUNK_BYTES)
    got: list[Blob] = []

    def send() -> None:
        try:
            got.append(store(file=Stream(content), by=None))
        finally:
            connection.close()

    second = threading.Thread(target=send)
    with transaction.atomic():
        first = store(file=Stream(content), by=None)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        transaction.set_rollback(True)
    second.join()
    assert got == [Blob.objects.get()]
    assert got[0].pk != first.pk
    assert b"".join(read(blob=got[0])) == content


@pytest.mark.django_db(transaction=True)
def test_a_sender_who_goes_away_leaves_nothing():
    with pytest.raises(ConnectionResetError, match="the sender went away"):
        store(file=Stream(os.urandom(3 * CHUNK_BYTES), breaks_at=2 * CHUNK_BYTES), by=None)
    assert (Blob.objects.count(), BlobChunk.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_failure_spoils_nothing_else_of_the_transaction_that_it_is_in():
    with pytest.raises(ConnectionResetError):
        store(file=Stream(b"x" * 100_000, breaks_at=50_000), by=None)
    assert keep(b"y").size == 1
    assert BlobChunk.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("file", [io.BytesIO(), Stream(b"")])
def test_an_empty_file_is_refused(file):
    with pytest.raises(EmptyFile, match=r"The file is empty\."):
        store(file=file, by=None)
    assert (Blob.objects.count(), BlobChunk.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [io.BytesIO, Stream])
def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(make):
    limit = CHUNK_BYTES + 10
    with pytest.raises(TooLarge) as refused:
        store(file=make(bytes(limit + 1)), by=None, limit=limit)
    assert refused.value.limit == limit
    assert (Blob.objects.count(), BlobChunk.objects.count()) == (0, 0)
    assert store(file=make(bytes(limit)), by=None, limit=limit).size == limit


@pytest.mark.django_db
def test_the_limit_is_the_installations(settings):
    settings.EVIDENCE_MAX_BYTES = 3 * 1024 * 1024
    with pytest.raises(TooLarge, match=r"larger than 3 MB\."):
        keep(bytes(3 * 1024 * 1024 + 1))


@pytest.mark.django_db
def test_an_upload_is_stored_from_its_beginning_though_its_kind_was_looked_at_first(people):
    upload = TemporaryUploadedFile("Complaints.pdf", "application/pdf", 0, None)
    upload.write(b"%PDF-1.7 and so on")
    upload.seek(5)
    blob = store(file=upload, by=people["contributor"])
    assert b"".join(read(blob=blob)) == b"%PDF-1.7 and so on"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_megabytes_pass_through_little_memory():
    keep(b"what is loaded once is loaded now")
    source = Endless(megabytes=100)
    blob = store(file=source, by=None)
    assert blob.size == 100 * 1024 * 1024
    assert max(source.memory) - source.memory[0] < 8 * 1024 * 1024
    digest, before, most = hashlib.sha256(), memory_in_use(), 0
    for piece in read(blob=blob):
        digest.update(piece)
        most = max(most, memory_in_use())
    assert digest.hexdigest() == blob.sha256
    assert most - before < 8 * 1024 * 1024


@pytest.mark.django_db
def test_a_blob_that_lost_a_chunk_or_a_byte_is_told_and_not_served_short():
    blob = keep(os.urandom(3 * CHUNK_BYTES))
    connection.cursor().execute("UPDATE departments_blobchunk SET data = substring(data FROM 2) WHERE sequence = 1")
    with pytest.raises(Damaged, match=f"Chunk 1 of blob {blob.pk} has {CHUNK_BYTES - 1} bytes"):
        b"".join(read(blob=blob))
    BlobChunk.objects.filter(blob=blob, sequence=2).delete()
    with pytest.raises(Damaged, match="has 0 of its chunks 2 to 2"):
        b"".join(read(blob=blob, start=2 * CHUNK_BYTES))


@pytest.mark.django_db
def test_the_database_refuses_a_blob_that_is_not_named_by_a_hash():
    with pytest.raises(IntegrityError, match="a_blob_is_named_by_its_hash"), transaction.atomic():
        Blob.objects.create(sha256="report.pdf", size=1)


@pytest.mark.django_db
def test_the_bytes_of_a_chunk_are_kept_uncompressed():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute"
            " WHERE attrelid = 'departments_blobchunk'::regclass AND attname = 'data'"
        )
        assert cursor.fetchone() == ("e",)


@pytest.mark.django_db
def test_django_stores_files_here_under_their_hash():
    assert isinstance(storages["default"], PostgresStorage)
    content = os.urandom(CHUNK_BYTES + 1)
    name = default_storage.save("évidence, " + "very " * 80 + "long.pdf", ContentFile(content))
    assert name == hashlib.sha256(content).hexdigest()
    assert default_storage.save(None, File(io.BytesIO(content), "again.pdf")) == name
    assert default_storage.exists(name)
    assert not default_storage.exists("f" * 64)
    assert default_storage.size(name) == len(content)
    assert default_storage.get_created_time(name) == Blob.objects.get().stored_at
    assert default_storage.get_modified_time(name) == Blob.objects.get().stored_at
    with default_storage.open(name) as file:
        assert file.size == len(content)
        assert b"".join(file.chunks()) == content


@pytest.mark.django_db
def test_a_stored_file_is_neither_deleted_nor_written_nor_addressed_by_name():
    name = str(keep(b"evidence").sha256)
    for attempt in (
        lambda: default_storage.delete(name),
        lambda: default_storage.open(name, "wb"),
        lambda: default_storage.url(name),
    ):
        with pytest.raises(io.UnsupportedOperation):
            attempt()
    assert default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open("f" * 64)
