"""`manage.py check_evidence`: says nothing of what is whole, and names whatever differs and what rests on it."""

import io
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from departments.models import CHUNK_BYTES, Blob, BlobChunk
from departments.services.files import store
from departments.services.growing import begin_blob
from departments.services.places import object_name
from files.models import File, IntegrityCheck, Leftover, Page
from files.rules import FileState
from files.services.integrity import check_slice
from files.services.leftovers import hold_name
from files.services.moving import move
from files.tasks import check_a_slice
from tests.departments.test_storage import Endless, memory_in_use
from tests.races import at_once

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def keep(content: bytes) -> Blob:
    return store(file=io.BytesIO(content), by=None)


@pytest.fixture
def send(here, people):
    """A file of the department, with these bytes."""

    def send(content: bytes, name: str = "survey.pdf") -> File:
        blob = keep(content)
        return File.objects.create(
            department=here.department, name=name, size=blob.size, blob=blob, state=FileState.CLEAN,
            sent_by=people["lead"], sent_at=timezone.now(),
        )  # fmt: skip

    return send


def check(*arguments: str) -> str:
    said = io.StringIO()
    call_command("check_evidence", *arguments, stdout=said)
    return said.getvalue()


def differences(*arguments: str) -> list[str]:
    """The lines of a check that ends with 1."""
    said = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("check_evidence", *arguments, stdout=said)
    assert ended.value.returncode == 1
    lines = said.getvalue().splitlines()
    last = IntegrityCheck.objects.first()
    assert last is not None
    assert last.problems == lines
    assert f"{len(lines)} differ" in str(ended.value)
    return lines


