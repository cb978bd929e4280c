"""One ZIP of an assessment's evidence: an index first, every file that may be seen, names that any system takes."""

import csv
import io
import os
import re
import zipfile
from datetime import date
from email.message import Message
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Evidence, EvidenceUse, EvidenceVersion
from assessments.services.evidence import add_evidence, add_version
from departments.models import CHUNK_BYTES, BlobChunk
from departments.services.files import Damaged, store
from departments.services.names import portable_name, safe_name, shortened
from files.models import File
from files.rules import FileState, PatientData, display_name
from files.services.intake import receive
from files.services.moving import move
from tests.conftest import make_link
from tests.departments.test_storage import Endless, memory_in_use
from tests.files.hostile import FILE_NAMES

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def address(assessment: Assessment) -> str:
    return reverse("assessments:evidence_zip", args=[assessment.pk])


def download(client: Client, assessment: Assessment) -> bytes:
    answer: Any = client.get(address(assessment))
    assert answer.streaming
    content = b"".join(answer)
    assert len(content) == int(answer["Content-Length"])
    return content


def unpacked(client: Client, assessment: Assessment) -> zipfile.ZipFile:
    zipped = zipfile.ZipFile(io.BytesIO(download(client, assessment)))
    assert zipped.testzip() is None
    assert zipped.namelist()[:2] == ["index.csv", "index.html"]
    return zipped


def files_in(client: Client, assessment: Assessment) -> dict[str, bytes]:
    """Every file but the index, by its name."""
    zipped = unpacked(client, assessment)
    return {name: zipped.read(name) for name in zipped.namelist()[2:]}


def index(client: Client, assessment: Assessment) -> list[dict[str, str]]:
    text = unpacked(client, assessment).read("index.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def add(preparing, people):
    """Evidence of the assessment in preparation, with a checked file of this name and content."""

    def add(
        content: bytes, name: str = "notes.txt", title: str = "Notes", number: str = "1.1.1", **said: Any
    ) -> Evidence:
        file = receive(file=io.BytesIO(content), name=name, department=preparing.department, by=people["lead"])
        File.objects.filter(pk=file.pk).update(state=FileState.CLEAN)
        elements = [preparing.standard.elements.get(number=number)]
        told = {"owner": "Matron", "dated": date(2026, 3, 1), "by": people["lead"], **said}
        return add_evidence(assessment=preparing, elements=elements, title=title, file=file, **told)

    return add


def test_it_holds_every_file_under_a_name_that_says_what_it_is(signed_in, preparing, add):
    add(b"first", "scan0001.PDF", "Patient survey: 2026/27")
    add(b"second", "b.docx", "“You said, we did” – żółć")
    answer = signed_in("lead").get(address(preparing))
    assert answer["Content-Type"] == "application/zip"
    assert files_in(signed_in("lead"), preparing) == {
        "ES 1 – Patient survey_ 2026_27.pdf": b"first",
        "ES 2 – “You said, we did” – żółć.docx": b"second",
    }


def test_its_name_says_whose_evidence_it_is(signed_in, preparing):
    told = Message()
    told["Content-Disposition"] = signed_in("lead").get(address(preparing))["Content-Disposition"]
    assert told.get_content_disposition() == "attachment"
    assert told.get_filename() == "Evidence – Cardiology, Recertification 2026.zip"


def test_it_may_be_empty(signed_in, preparing):
    assert files_in(signed_in("lead"), preparing) == {}
    assert index(signed_in("lead"), preparing) == []


def test_head_tells_its_length_alone(signed_in, preparing, add):
    add(b"first")
    answer = signed_in("lead").head(address(preparing))
    assert answer.content == b""
    assert int(answer["Content-Length"]) == len(download(signed_in("lead"), preparing))


def test_the_index_says_what_each_one_is(signed_in, preparing, add):
    evidence = add(b"first", title="Survey", valid_until=date(2027, 3, 1), review_on=date(2026, 9, 1))
    other = preparing.standard.elements.get(number="4.3.4")
    EvidenceUse.objects.filter(evidence=evidence).update(shows="Answers to question 3", place="page 4", strongest=True)
    EvidenceUse.objects.create(assessment=preparing, element=other, evidence=evidence, version=evidence.current)
    (row,) = index(signed_in("lead"), preparing)
    assert row == {
        "Code": "ES 1", "Title": "Survey", "Version": "1", "Kept by": "Matron", "Date": "2026-03-01",
        "Valid until": "2027-03-01", "Review on": "2026-09-01", "Elements": "1.1.1, 4.3.4", "Strongest for": "1.1.1",
        "What it shows, and where": "1.1.1: Answers to question 3, page 4", "File in this ZIP": "ES 1 – Survey.txt",
        "Web address": "", "Bytes": "5", "SHA-256": evidence.current.file.blob.sha256,
        "Why it is not in this ZIP": "",
    }  # fmt: skip


def test_the_page_in_it_leads_to_each_file(signed_in, preparing, add):
    add(b"first", title="50% & <more>?")
    page = unpacked(signed_in("lead"), preparing).read("index.html").decode()
    assert 'href="ES%201%20%E2%80%93%2050%25%20%26%20_more__.txt"' in page
    assert "50% &amp; &lt;more&gt;?" in page
    assert "CSE-2026-RKE-" in page


@pytest.mark.parametrize("title", ["=1+1", "+SUM(A1)", "-2", "@cmd", "\t=1"])
def test_a_title_is_no_formula(title, signed_in, preparing, add):
    add(b"first", title=title)
    assert index(signed_in("lead"), preparing)[0]["Title"] == f"'{title}"


def test_a_web_address_stands_in_the_index(signed_in, preparing, people):
    link = make_link(preparing.department, people["lead"], number=1)
    element = preparing.standard.elements.get(number="1.1.1")
    EvidenceUse.objects.create(assessment=preparing, element=element, evidence=link, version=link.current)
    (row,) = index(signed_in("lead"), preparing)
    assert (row["Web address"], row["File in this ZIP"]) == ("https://www.example.org/", "")
    assert row["Why it is not in this ZIP"] == "It is a web address."


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (FileState.WAITING, "It is being checked."),
        (FileState.QUARANTINED, "It is kept shut since its check."),
        (FileState.UNCHECKED, "It is kept shut since its check."),
        (FileState.DESTROYED, "It was destroyed by the rules on how long each kind of record is kept."),
    ],
)
def test_a_file_that_nobody_may_open_is_not_in_it_and_the_index_says_why(state, why, signed_in, preparing, add):
    evidence = add(b"shut")
    File.objects.update(state=state, **({"blob": None} if state == FileState.DESTROYED else {}))
    assert files_in(signed_in("lead"), preparing) == {}
    (row,) = index(signed_in("lead"), preparing)
    assert (row["Title"], row["SHA-256"], row["Why it is not in this ZIP"]) == (evidence.title, "", why)


