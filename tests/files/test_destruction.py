"""Files end by rule alone: never under a hold, never while something rests on them, always with a line in the log."""

import io
import threading
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments.models import Assessment, Evidence, Statement
from assessments.services.evidence import stop_using
from departments.models import Blob, BlobChunk
from departments.services.files import open_blob, read, store
from departments.services.places import object_name
from departments.services.refusals import Refused
from files.models import Destruction, File, Leftover, LegalHold, Page
from files.rules import FileState, PatientData, RetentionRule, Use, holding, rule_that_ends
from files.services.destruction import Kept, destroy, destroy_what_is_due
from files.services.holds import lift_hold, set_hold
from files.services.moving import move
from files.services.retention import retention_rules
from files.tasks import destroy_what_is_due as task

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def send(here, people):
    """A file of the department, checked, sent some days ago."""

    def send(content: bytes = b"content", *, days: int = 0, state: FileState = FileState.CLEAN, **said) -> File:
        at = timezone.now() - timedelta(days=days)
        blob = store(file=io.BytesIO(content), by=None)
        told = {"department": here.department, "name": "notes.pdf", "sent_at": at, "checked_at": at, **said}
        return File.objects.create(size=blob.size, blob=blob, state=state, sent_by=people["lead"], **told)

    return send


def after(**time: int) -> time_machine.travel:
    """Later by so much, for what asks the clock."""
    return time_machine.travel(datetime.now().astimezone() + timedelta(**time), tick=True)


# --- The rules
def test_the_rules_are_data_and_say_themselves():
    rules = retention_rules()
    assert set(rules) == {
        "abandoned", "unused", "refused", "never_submitted", "decided", "patient_data", "content",
    }  # fmt: skip
    assert rules["refused"].how_long == "30 days after it was checked"
    assert rules["decided"].how_long == "6 years after the certificate ends, or the decision where there is none"
    assert rules["abandoned"].how_long == "1 day after its last byte came"
    assert rules["patient_data"].how_long == "as soon as its department says so"


def test_years_are_counted_by_the_calendar():
    rule = RetentionRule(code="a", what="", since="", years=1)
    assert rule.until(date(2027, 5, 4)) == date(2028, 5, 4)
    assert rule.until(date(2028, 2, 29)) == date(2029, 3, 1)


DRAFT = Use("a draft", "never_submitted", None, submitted=False)
OLD_DRAFT = Use("an old draft", "never_submitted", date(2025, 1, 1), submitted=False)
REVIEWED = Use("a review", "decided", None, submitted=True)
DECIDED = Use("a decision", "decided", date(2030, 1, 1), submitted=True)
EXPIRED = Use("an old decision", "decided", date(2026, 11, 23), submitted=True)


@pytest.mark.parametrize(
    ("rule", "uses", "held"),
    [
        ("never_submitted", [DRAFT], [DRAFT]),
        ("never_submitted", [OLD_DRAFT], []),
        ("decided", [EXPIRED, DECIDED], [DECIDED]),
        ("decided", [EXPIRED], []),
        ("patient_data", [DRAFT, OLD_DRAFT], []),
        ("patient_data", [DRAFT, REVIEWED], [REVIEWED]),
        ("refused", [DRAFT], []),
        ("refused", [DECIDED], [DECIDED]),
    ],
)
def test_what_forbids_destroying_a_file(rule, uses, held):
    assert holding(uses, rule=rule, today=TODAY) == held


@pytest.mark.parametrize(
    ("state", "uses", "rule"),
    [
        (FileState.CLEAN, [], "unused"),
        (FileState.CLEAN, [OLD_DRAFT, EXPIRED], "decided"),
        (FileState.NOT_SCANNED, [OLD_DRAFT], "never_submitted"),
        (FileState.QUARANTINED, [DECIDED], "refused"),
        (FileState.ARRIVING, [], None),
        (FileState.WAITING, [], None),
        (FileState.DESTROYED, [], None),
    ],
)
def test_which_rule_ends_a_file(state, uses, rule):
    assert rule_that_ends(state, uses) == rule


# --- Destroying one
def test_the_bytes_go_and_the_row_and_a_line_stay(send, people):
    file = send(b"a patient's name", patient_data=PatientData.FOUND, patient_signs=[{"context": "a patient's"}])
    blob = file.blob
    destroy(file=file, rule="patient_data", reason="It names a patient.", by=people["lead"])
    file = File.objects.get()
    assert (file.state, file.blob, file.patient_signs, file.name) == (FileState.DESTROYED, None, [], "notes.pdf")
    assert (Blob.objects.count(), BlobChunk.objects.count()) == (0, 0)
    line = Destruction.objects.get()
    assert (line.name, line.size, line.sha256, line.department) == ("notes.pdf", 16, blob.sha256, file.department)
    assert (line.rule, line.reason, line.by, line.shared) == (
        "patient_data", "It names a patient.", people["lead"], False,
    )  # fmt: skip


