"""What a fresh look at evidence found: told to whom it is not for, lost or doubled between two people, odd moments."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceUse, EvidenceVersion
from assessments.services.evidence import add_evidence, add_version, mark_strongest, stop_using
from assessments.services.patients import remove_file
from assessments.services.refusals import Refused
from assessments.services.reuse import describe_use
from departments.models import Blob, BlobChunk
from departments.services.growing import begin_blob, grow
from files.models import Destruction, File
from files.rules import FileState, PatientData
from files.services import arriving, checking, reading
from files.services.destruction import destroy
from files.services.intake import receive
from files.services.patients import confirm_patient_data
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(here, people):
    """`send(b"...")` is a checked file of the lead's that is no evidence."""

    def send(content: bytes, **said) -> File:
        told = {"name": "notes.txt", "department": here.department, "by": people["lead"], **said}
        file = receive(file=io.BytesIO(content), **told)
        File.objects.filter(pk=file.pk).update(state=FileState.CLEAN, read_at=timezone.now())
        return File.objects.get(pk=file.pk)

    return send


@pytest.fixture
def whole(here, people) -> File:
    """All bytes of it have come, and nobody has said yet that it has arrived."""
    blob = begin_blob()
    grow(blob=blob, data=b"the same words")
    return File.objects.create(
        department=here.department, name="a.txt", size=14, blob=blob, sent_by=people["lead"], sent_at=timezone.now()
    )


def told_of_destruction(signed_in, trust) -> str:
    text: str = signed_in("administrator").get(reverse("files:kept", args=[trust.ods_code])).text
    return text


# --- For whom it is not
def test_an_administrator_is_not_told_that_another_trust_has_the_same_content(send, signed_in, people, here, elsewhere):
    mine = send(b"leaflet")
    theirs = send(b"leaflet", department=elsewhere.department, by=people["lead.elsewhere"])
    destroy(file=mine, rule="unused", reason="Time.", by=None)
    assert Blob.objects.get() == theirs.blob
    assert "the same content" not in told_of_destruction(signed_in, here.trust)


def test_an_administrator_is_told_that_the_trust_itself_has_the_same_content(send, signed_in, here):
    mine, _another = send(b"leaflet"), send(b"leaflet")
    destroy(file=mine, rule="unused", reason="Time.", by=None)
    assert "the same content" in told_of_destruction(signed_in, here.trust)


def test_the_reason_of_a_legal_hold_is_not_told_to_who_removes_a_file(signed_in, file_with_patient_data, legal_hold):
    address = reverse("assessments:patient_data", args=[file_with_patient_data.pk])
    answer = signed_in("contributor").post(address, {"decision": "remove"})
    assert "A legal hold keeps this file" in answer.text
    assert legal_hold.reason not in answer.text
    assert File.objects.get(pk=file_with_patient_data.pk).state == FileState.CLEAN


def test_a_reviewer_who_searches_is_not_told_of_a_newer_version(signed_in, pictured_version_in_review, people):
    evidence = pictured_version_in_review.evidence
    add_version(
        evidence=evidence, version=evidence.version, by=people["lead"], dated=date(2026, 6, 1), change="New.",
        link="https://www.example.org/new",
    )  # fmt: skip
    for who, is_told in (("assessor", False), ("certifier", False), ("lead", True)):
        text = signed_in(who).get(reverse("assessments:search"), {"words": "signs", "old": "on"}).text
        assert "You said.txt" in text
        assert ("not the current one" in text) is is_told, who


@pytest.mark.parametrize("who", ["contributor", "administrator"])
def test_a_file_on_its_way_is_known_to_its_sender_alone(signed_in, whole, who):
    assert signed_in(who).get(reverse("assessments:patient_data", args=[whole.pk])).status_code == 404


# --- Lost or doubled
@pytest.mark.django_db(transaction=True)
def test_a_file_becomes_evidence_once_however_often_the_button_is_pressed(send, preparing, people):
    file = send(b"once")
    said = {"title": "Once", "owner": "Matron", "dated": date(2026, 1, 1), "by": people["lead"], "file": file}
    results = at_once(*[lambda: add_evidence(assessment=preparing, elements=[], **said)] * 2)
    assert results == ["done", "notes.txt is ES 1 already. Look at what is there before you add it again."]
    assert EvidenceVersion.objects.count() == 1


