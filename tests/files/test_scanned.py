"""The scanner's word decides who may have a file: what it finds, while it is away, and when it is back."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import EvidenceVersion, Statement
from files.models import File
from files.rules import FileState
from files.services import checking
from files.services.intake import receive
from tests.files.clamd import FOUND_NAME, TEST_STRING, running_clamd

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanned(settings):
    """`scanned(clamd)` makes this installation one where that scanner must have seen a file."""

    def by(clamd):
        settings.CLAMD_URL, settings.EVIDENCE_MUST_BE_SCANNED = clamd.url, True

    return by


def replace_content(version: EvidenceVersion, people, content: bytes) -> File:
    """Give the version another content, just sent and not checked."""
    row = receive(
        file=io.BytesIO(content), name="You said.txt", department=version.evidence.department, by=people["lead"]
    )
    EvidenceVersion.objects.filter(pk=version.pk).update(file=row)
    return row


def due_again(row: File) -> None:
    """As if the time until the next attempt had passed."""
    File.objects.filter(pk=row.pk).update(
        beaten_at=timezone.now() - timedelta(hours=1), sent_at=timezone.now() - timedelta(hours=1)
    )


def status(client, version: EvidenceVersion) -> int:
    answer: int = client.get(reverse("assessments:version_file", args=[version.pk])).status_code
    return answer


def test_what_the_scanner_finds_is_quarantined_named_and_served_to_nobody(
    clamd, scanned, evidence_in_preparation, signed_in, people
):
    scanned(clamd)
    row = replace_content(evidence_in_preparation.current, people, TEST_STRING)
    checking.check(pk=row.pk)
    row.refresh_from_db()
    assert (row.state, row.virus) == (FileState.QUARANTINED, FOUND_NAME)
    assert row.scanned_at is not None
    assert "virus scanner found something" in row.problems[0]
    assert {status(signed_in(who), evidence_in_preparation.current) for who in ("lead", "executive")} == {409}
    assert Statement.objects.get(element__number="4.3.4").evidence_count == 0


def test_what_the_scanner_passes_is_served(clamd, scanned, evidence_in_preparation, signed_in, people):
    scanned(clamd)
    row = replace_content(evidence_in_preparation.current, people, b"We put up signs.")
    assert status(signed_in("lead"), evidence_in_preparation.current) == 409
    checking.check(pk=row.pk)
    row.refresh_from_db()
    assert row.state == FileState.CLEAN
    assert status(signed_in("lead"), evidence_in_preparation.current) == 200


def test_with_the_scanner_away_nothing_unscanned_is_served_and_all_of_it_is_scanned_once_it_is_back(
    clamd_of_my_own, scanned, evidence_in_preparation, signed_in, people
):
    clamd = clamd_of_my_own
    scanned(clamd)
    version, lead = evidence_in_preparation.current, signed_in("lead")
    clamd.stop()
    good = replace_content(version, people, b"We put up signs.")
    bad = receive(file=io.BytesIO(TEST_STRING), name="Bad.txt", department=good.department, by=people["lead"])
    for row in (good, bad):
        checking.check(pk=row.pk)
    assert set(File.objects.filter(pk__in=[good.pk, bad.pk]).values_list("state", flat=True)) == {FileState.NOT_SCANNED}
    assert status(lead, version) == 409
    assert checking.due(timezone.now()).count() == 0  # not asked again at once
    clamd.start()
    for row in (good, bad):
        due_again(row)
    assert set(checking.due(timezone.now()).values_list("pk", flat=True)) >= {good.pk, bad.pk}
    for row in (good, bad):
        checking.check(pk=row.pk)
    states = dict(File.objects.values_list("pk", "state"))
    assert (states[good.pk], states[bad.pk]) == (FileState.CLEAN, FileState.QUARANTINED)
    assert status(lead, version) == 200


def test_without_a_scanner_a_file_says_so_and_the_setting_decides(settings, evidence_in_preparation, signed_in, people):
    settings.CLAMD_URL, settings.EVIDENCE_MUST_BE_SCANNED = "", False
    version, lead = evidence_in_preparation.current, signed_in("lead")
    row = replace_content(version, people, b"We put up signs.")
    checking.check(pk=row.pk)
    row.refresh_from_db()
    assert row.state == FileState.NOT_SCANNED
    assert status(lead, version) == 200
    settings.EVIDENCE_MUST_BE_SCANNED = True
    assert status(lead, version) == 409


def test_a_file_that_the_scanner_does_not_take_is_told_to_be_unchecked(scanned, here, people):
    with running_clamd(StreamMaxLength="100K") as small:
        scanned(small)
        row = receive(
            file=io.BytesIO(b"word " * 100_000), name="Long.txt", department=here.department, by=people["lead"]
        )
        checking.check(pk=row.pk)
    row.refresh_from_db()
    assert row.state == FileState.UNCHECKED
    assert "larger than the virus scanner takes" in row.problems[0]
