"""The page on which an administrator keeps a trust's files: space, holds, rules, and what was destroyed."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone

from departments.services.files import store
from files.models import File, IntegrityCheck, LegalHold
from files.rules import FileState
from files.services.destruction import destroy
from files.services.holds import lift_hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(here) -> str:
    return reverse("files:kept", args=[here.trust.ods_code])


@pytest.fixture
def send(here, people):
    def send(content: bytes, **said) -> File:
        blob = store(file=io.BytesIO(content), by=None)
        told = {"department": here.department, "name": "notes.pdf", "state": FileState.CLEAN, **said}
        return File.objects.create(
            size=blob.size, blob=blob, sent_by=people["lead"], sent_at=timezone.now(), checked_at=timezone.now(), **told
        )

    return send


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("executive", 403), ("lead", 403), ("assessor", 404), ("administrator.elsewhere", 404)],
)
def test_who_keeps_the_files_of_a_trust(who, status, signed_in, address):
    assert signed_in(who).get(address).status_code == status


def test_space_is_told_by_department_and_once_for_the_trust(signed_in, address, send):
    send(b"x" * 3000)
    send(b"x" * 3000, name="the same.pdf")
    answer = signed_in("administrator").get(address)
    assert answer.context["departments"] == [{"name": "Cardiology", "count": 2, "bytes": 6000}]
    assert answer.context["used"] == 3000
    assert "50.0\xa0GB used" in answer.text


def test_quarantined_files_are_named_and_lead_nowhere(signed_in, address, send):
    file = send(
        b"bad", name="invoice.pdf", state=FileState.QUARANTINED, virus="Eicar", problems=["Ask your IT service."]
    )
    answer = signed_in("administrator").get(address)
    for words in ("invoice.pdf", "Quarantined: Eicar", "Ask your IT service."):
        assert words in answer.text
    assert str(file.token) not in answer.text


def test_other_trusts_files_are_not_shown(signed_in, address, send, elsewhere):
    send(b"theirs", name="theirs.pdf", state=FileState.QUARANTINED, department=elsewhere.department)
    destroy(
        file=send(b"also", name="theirs too.pdf", department=elsewhere.department), rule="unused", reason="?", by=None
    )
    assert "theirs" not in signed_in("administrator").get(address).text


def test_the_rules_are_said_in_words(signed_in, address):
    text = signed_in("administrator").get(address).text
    assert "Evidence of a decided assessment" in text
    assert "6 years after the certificate ends, or the decision where there is none" in text


def test_what_was_destroyed_is_listed_by_pages(signed_in, address, send, people):
    for number in range(26):
        destroy(
            file=send(bytes([number, 1]), name=f"file {number:02}.pdf"), rule="patient_data", by=people["lead"],
            reason="A name on page 2.",
        )  # fmt: skip
    first, second = (signed_in("administrator").get(address, {"page": page}) for page in (1, 2))
    assert "file 25.pdf" in first.text
    assert "file 00.pdf" not in first.text
    assert "file 00.pdf" in second.text
    assert "A name on page 2." in first.text
    assert "Lead" in first.text


def test_the_page_costs_the_same_however_much_there_is(signed_in, address, send, people, django_assert_max_num_queries):
    for number in range(12):
        send(bytes([number, 1]), state=FileState.QUARANTINED)
        destroy(file=send(bytes([number, 2])), rule="unused", reason="Time.", by=people["lead"])
    client = signed_in("administrator")
    with django_assert_max_num_queries(14):
        client.get(address)


@pytest.mark.parametrize(
    ("problems", "words"), [([], "nothing differs"), (["Blob 1 is not whole."], "<strong>something differs</strong>")]
)
def test_the_last_check_of_what_is_stored_is_told(problems, words, signed_in, address):
    now = timezone.now()
    IntegrityCheck.objects.create(began_at=now, at=now, whole=True, blobs=1, bytes=1, problems=problems)
    text = signed_in("administrator").get(address).text
    assert words in text
    assert "Blob 1" not in text


# --- Holds
def test_a_hold_is_set_for_a_department(signed_in, here, address, people):
    where = reverse("files:set_hold", args=[here.trust.ods_code])
    answer = signed_in("administrator").post(
        where, {"department": here.department.pk, "reason": "Inquiry 7"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == address
    hold = LegalHold.objects.get()
    assert (hold.department, hold.reason, hold.set_by) == (here.department, "Inquiry 7", people["administrator"])
    assert "Inquiry 7" in answer.text


def test_a_hold_needs_a_reason_and_a_department_of_the_trust(signed_in, here, elsewhere):
    where = reverse("files:set_hold", args=[here.trust.ods_code])
    answer = signed_in("administrator").post(where, {"department": elsewhere.department.pk, "reason": " "})
    assert "Say why nothing may be destroyed." in answer.text
    assert "That is not a department of this trust." in answer.text
    assert not LegalHold.objects.exists()


def test_a_hold_is_lifted_with_a_reason(signed_in, legal_hold, address):
    where = reverse("files:lift_hold", args=[legal_hold.pk])
    client = signed_in("administrator")
    assert "Say why this hold can be lifted." in client.post(where, {"reason": ""}).text
    answer = client.post(where, {"reason": "The inquiry has ended."}, follow=True)
    assert answer.redirect_chain[-1][0] == address
    assert "The inquiry has ended." in answer.text
    legal_hold.refresh_from_db()
    assert legal_hold.lifted_by is not None


def test_a_hold_that_was_lifted_meanwhile_says_so(signed_in, legal_hold, people):
    where = reverse("files:lift_hold", args=[legal_hold.pk])
    lift_hold(hold=legal_hold, reason="Over.", by=people["administrator"])
    assert "This hold was lifted on" in signed_in("administrator").get(where).text
    assert "This hold was lifted already." in signed_in("administrator").post(where, {"reason": "Over."}).text