def test_a_file_that_was_destroyed_meanwhile_becomes_no_evidence(send, preparing, people):
    file = send(b"late")
    destroy(file=file, rule="unused", reason="Time.", by=None)
    said = {"title": "Late", "owner": "Matron", "dated": date(2026, 1, 1), "by": people["lead"], "file": file}
    with pytest.raises(Refused, match=r"no longer kept\. Choose the file again"):
        add_evidence(assessment=preparing, elements=[], **said)
    assert not Evidence.objects.exists()


def test_a_file_that_a_colleague_confirmed_meanwhile_is_not_removed(file_with_patient_data, people):
    confirm_patient_data(file=file_with_patient_data, reason="The number is made up.", by=people["lead"])
    with pytest.raises(Refused, match="decided already"):
        remove_file(file=file_with_patient_data, by=people["contributor"])
    assert File.objects.get().patient_data == PatientData.CONFIRMED
    assert EvidenceUse.objects.count() == 1
    assert not Destruction.objects.exists()


def test_what_waits_for_the_scanner_is_not_given_up_for_a_passing_failure(send, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    file = send(b"waits")
    hour_ago = timezone.now() - timedelta(hours=1)
    File.objects.filter(pk=file.pk).update(state=FileState.NOT_SCANNED, attempts=20, beaten_at=hour_ago)
    BlobChunk.objects.all().delete()  # the bytes cannot be had now, as when their storage is away
    checking.check(pk=file.pk)
    assert File.objects.get().state == FileState.NOT_SCANNED


def test_a_scanner_may_be_away_for_months(send, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    file = send(b"waits")
    hour_ago = timezone.now() - timedelta(hours=1)
    File.objects.filter(pk=file.pk).update(state=FileState.NOT_SCANNED, attempts=32_767, beaten_at=hour_ago)
    checking.check(pk=file.pk)
    row = File.objects.get()
    assert (row.state, row.attempts < 32_767) == (FileState.NOT_SCANNED, True)
    assert row.beaten_at is not None
    assert row.beaten_at > hour_ago


def test_what_could_not_be_read_once_is_read_when_it_is_sent_again(send):
    """The first was given up without a page, as when the worker's disk was full: nobody knows what it says."""
    words = b"NHS number: 943 476 5919"
    send(words)
    again = send(words)
    File.objects.filter(pk=again.pk).update(read_at=None, content_type="text/plain")
    reading.read_file(pk=again.pk)
    assert File.objects.get(pk=again.pk).patient_data == PatientData.FOUND


# --- Odd moments
def test_who_asks_how_far_a_file_is_while_another_completes_it_is_told(send, whole):
    send(b"the same words")
    stale = File.objects.select_related("blob").get(pk=whole.pk)
    arriving.complete(file=whole)
    assert stale.blob not in list(Blob.objects.all())
    assert arriving.where_it_stands(file=stale) == 14
    assert arriving.complete(file=stale).state == FileState.WAITING


def test_a_file_called_off_while_its_last_bytes_came_is_no_longer_waited_for(whole):
    stale = File.objects.get(pk=whole.pk)
    arriving.give_up(file=whole)
    for late in (lambda: arriving.where_it_stands(file=stale), lambda: arriving.complete(file=stale, sha256="0" * 64)):
        with pytest.raises(arriving.NotArriving):
            late()


def test_evidence_taken_away_by_a_colleague_is_neither_described_nor_flagged(evidence_in_preparation, people):
    use = evidence_in_preparation.uses.get()
    stop_using(use=use, by=people["lead"])
    with pytest.raises(Refused, match="A colleague has taken this evidence away"):
        mark_strongest(use=use, by=people["contributor"])
    with pytest.raises(Refused, match="A colleague has taken this evidence away"):
        describe_use(use=use, shows="Signs.", place="", seen=use.seen, by=people["contributor"])


def test_a_list_is_not_searched_for_a_thousand_words(evidence_in_preparation):
    words = "you said " * 600
    asked = str(Evidence.objects.holding(words, among=EvidenceVersion.objects.all()).query)
    assert asked.count("LIKE") <= 100
    assert Evidence.objects.holding(words).get() == evidence_in_preparation


def test_a_large_assessment_is_carried_forward_in_one_form(signed_in, renewing):
    address = reverse("assessments:carry_forward", args=[renewing.pk])
    answer = signed_in("lead").post(address, {"chosen": [f"{n}-1" for n in range(3000)]})
    assert answer.status_code == 200
