"""Reading a checked file in the worker: its pages, once for each content, and what may name a patient."""

import io
from pathlib import Path

import docx
import pytest
from django.utils import timezone

from assessments.models import Statement
from files.models import File, Page
from files.rules import FileState, PatientData
from files.services import checking, reading
from files.services.intake import receive

DEMO = Path("portal/demo/story/files")
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(here, people):
    """`sent(content, name)` is a file that the lead sent, as the row is then."""

    def send(content: bytes, name: str) -> File:
        row = receive(file=io.BytesIO(content), name=name, department=here.department, by=people["lead"])
        return File.objects.get(pk=row.pk)

    return send


def checked(row: File) -> File:
    checking.check(pk=row.pk)
    reading.read_file(pk=row.pk)
    return File.objects.get(pk=row.pk)


def test_the_pages_of_a_pdf_are_kept_with_text_and_pictures(sent):
    row = checked(sent((DEMO / "es01-cardiology-patient-survey-2025.pdf").read_bytes(), "Survey.pdf"))
    assert (row.state, row.content_type, row.pages, row.cut) == (FileState.NOT_SCANNED, "application/pdf", 4, False)
    second = Page.objects.get(blob=row.blob, number=2)
    assert second.label == "Page 2"
    assert "Your visit" in second.text or len(second.text) > 200
    assert second.picture is not None
    assert second.width > 500


def test_the_same_content_is_read_once(sent):
    first = checked(sent(b"We listened, and put up signs.", "One.txt"))
    page = Page.objects.get()
    second = checked(sent(b"We listened, and put up signs.", "Two.txt"))
    assert first.blob_id == second.blob_id
    assert second.pages == 1
    assert Page.objects.get() == page


def test_an_identifier_is_pointed_out_with_its_place_and_never_stored(sent):
    row = checked(sent(b"Ward notes\nNHS number: 943 476 5919\n", "Notes.txt"))
    assert row.patient_data == PatientData.FOUND
    (sign,) = row.patient_signs
    assert (sign["kind"], sign["page"], sign["line"]) == ("nhs_number", 1, 2)
    assert "9434765919" not in str(row.patient_signs).replace(" ", "")
    assert not row.is_open_to_reviewers


def test_text_that_no_page_shows_may_name_a_patient_too(sent):
    document = docx.Document()
    document.add_paragraph("What we changed after the survey.")
    document.add_paragraph().add_run("NHS number: 943 476 5919").font.hidden = True
    written = io.BytesIO()
    document.save(written)
    row = checked(sent(written.getvalue(), "Minutes.docx"))
    assert row.pages == 1
    (sign,) = row.patient_signs
    assert (sign["kind"], sign["masked"]) == ("nhs_number", "NHS number ending 919")
    assert sign["context"].startswith("hidden text")
    twin = checked(sent(written.getvalue(), "Again.docx"))
    assert twin.patient_signs == row.patient_signs


def test_what_its_sender_confirmed_is_not_asked_again(sent, people):
    row = sent(b"NHS number: 943 476 5919", "Notes.txt")
    File.objects.update(
        patient_data=PatientData.CONFIRMED,
        patient_reason="A test number.",
        patient_decided_by=people["lead"],
        patient_decided_at=timezone.now(),
    )
    assert checked(row).patient_data == PatientData.CONFIRMED


def test_a_file_in_quarantine_is_never_read(sent):
    row = checked(sent(b"MZ" + bytes(2000), "Report.pdf"))
    assert row.state == FileState.QUARANTINED
    assert row.problems
    assert (row.read_at, Page.objects.count()) == (None, 0)


def test_running_twice_changes_nothing(sent):
    row = checked(sent(b"We listened.", "One.txt"))
    again = checked(row)
    assert (again.read_at, again.attempts, again.read_attempts) == (row.read_at, row.attempts, row.read_attempts)


def test_what_was_left_behind_is_queued_again_and_given_up_in_the_end(sent):
    row = sent(b"We listened.", "One.txt")
    File.objects.update(
        state=FileState.CLEAN, read_attempts=reading.MOST_ATTEMPTS, beaten_at=timezone.now() - 2 * checking.SILENT
    )
    reading.sweep()
    row.refresh_from_db()
    assert row.read_at is not None
    assert row.pages == 0


def test_a_piece_in_quarantine_no_longer_counts(evidence_in_preparation, preparing):
    counted = Statement.objects.filter(assessment=preparing, element__number="4.3.4").values_list(
        "evidence_count", flat=True
    )
    assert list(counted) == [1]
    row = File.objects.get()
    File.objects.update(state=FileState.WAITING, read_at=None, name="You said.pdf")
    checking.check(pk=row.pk)
    assert File.objects.get().state == FileState.QUARANTINED
    assert list(counted.all()) == [0]


def test_pictures_are_contents_like_any_other(sent):
    row = checked(sent((DEMO / "es12-where-to-find-us-map.png").read_bytes(), "Map.png"))
    page = Page.objects.get(blob=row.blob)
    assert page.picture is not None
    assert page.thumbnail is not None
    assert page.picture.size < row.size * 2