def test_what_no_scanner_saw_is_in_it_only_where_none_is_asked_for(signed_in, preparing, add, settings):
    add(b"unseen")
    File.objects.update(state=FileState.NOT_SCANNED)
    settings.EVIDENCE_MUST_BE_SCANNED = False
    assert list(files_in(signed_in("lead"), preparing).values()) == [b"unseen"]
    settings.EVIDENCE_MUST_BE_SCANNED = True
    assert files_in(signed_in("lead"), preparing) == {}


def test_reviewers_do_not_get_what_may_name_a_patient_before_its_department_decided(
    signed_in, clean_version_in_review, in_review
):
    File.objects.update(patient_data=PatientData.FOUND)
    assert files_in(signed_in("assessor"), in_review) == {}
    (row,) = index(signed_in("assessor"), in_review)
    assert row["Why it is not in this ZIP"] == "Its department has yet to decide whether it names a patient."
    assert list(files_in(signed_in("lead"), in_review)) == ["ES 1 – You said, we did.txt"]


def test_it_holds_the_version_that_the_assessment_rests_on(signed_in, clean_version_in_review, in_review, people):
    newer = receive(file=io.BytesIO(b"newer"), name="b.txt", department=in_review.department, by=people["lead"])
    File.objects.filter(pk=newer.pk).update(state=FileState.CLEAN)
    evidence = clean_version_in_review.evidence
    add_version(
        evidence=evidence,
        version=evidence.version,
        by=people["lead"],
        dated=date(2026, 9, 1),
        change="All.",
        file=newer,
    )
    (content,) = files_in(signed_in("assessor"), in_review).values()
    assert content.startswith(b"You said")


