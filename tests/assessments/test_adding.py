"""Adding evidence: several files at once or none, what was sent before, and early refusals of the plain form too."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence
from assessments.workflow import Stage
from files.models import File
from files.rules import FileState
from files.services import arriving
from files.services.intake import receive

SAID = {"owner": "PALS manager", "dated": "2026-03-01", "notes": "Page 4."}


@pytest.fixture
def address(preparing):
    return reverse("assessments:evidence_add", args=[preparing.pk, "4.3.4"])


@pytest.fixture
def lead(signed_in, preparing):
    return signed_in("lead")


@pytest.fixture
def sent(preparing, people):
    """`sent("a.txt")` is a file that the lead has sent."""

    def send(name, who="lead"):
        words = io.BytesIO(f"The words of {name}.".encode())
        return receive(file=words, name=name, department=preparing.department, by=people[who])

    return send


def titles_of(*files):
    return {"kept_file": [str(file.token) for file in files]} | {
        f"title-{file.token}": f"About {file.name}" for file in files
    }


def test_several_files_become_evidence_of_their_own(lead, address, sent):
    answer = lead.post(address, {**SAID, **titles_of(sent("a.txt"), sent("b.txt"), sent("c.txt"))}, follow=True)
    assert "ES 1, ES 2 and ES 3 are added." in answer.content.decode()
    added = Evidence.objects.order_by("number")
    assert [row.title for row in added] == ["About a.txt", "About b.txt", "About c.txt"]
    assert {row.owner for row in added} == {"PALS manager"}
    assert set(added.values_list("current__file__name", flat=True)) == {"a.txt", "b.txt", "c.txt"}


def test_all_or_none(lead, address, sent):
    files = [sent("a.txt"), sent("b.txt")]
    said = {**SAID, **titles_of(*files), f"title-{files[1].token}": ""}
    html = lead.post(address, said).content.decode()
    assert "Enter what it is" in html
    assert f'href="#id_title-{files[1].token}"' in html
    assert "About a.txt" in html
    assert all(str(file.token) in html for file in files)
    assert Evidence.objects.count() == 0


def test_what_somebody_else_sent_or_what_is_evidence_already_is_passed_over(lead, address, sent):
    theirs, used, mine = sent("theirs.txt", "contributor"), sent("used.txt"), sent("mine.txt")
    lead.post(address, {**SAID, **titles_of(used)})
    lead.post(address, {**SAID, **titles_of(theirs, used, mine), "kept_file": [str(mine.token), "no token", "\0"]})
    assert [row.title for row in Evidence.objects.order_by("number")] == ["About used.txt", "About mine.txt"]
    assert lead.post(address, {**SAID, **titles_of(theirs)}).status_code == 200
    assert Evidence.objects.count() == 2


def test_a_file_that_was_quarantined_meanwhile_is_named_and_not_added(lead, address, sent):
    bad = sent("bad.txt")
    File.objects.filter(pk=bad.pk).update(state=FileState.QUARANTINED, problems=["It is a program."])
    html = lead.post(address, {**SAID, **titles_of(bad, sent("good.txt"))}).content.decode()
    assert "bad.txt cannot be used: It is a program. Leave it out." in html
    assert Evidence.objects.count() == 0


def test_files_and_a_web_address_are_not_both_given(lead, address, sent):
    said = {**SAID, **titles_of(sent("a.txt")), "link": "https://www.example.org/"}
    assert "Give a file or a web address, not both" in lead.post(address, said).content.decode()


def test_a_file_still_on_its_way_is_no_evidence_yet(lead, address, arriving_file):
    html = lead.post(address, {**SAID, **titles_of(arriving_file)}).content.decode()
    assert "Choose a file, or enter a web address below." in html
    assert "Finish sending" in html
    assert "Complaints.pdf" in html


def test_what_was_sent_before_and_not_used_is_offered_with_a_title(lead, address, sent, signed_in):
    file = sent("complaints_report-2025.txt")
    assert f"?kept_file={file.token}" in lead.get(address).content.decode()
    chosen = lead.get(address, {"kept_file": str(file.token)}).content.decode()
    assert 'value="Complaints report 2025"' in chosen
    assert "Sent before and not used yet" not in chosen
    assert str(file.token) not in signed_in("contributor").get(address).content.decode()
    File.objects.update(sent_at=timezone.now() - timedelta(days=8))
    assert str(file.token) not in lead.get(address).content.decode()


@pytest.mark.parametrize("odd", ["x", "", "0" * 300, "%00"])
def test_odd_tokens_get_a_page(lead, address, odd):
    assert lead.get(f"{address}?kept_file={odd}").status_code == 200 or odd == "%00"


def test_the_page_costs_the_same_queries_with_one_file_and_with_many(lead, address, sent, preparing, people):
    counts = []
    for more in (1, 8):
        for number in range(more):
            sent(f"{more}-{number}.txt")
            arriving.begin(department=preparing.department, name=f"{more}{number}.pdf", size=9, by=people["lead"])
        counts.append(queries_of(lead, address))
    assert counts[0] == counts[1]


def queries_of(client, address):
    from_here = CaptureQueriesContext(connection)
    with from_here:
        client.get(address)
    return len(from_here)


@pytest.mark.parametrize(
    ("name", "words"),
    [("program.exe", "Choose a file of another kind"), ("evidence\u202efdp.exe", "Choose a file of another kind")],
)
def test_the_plain_form_refuses_as_early(lead, address, name, words):
    said = {**SAID, "title": "A file", "file": SimpleUploadedFile(name, b"%PDF-1.7")}
    assert words in lead.post(address, said).content.decode()
    assert File.objects.count() == 0


def test_the_plain_form_keeps_to_the_space_of_the_trust(lead, address, settings):
    settings.EVIDENCE_QUOTA_BYTES = 3
    said = {**SAID, "title": "A file", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
    assert "There is not enough space left" in lead.post(address, said).content.decode()
    assert File.objects.count() == 0


def test_how_far_a_file_has_come_is_told_to_its_sender_alone(lead, signed_in, preparing, sent):
    file = sent("a.txt")
    File.objects.filter(pk=file.pk).update(state=FileState.QUARANTINED, problems=["It is a program."])
    address = reverse("assessments:evidence_arrived", args=[preparing.pk, "4.3.4", file.token])
    told = lead.get(address).json()
    assert (told["words"], told["problems"], told["settled"], told["known"]) == (
        "Quarantined", "It is a program.", True, [],
    )  # fmt: skip
    assert signed_in("contributor").get(address).status_code == 404


def test_nothing_is_added_once_it_is_submitted(lead, address, sent, preparing):
    file = sent("a.txt")
    type(preparing).objects.update(stage=Stage.SUBMITTED)
    html = lead.post(address, {**SAID, **titles_of(file)}).content.decode()
    assert "has been submitted" in html
    assert Evidence.objects.count() == 0