def test_pages_and_pictures_go_too_and_a_picture_that_another_page_has_stays(send):
    file, other = send(b"first"), send(b"second")
    both, own = (store(file=io.BytesIO(words), by=None) for words in (b"blank page", b"page of its own"))
    Page.objects.create(blob=file.blob, number=1, picture=both, thumbnail=own, text="A patient's name")
    Page.objects.create(blob=other.blob, number=1, picture=both)
    destroy(file=file, rule="unused", reason="Time.", by=None)
    assert [page.blob for page in Page.objects.all()] == [other.blob]
    assert set(Blob.objects.all()) == {other.blob, both}


def test_content_that_somebody_else_sent_stays_for_them(send):
    mine, theirs = send(b"leaflet"), send(b"leaflet")
    assert destroy(file=mine, rule="unused", reason="Time.", by=None).shared
    assert b"".join(read(blob=theirs.blob)) == b"leaflet"
    assert not destroy(file=theirs, rule="unused", reason="Time.", by=None).shared
    assert not Blob.objects.exists()


def test_a_rule_that_is_not_there_destroys_nothing(send):
    file = send()
    with pytest.raises(KeyError):
        destroy(file=file, rule="because", reason="I like to.", by=None)
    assert Blob.objects.exists()


def test_nothing_is_destroyed_twice(send):
    file = send()
    destroy(file=file, rule="unused", reason="Time.", by=None)
    with pytest.raises(Kept, match="destroyed already"):
        destroy(file=file, rule="unused", reason="Time.", by=None)