def alter(sql: str) -> None:
    """Behind the portal's back."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_is_whole_passes(send, evidence_in_preparation):
    send(os.urandom(2 * CHUNK_BYTES + 1))
    size = sum(Blob.objects.values_list("size", flat=True))
    assert check() == f"2 contents, {size} bytes were hashed again; nothing differs.\n"
    assert not Blob.objects.filter(verified_at=None).exists()
    done = IntegrityCheck.objects.get()
    assert (done.blobs, done.bytes, done.problems, done.whole) == (2, size, [], True)


def test_nothing_stored_passes():
    assert "0 contents" in check()


def test_a_byte_that_changed_is_named_with_the_evidence_that_rests_on_it(evidence_in_preparation):
    alter("UPDATE departments_blobchunk SET data = overlay(data placing 'X' from 1 for 1)")
    (line,) = differences()
    file = evidence_in_preparation.current.file
    assert f"Blob {file.blob_id} ({file.blob.sha256}) has the hash" in line
    assert f"file {file.pk} “You said.txt”" in line
    assert "evidence ES 1 in “Recertification 2026” of Cardiology" in line


def test_a_report_that_changed_is_named(ready_report):
    alter(f"UPDATE departments_blobchunk SET data = '%XDF' WHERE blob_id = {ready_report.blob_id}")
    (line,) = differences()
    assert f"report {ready_report.pk}" in line


def test_a_page_whose_picture_changed_is_named(send):
    page = Page.objects.create(blob=send(b"a").blob, number=4, label="Page 4", picture=keep(b"picture"))
    alter(f"UPDATE departments_blobchunk SET data = 'pictuxe' WHERE blob_id = {page.picture_id}")
    (line,) = differences()
    assert "the picture of page" in line
    assert "“Page 4”" in line


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM departments_blobchunk WHERE sequence = 1", "has 2 of its 3 chunks"),
        ("UPDATE departments_blobchunk SET data = data || 'x' WHERE sequence = 2", "3 of its 3 chunks, 524299 of"),
        ("INSERT INTO departments_blobchunk SELECT blob_id, 3, 'x' FROM departments_blob b, departments_blobchunk"
         " WHERE sequence = 0", "has 1 chunks too many"),
        ("UPDATE departments_blobchunk SET sequence = 9 WHERE sequence = 2", "is not whole"),
        ("UPDATE departments_blob SET size = size - 1", "3 of its 3 chunks, 524298 of"),
    ],
)  # fmt: skip
def test_chunks_that_are_not_as_they_should_be_are_named(sql, said, send):
    send(os.urandom(2 * CHUNK_BYTES + 10))
    alter(sql)
    (line,) = differences()
    assert said in line


def test_a_content_that_nothing_uses_is_named(send):
    send(b"used")
    unused = keep(b"unused")
    assert differences() == [f"Nothing uses blob {unused.pk} ({unused.sha256}), 6 bytes."]


def test_bytes_that_arrive_for_nobody_are_named(here, people):
    File.objects.create(
        department=here.department, name="a.pdf", size=9, blob=begin_blob(), sent_by=people["lead"],
        sent_at=timezone.now(),
    )  # fmt: skip
    lost = begin_blob()
    assert differences() == [
        f"Blob {lost.pk} is arriving, 0 bytes so far, and belongs to no file that arrives.",
    ]


def test_what_arrives_is_measured(here, people):
    blob = begin_blob()
    File.objects.create(
        department=here.department, name="a.pdf", size=9, blob=blob, sent_by=people["lead"], sent_at=timezone.now(),
    )  # fmt: skip
    assert "nothing differs" in check()
    Blob.objects.filter(pk=blob.pk).update(size=4)
    (line,) = differences()
    assert line.startswith(f"Blob {blob.pk} is arriving with 0 bytes, and says 4.")


@pytest.mark.django_db(transaction=True)
def test_chunks_and_files_whose_blob_was_taken_away_are_named(send):
    """As after a restore that went wrong: only who goes round the foreign keys can do this."""
    file = send(b"taken")
    alter("ALTER TABLE departments_blob DISABLE TRIGGER ALL")
    try:
        alter("DELETE FROM departments_blob")
        assert differences() == [
            f"1 chunks name blob {file.blob_id}, which is not there.",
            f"The blob of file {file.pk} is blob {file.blob_id}, which is not there.",
        ]
    finally:
        alter("ALTER TABLE departments_blob ENABLE TRIGGER ALL")


# --- In the second storage
def test_what_was_moved_is_hashed_there(send, bucket):
    move(pk=send(os.urandom(MEGABYTE)).blob.pk, to="objects")
    assert "1 contents" in check()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"what was tent", "has the hash"), (b"what", "ends 9 bytes too early"),
     (b"what was sent, and more", "more bytes"), (None, "is not in the storage")],
)  # fmt: skip
def test_an_object_that_differs_is_named(content, said, send, bucket):
    blob = send(b"what was sent").blob
    move(pk=blob.pk, to="objects")
    if content is None:
        bucket.storage.delete(object_name(blob))
    else:
        bucket.put(object_name(blob), content)
    (line,) = differences()
    assert said in line
    assert "“survey.pdf”" in line


def test_objects_that_belong_to_nobody_are_named(send, bucket):
    blob = send(b"here").blob
    bucket.put(object_name(blob), b"here")  # a move that was killed
    bucket.put("ab/cd/other.txt", b"?")
    assert differences() == [
        f"The storage “objects” holds {name}, which belongs to no blob there."
        for name in sorted(["ab/cd/other.txt", object_name(blob)])
    ]


def test_an_object_that_is_to_go_is_no_orphan(bucket):
    blob = Blob(sha256="ab" * 32)
    bucket.put(object_name(blob), b"?")
    Leftover.objects.create(kept_in="objects", sha256=str(blob.sha256))
    assert "nothing differs" in check()


@pytest.mark.django_db(transaction=True)
def test_an_object_on_its_way_is_no_orphan(send, bucket):
    """Somebody brings it there at this moment: the row follows."""
    blob = send(b"on its way").blob
    bucket.put(object_name(blob), b"on its way")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [blob.sha256])
    assert at_once(check) == ["done"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    hold_name(str(blob.sha256))
    assert len(differences()) == 1


def test_chunks_that_a_move_should_have_removed_are_named(send, bucket):
    blob = send(b"moved").blob
    move(pk=blob.pk, to="objects")
    BlobChunk.objects.create(blob=blob, sequence=0, data=b"moved")
    (line,) = differences()
    assert "has 1 chunks too many" in line


# --- By slices
def test_a_slice_takes_what_was_hashed_longest_ago(send):
    now = timezone.now()
    blobs = [send(bytes([number]) * MEGABYTE).blob for number in range(4)]
    for blob, days in zip(blobs, [1, 9, None, 3], strict=True):
        Blob.objects.filter(pk=blob.pk).update(verified_at=days and now - timedelta(days=days))
    assert check("--slice", "2").startswith("2 contents")
    fresh = Blob.objects.filter(verified_at__gte=now).values_list("pk", flat=True)
    assert sorted(fresh) == sorted([blobs[1].pk, blobs[2].pk])
    assert IntegrityCheck.objects.get().whole is False


def test_a_slice_takes_one_at_least(send):
    send(bytes(2 * MEGABYTE))
    assert check("--slice", "1").startswith("1 contents")


def test_a_slice_leaves_what_nothing_uses_yet_to_the_daily_clearing():
    blob = keep(b"about to be used")
    assert check_slice(most_bytes=MEGABYTE).problems == []
    Blob.objects.update(stored_at=timezone.now() - timedelta(days=4))
    assert check_slice(most_bytes=MEGABYTE).problems == [f"Nothing uses blob {blob.pk} ({blob.sha256}), 16 bytes."]


def test_the_hourly_task_remembers_and_logs_what_differs(send, caplog):
    send(b"whole")
    alter("UPDATE departments_blobchunk SET data = 'whore'")
    check_a_slice()
    (problem,) = IntegrityCheck.objects.get().problems
    assert "“survey.pdf”" in problem
    assert [record.levelname for record in caplog.records if "evidence_differs" in record.getMessage()] == ["ERROR"]


def test_a_damaged_one_does_not_keep_the_slices_from_the_others(send):
    for number in range(3):
        send(bytes([number]) * MEGABYTE)
    alter("UPDATE departments_blobchunk SET data = substring(data from 2)")
    for _ in range(3):
        check_slice(most_bytes=MEGABYTE)
    assert not Blob.objects.filter(verified_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_megabytes_are_checked_in_little_memory():
    store(file=Endless(megabytes=100), by=None)
    check_slice(most_bytes=1)
    before = memory_in_use()
    check_slice(most_bytes=1)
    assert memory_in_use() - before < 8 * MEGABYTE
