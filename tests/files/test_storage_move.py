"""Bytes between PostgreSQL and a real S3 server: moved, read in ranges there, and never lost when a move is killed."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import connection

from departments.models import CHUNK_BYTES, Blob, BlobChunk
from departments.services.files import Damaged, open_blob, read, store
from departments.services.places import object_name
from files.models import File, Leftover
from files.rules import FileState
from files.services.leftovers import remove, sweep_leftovers
from files.services.moving import POSTGRES, move, move_what_is_checked, to_move
from tests.departments.test_storage import memory_in_use

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
PARTS = 5 * 8 * MEGABYTE + 12_345  # as many parts as it has digits, and a little


def keep(content: bytes) -> Blob:
    return store(file=io.BytesIO(content), by=None)


def moved(blob: Blob, to: str = "objects") -> Blob:
    assert move(pk=blob.pk, to=to)
    return Blob.objects.get(pk=blob.pk)


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def test_bytes_move_and_are_read_from_there(bucket):
    content = os.urandom(3 * CHUNK_BYTES + 17)
    blob = moved(keep(content))
    assert (blob.kept_in, blob.chunks.count()) == ("objects", 0)
    assert blob.verified_at is not None
    name = str(blob.sha256)
    assert object_name(blob) == f"{name[:2]}/{name[2:4]}/{name}"
    assert bucket.content(object_name(blob)) == content
    assert b"".join(read(blob=blob)) == content
    assert open_blob(blob=blob).read() == content


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (5, 5), (CHUNK_BYTES - 1, CHUNK_BYTES + 1), (700_000, 9_999_999)])
def test_a_range_is_read_alone(start, stop, bucket):
    content = os.urandom(MEGABYTE)
    blob = moved(keep(content))
    assert b"".join(read(blob=blob, start=start, stop=stop)) == content[start:stop]


def test_an_open_one_is_sought_in(bucket):
    content = os.urandom(3 * MEGABYTE)
    with open_blob(blob=moved(keep(content))) as file:
        file.seek(-10, io.SEEK_END)
        assert file.read() == content[-10:]
        file.seek(MEGABYTE)
        assert file.read(2 * CHUNK_BYTES) == content[MEGABYTE : MEGABYTE + 2 * CHUNK_BYTES]


def test_a_large_one_goes_by_parts_and_comes_back(bucket):
    content = os.urandom(PARTS)
    blob = moved(keep(content))
    head = bucket.storage.client.head_object(Bucket=bucket.name, Key=object_name(blob))
    assert head["ETag"].strip('"').endswith("-6")  # six parts
    assert hashlib.sha256(b"".join(read(blob=blob))).hexdigest() == blob.sha256
    back = moved(blob, POSTGRES)
    assert (back.kept_in, back.chunks.count()) == ("", -(-PARTS // CHUNK_BYTES))
    assert b"".join(read(blob=back)) == content


def test_reading_a_large_one_there_takes_little_memory(bucket):
    blob = moved(keep(os.urandom(PARTS)))
    for _ in read(blob=blob, start=0, stop=2 * MEGABYTE):
        pass
    before, most = memory_in_use(), 0
    for piece in read(blob=blob):
        assert len(piece) <= MEGABYTE
        most = max(most, memory_in_use())
    assert most - before < 8 * MEGABYTE


@pytest.mark.django_db(transaction=True)
def test_the_object_goes_once_the_bytes_are_back(bucket):
    blob = moved(keep(b"to and fro"))
    moved(blob, POSTGRES)
    assert list(bucket.storage.names()) == []
    assert not Leftover.objects.exists()


def test_moving_twice_changes_nothing(bucket):
    blob = keep(b"once")
    assert move(pk=blob.pk, to="objects")
    assert not move(pk=blob.pk, to="objects")
    assert list(bucket.storage.names()) == [object_name(blob)]


def test_what_is_arriving_is_not_moved(bucket):
    arriving = Blob.objects.create(size=0)
    assert not move(pk=arriving.pk, to="objects")
    assert to_move("objects") == (0, 0)


def test_a_reader_that_began_before_the_move_reads_on(bucket):
    content = os.urandom(3 * MEGABYTE)
    blob = keep(content)
    reader = read(blob=blob)
    begun = bytes(next(reader))
    moved(blob)
    assert begun + b"".join(reader) == content


def test_a_reader_that_began_before_the_way_back_reads_on(bucket):
    content = os.urandom(3 * MEGABYTE)
    blob = moved(keep(content))
    with open_blob(blob=blob) as file:
        begun = file.read(MEGABYTE)
        moved(blob, POSTGRES)
        bucket.storage.delete(object_name(blob))
        assert begun + file.read() == content


def test_a_damaged_content_is_not_moved(bucket):
    blob = keep(os.urandom(CHUNK_BYTES + 5))
    connection.cursor().execute("UPDATE departments_blobchunk SET data = 'xxxxx' WHERE sequence = 1")
    with pytest.raises(Damaged):
        move(pk=blob.pk, to="objects")
    assert list(bucket.storage.names()) == []
    with pytest.raises(CommandError, match="stay where they are"):
        run("move_evidence", "--to", "objects")
    assert Blob.objects.get().kept_in == ""
    assert BlobChunk.objects.count() == 2


def test_an_object_that_was_altered_does_not_come_back(bucket):
    blob = moved(keep(b"what was sent"))
    bucket.put(object_name(blob), b"what was tent")
    with pytest.raises(Damaged):
        move(pk=blob.pk, to=POSTGRES)
    assert Blob.objects.get().kept_in == "objects"


@pytest.mark.parametrize("content", [None, b"short"])
def test_an_object_that_is_missing_or_short_is_told_and_not_served_short(content, bucket):
    blob = moved(keep(b"not that short"))
    if content is None:
        bucket.storage.delete(object_name(blob))
    else:
        bucket.put(object_name(blob), content)
    with pytest.raises(Damaged):
        b"".join(read(blob=blob))
    with pytest.raises(Damaged):
        b"".join(read(blob=blob, start=8))


def test_any_storage_of_django_can_be_read_from(tmp_path, settings):
    content = os.urandom(2 * MEGABYTE + 3)
    blob = keep(content)
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "folder": folder}
    FileSystemStorage(location=tmp_path).save(object_name(blob), ContentFile(content))
    BlobChunk.objects.all().delete()
    Blob.objects.update(kept_in="folder")
    assert b"".join(read(blob=Blob.objects.get(), start=5, stop=2 * MEGABYTE)) == content[5 : 2 * MEGABYTE]


def test_a_duplicate_of_what_was_moved_is_not_stored_again(bucket):
    blob = moved(keep(b"the same"))
    assert keep(b"the same") == blob
    assert BlobChunk.objects.count() == 0


def test_an_object_is_kept_when_its_content_came_again(bucket):
    """What was to be removed is somebody's again by the time that the sweep comes."""
    blob = moved(keep(b"again"))
    leftover = Leftover.objects.create(kept_in="objects", sha256=str(blob.sha256))
    remove(pk=leftover.pk)
    assert list(bucket.storage.names()) == [object_name(blob)]
    assert not Leftover.objects.exists()