def test_the_log_cannot_be_changed(send):
    destroy(file=send(), rule="unused", reason="Time.", by=None)
    for change in (lambda: Destruction.objects.update(reason="Other."), lambda: Destruction.objects.all().delete()):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_the_object_in_the_second_storage_goes_too(send, bucket):
    file = send()
    move(pk=file.blob.pk, to="objects")
    name = object_name(file.blob)
    assert list(bucket.storage.names()) == [name]
    destroy(file=file, rule="unused", reason="Time.", by=None)
    assert list(bucket.storage.names()) == []
    assert not Leftover.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_object_whose_storage_was_away_is_removed_by_the_next_sweep(send, bucket, settings):
    file = send()
    move(pk=file.blob.pk, to="objects")
    there = settings.STORAGES
    away = {**bucket.options, "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {**there, "objects": {**there["objects"], "OPTIONS": away}}
    destroy(file=file, rule="unused", reason="Time.", by=None)
    assert Leftover.objects.count() == 1
    settings.STORAGES = there
    destroy_what_is_due()
    assert list(bucket.storage.names()) == []


@pytest.mark.django_db(transaction=True)
def test_whoever_sends_the_same_content_meanwhile_has_it_stored_anew(send):
    file = send(b"the same words")
    first = file.blob.pk
    got: list[Blob] = []

    def again() -> None:
        try:
            with transaction.atomic():
                blob = store(file=io.BytesIO(b"the same words"), by=None)
                File.objects.create(
                    department=file.department, name="again.pdf", size=blob.size, blob=blob, sent_by=file.sent_by,
                    sent_at=timezone.now(),
                )  # fmt: skip
            got.append(blob)
        finally:
            connection.close()

    other = threading.Thread(target=again)
    with transaction.atomic():
        destroy(file=file, rule="unused", reason="Time.", by=None)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join()
    assert got[0].pk != first
    assert open_blob(blob=got[0]).read() == b"the same words"


# --- What rests on a file
def test_evidence_of_an_assessment_that_is_prepared_is_kept(evidence_in_preparation):
    file = evidence_in_preparation.current.file
    for rule in ("unused", "never_submitted", "decided"):
        with pytest.raises(Kept, match="Evidence ES 1 in “Recertification 2026” of Cardiology rests on this file"):
            destroy(file=file, rule=rule, reason="Time.", by=None)


def test_its_department_removes_patient_data_before_it_submits(evidence_in_preparation, people):
    file = evidence_in_preparation.current.file
    statement = Statement.objects.get(
        assessment__evidence_uses__evidence=evidence_in_preparation, element__number="4.3.4"
    )
    assert statement.evidence_count == 1
    destroy(file=file, rule="patient_data", reason="A name on page 2.", by=people["lead"])
    statement.refresh_from_db()
    assert statement.evidence_count == 0


def test_and_not_once_it_is_submitted(evidence_in_review, people):
    with pytest.raises(Kept):
        destroy(file=evidence_in_review.current.file, rule="patient_data", reason="A name.", by=people["lead"])
    assert Blob.objects.exists()


def settled(evidence: Evidence) -> File:
    """Its file, once the check has passed it."""
    File.objects.update(state=FileState.CLEAN, checked_at=timezone.now())
    file = evidence.current.file
    assert file is not None
    return file


def test_evidence_of_a_decided_assessment_is_kept_six_years_after_its_certificate(evidence_in_preparation, decided):
    file = settled(evidence_in_preparation)
    ends = Assessment.objects.get(pk=decided.pk).certified_until
    assert ends is not None
    years = (ends.year + 6 - timezone.localdate().year) * 365
    with after(days=years - 30):
        assert destroy_what_is_due() == 0
    with after(days=years + 400):
        assert destroy_what_is_due() == 1
    line = Destruction.objects.get()
    assert (line.file, line.rule, line.by) == (file, "decided", None)
    assert line.reason == "Its time was up: 6 years after the certificate ends, or the decision where there is none."


def test_evidence_that_was_never_submitted_is_kept_two_years_after_its_last_use(evidence_in_preparation, people):
    file = settled(evidence_in_preparation)
    with after(days=3000):
        assert destroy_what_is_due() == 0  # it stands in an assessment that is being prepared
    with after(days=1000):
        stop_using(use=evidence_in_preparation.uses.get(), by=people["lead"])
    # The history says by the database's clock when the use ended.
    with after(days=2 * 365 - 3):
        assert destroy_what_is_due() == 0
    with after(days=2 * 365 + 3):
        assert destroy_what_is_due() == 1
    assert Destruction.objects.get().rule == "never_submitted"
    assert File.objects.get(pk=file.pk).state == FileState.DESTROYED


# --- What is due
@pytest.mark.parametrize(
    ("state", "days", "gone"),
    [
        (FileState.CLEAN, 6, False),
        (FileState.CLEAN, 8, True),
        (FileState.NOT_SCANNED, 8, True),
        (FileState.QUARANTINED, 29, False),
        (FileState.QUARANTINED, 31, True),
        (FileState.UNCHECKED, 31, True),
        (FileState.WAITING, 99, False),
        (FileState.CHECKING, 99, False),
        (FileState.ARRIVING, 99, False),
    ],
)
def test_a_file_that_nothing_uses_is_destroyed_when_its_time_is_up(state, days, gone, send):
    file = send(state=state, days=days)
    task()
    file.refresh_from_db()
    assert (file.state == FileState.DESTROYED) is gone
    assert Destruction.objects.exists() is gone
    assert Blob.objects.exists() is not gone


def test_a_quarantined_file_goes_though_it_stands_in_an_assessment_that_is_prepared(evidence_in_preparation):
    long_ago = timezone.now() - timedelta(days=31)
    File.objects.update(state=FileState.QUARANTINED, checked_at=long_ago, sent_at=long_ago)
    assert destroy_what_is_due() == 1


def test_many_are_destroyed_in_batches_and_one_that_fails_stops_no_other(send, monkeypatch):
    files = [send(bytes([number, 1]), days=9) for number in range(5)]
    with connection.cursor() as cursor:  # the database refuses one of them
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF OLD.id = {files[2].blob_id} THEN RAISE EXCEPTION 'no'; END IF; RETURN OLD; END $$;"
            " CREATE TRIGGER refuse BEFORE DELETE ON departments_blob FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    monkeypatch.setattr("files.services.destruction.BATCH", 2)
    assert destroy_what_is_due() == 4
    assert File.objects.exclude(state=FileState.DESTROYED).get() == files[2]


def test_pictures_that_nothing_uses_any_more_go_after_a_day(send):
    used = send()
    store(file=io.BytesIO(b"old picture"), by=None)
    destroy_what_is_due()
    assert Blob.objects.count() == 2
    Blob.objects.update(stored_at=timezone.now() - timedelta(days=2))
    destroy_what_is_due()
    assert Blob.objects.get() == used.blob
    assert not Destruction.objects.exists()


# --- Holds
@pytest.fixture
def hold(here, people) -> LegalHold:
    return set_hold(trust=here.trust, department=None, reason="An inquiry.", by=people["administrator"])


def test_under_a_hold_nothing_is_destroyed_and_once_it_is_lifted_it_is(hold, send, people):
    file = send(days=99)
    with pytest.raises(Kept, match=r"A legal hold keeps this file\. Ask your"):
        destroy(file=file, rule="patient_data", reason="A name.", by=people["lead"])
    assert destroy_what_is_due() == 0
    lift_hold(hold=hold, reason="It has ended.", by=people["administrator"])
    assert destroy_what_is_due() == 1


def test_a_hold_covers_its_department_alone(here, elsewhere, people, send):
    set_hold(trust=here.trust, department=here.department, reason="An inquiry.", by=people["administrator"])
    send(b"held", days=99)
    theirs = send(b"theirs", days=99, department=elsewhere.department)
    assert destroy_what_is_due() == 1
    assert Destruction.objects.get().file == theirs


def test_a_hold_is_over_a_department_of_its_trust(here, elsewhere, people):
    with pytest.raises(Refused, match="not a department of this trust"):
        set_hold(trust=here.trust, department=elsewhere.department, reason="An inquiry.", by=people["administrator"])


def test_a_hold_is_lifted_once(hold, people):
    lift_hold(hold=hold, reason="It has ended.", by=people["administrator"])
    with pytest.raises(Refused, match="lifted already"):
        lift_hold(hold=hold, reason="Again.", by=people["administrator"])


def test_the_history_knows_who_set_and_lifted_a_hold(hold, people):
    lift_hold(hold=hold, reason="It has ended.", by=people["administrator"])
    events = [(event.pgh_label, event.pgh_context.metadata["user"]) for event in hold.events.order_by("pgh_id")]
    assert events == [("insert", people["administrator"].pk), ("update", people["administrator"].pk)]