def test_two_versions_of_one_have_names_of_their_own(signed_in, preparing, add, people):
    evidence = add(b"first")
    file = receive(file=io.BytesIO(b"second"), name="b.txt", department=preparing.department, by=people["lead"])
    File.objects.update(state=FileState.CLEAN)
    second = EvidenceVersion.objects.create(
        evidence=evidence, number=2, file=file, dated=date(2026, 9, 1), added_by=people["lead"], added_at=file.sent_at
    )
    element = preparing.standard.elements.get(number="1.1.1")
    other = Evidence.objects.create(
        department=preparing.department, number=99, title="Other", owner="Me", current=second
    )
    EvidenceUse.objects.create(assessment=preparing, element=element, evidence=other, version=second)
    assert list(files_in(signed_in("lead"), preparing)) == ["ES 1 – Notes.txt", "ES 1 – Notes, version 2.txt"]


# --- While it is sent
def test_what_was_moved_comes_from_there(signed_in, preparing, add, bucket):
    content = os.urandom(3 * MEGABYTE)
    evidence = add(content)
    move(pk=evidence.current.file.blob.pk, to="objects")
    assert list(files_in(signed_in("lead"), preparing).values()) == [content]


@pytest.mark.parametrize("harm", ["cut", "altered"])
def test_a_damaged_file_breaks_it_off_and_is_not_passed_on_as_whole(harm, signed_in, preparing, add):
    add(os.urandom(3 * CHUNK_BYTES))
    chunk = BlobChunk.objects.filter(sequence=1)
    if harm == "cut":
        chunk.delete()
    else:
        chunk.update(data=bytes(CHUNK_BYTES))
    answer: Any = signed_in("lead").get(address(preparing))
    assert answer.streaming
    sent: list[bytes] = []
    with pytest.raises(Damaged):
        sent.extend(answer)
    assert len(b"".join(sent)) < int(answer["Content-Length"])
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


@pytest.mark.django_db(transaction=True)
def test_it_takes_little_memory(signed_in, preparing, add):
    evidence = add(b"small")
    large = store(file=Endless(megabytes=100), by=None)
    File.objects.filter(versions=evidence.current).update(blob=large, size=large.size)
    answer: Any = signed_in("lead").get(address(preparing))
    assert answer.streaming
    before, most, size = memory_in_use(), 0, 0
    for piece in answer:
        size += len(piece)
        most = max(most, memory_in_use())
    assert size == int(answer["Content-Length"]) > 100 * MEGABYTE
    assert most - before < 16 * MEGABYTE


def test_many_take_as_many_queries_as_few(signed_in, preparing, add, django_assert_max_num_queries):
    for number in range(12):
        add(bytes([number]), number="1.1.1" if number % 2 else "4.3.4")
    client = signed_in("lead")
    with django_assert_max_num_queries(8):
        client.get(address(preparing))


def test_the_register_leads_to_it(signed_in, preparing, add):
    register = reverse("assessments:evidence", args=[preparing.pk])
    assert address(preparing) not in signed_in("lead").get(register).text
    add(b"first")
    assert address(preparing) in signed_in("lead").get(register).text


# --- Names
def test_every_name_can_be_saved_under(signed_in, preparing, add):
    file = reverse("assessments:version_file", args=[add(b"any", title="You said, we did").current_id])
    client = signed_in("lead")
    for name in FILE_NAMES:
        shown = display_name(name)
        File.objects.update(name=shown)
        told = Message()
        told["Content-Disposition"] = client.get(file)["Content-Disposition"]
        saved = told.get_filename() or ""
        assert 0 < len(saved.encode()) <= 255, repr(name)
        assert not re.search(r"[\x00-\x1f\x7f\x85/\\\u2028\u202e]", saved), repr(name)
        assert saved not in (".", ".."), repr(name)
        assert os.path.splitext(saved)[1] == os.path.splitext(shown)[1], repr(name)
        (packed,) = files_in(client, preparing)
        assert re.fullmatch(r"ES 1 – You said, we did(\.[^/\\<>:\"|?*]+)?", packed), repr(name)


def test_a_long_name_loses_its_middle_and_keeps_its_ending():
    assert shortened("語" * 100 + ".pdf", 255) == "語" * 83 + ".pdf"
    assert shortened("a" * 300, 255) == "a" * 255
    assert shortened("a." + "b" * 300, 255) == "a." + "b" * 253
    assert shortened("short.pdf", 255) == "short.pdf"
    assert len(safe_name("é" * 255 + ".docx").encode()) <= 255
    assert portable_name('a<b>:"c|d?e*.txt') == "a_b___c_d_e_.txt"