def test_an_object_is_tried_again_when_its_storage_was_away(bucket, settings, object_store):
    blob = keep(b"gone")
    bucket.put(object_name(blob), b"gone")
    Leftover.objects.create(kept_in="objects", sha256=str(blob.sha256))
    there = settings.STORAGES
    away = {**bucket.options, "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {**there, "objects": {**there["objects"], "OPTIONS": away}}
    sweep_leftovers()
    assert Leftover.objects.count() == 1
    settings.STORAGES = there
    sweep_leftovers()
    assert (Leftover.objects.count(), list(bucket.storage.names())) == (0, [])


@pytest.fixture
def sent(here, people):
    def send(content: bytes, state: FileState) -> File:
        blob = keep(content)
        return File.objects.create(
            department=here.department, name="a.txt", size=blob.size, blob=blob, state=state, sent_by=people["lead"],
            sent_at=blob.stored_at,
        )  # fmt: skip

    return send


def test_the_sweep_moves_what_is_checked_where_that_is_asked_for(bucket, settings, sent):
    sent(b"checked", FileState.CLEAN)
    sent(b"waiting", FileState.WAITING)
    move_what_is_checked()
    assert not Blob.objects.exclude(kept_in="").exists()
    settings.EVIDENCE_STORAGE = "objects"
    move_what_is_checked()
    assert list(File.objects.order_by("pk").values_list("blob__kept_in", flat=True)) == ["objects", ""]


def test_the_command_tells_how_far_it_is_and_stops_where_it_is_told(bucket):
    for number in range(3):
        keep(bytes([number]) * 1000)
    said = run("move_evidence", "--to", "objects", "--limit", "2").splitlines()
    assert said[0] == "3 contents, 3000 bytes are to move."
    assert said[1].startswith("1 of 3: ")
    assert said[-1] == "2 contents were moved."
    assert to_move("objects") == (1, 1000)


def test_the_command_needs_a_bucket():
    with pytest.raises(CommandError, match="S3_BUCKET"):
        run("move_evidence", "--to", "objects")


def start(bucket, to: str) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "move_evidence", "--to", to]
    environment = {**os.environ, **bucket.environment, "PYTHONUNBUFFERED": "1"}
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("to", ["objects", "postgres"])
def test_a_move_that_is_killed_loses_nothing_and_goes_on_where_it_was(to, bucket):
    contents = [os.urandom(6 * MEGABYTE + 1 + number) for number in range(6)]
    blobs = [keep(content) for content in contents]
    if to == "postgres":
        blobs = [moved(blob) for blob in blobs]
    target = "objects" if to == "objects" else POSTGRES
    for _ in range(3):
        process = start(bucket, to)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("1 of"):
                break
        time.sleep(0.03)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        for blob, content in zip(blobs, contents, strict=True):
            assert b"".join(read(blob=Blob.objects.get(pk=blob.pk))) == content
    assert 0 < Blob.objects.filter(kept_in=target).count() < 6
    run("move_evidence", "--to", to)
    assert {blob.kept_in for blob in Blob.objects.all()} == {target}
    names = {object_name(blob) for blob in blobs} if to == "objects" else set()
    assert set(bucket.storage.names()) == names
    assert bucket.unfinished() == []
    assert BlobChunk.objects.count() == (0 if to == "objects" else 6 * 25)
    run("check_evidence", "--slice", "100")
