"""The demo: its story is told whole, once, through the portal's own rules, and only where a demo may be."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from assessments.models import Assessment, Evidence, Finding, Statement
from assessments.rules import Band
from assessments.services.tallies import count
from assessments.workflow import Stage
from departments.models import Blob, Department, Partner, Service, Site, User
from departments.services.files import open_blob
from portal.demo import reading
from portal.demo.loading import load_demo
from portal.demo.places import PASSWORD
from reports.models import DecisionFacts, Report, ReportState

LEFT_ALONE = (User, Department, Service, Site, Partner, Assessment, Statement, Finding, Evidence, Blob, Report)


def said(name: str, *words: str) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """A portal just prepared in demo mode, for all the tests of this module; it is undone after them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.conf.settings.DEMO", True)
        yield said("prepare")
        transaction.set_rollback(True)


@pytest.fixture
def demo(told: str, db, settings) -> str:
    """What preparing said."""
    settings.DEMO = True
    return told


@pytest.fixture
def recertified(demo) -> Assessment:
    return Assessment.objects.get(title="Recertification 2025")


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.with_roles().get(email=email))
    return client


def test_preparing_says_what_it_did(demo):
    assert "200 added" in demo
    assert "57 elements" in demo
    assert "Recertification 2025: Cardiology (decided)" in demo


def test_preparing_again_changes_nothing(demo):
    before = [model.objects.count() for model in LEFT_ALONE]
    again = said("prepare")
    assert [model.objects.count() for model in LEFT_ALONE] == before
    assert "demo: there already, nothing changed." in again
    assert "Nothing changed" in again


def test_every_account_signs_in_and_no_colleague_does(demo):
    assert len(reading.accounts()) == 7
    for email in reading.accounts():
        assert authenticate(None, email=email, password=PASSWORD) is not None
    for email in reading.colleagues():
        assert not User.objects.get(email=email).has_usable_password()


def test_cardiology_runs_its_services_at_the_sites_of_five_partners(demo):
    cardiology = Department.objects.get(trust__ods_code="RKE", name="Cardiology")
    assert Partner.objects.filter(sites__services__department=cardiology).distinct().count() == 5
    kinds = set(cardiology.services.values_list("kind", flat=True))
    assert {"inpatient_ward", "outpatient_clinic", "investigation_unit", "rehabilitation"} <= kinds


def test_the_decided_assessment_has_nine_plus_45_compliant_and_three_partial(recertified):
    findings = recertified.findings.all()
    bands = [finding.band for finding in findings]
    assert [bands.count(band) for band in Band] == [9, 45, 3, 0, 0]
    assert all(finding.narrative for finding in findings)
    assert recertified.outcome == "award"


def test_its_moves_happened_on_the_days_of_the_story(recertified):
    days = {move.move: timezone.localdate(move.at).isoformat() for move in recertified.moves.all()}
    assert days == {
        "submit": "2025-08-29", "assign": "2025-09-08", "plan_visit": "2025-09-22", "close_visit": "2025-10-15",
        "draft": "2025-10-16", "send_draft": "2025-10-18", "propose": "2025-11-03", "decide": "2025-11-17",
    }  # fmt: skip
    assert timezone.localdate(recertified.opened_at).isoformat() == "2025-04-07"
    assert str(recertified.certified_until) == "2028-11-17"


def test_what_people_wrote_was_written_while_they_could_write_it(demo):
    for assessment in Assessment.objects.all():
        written = assessment.statements.exclude(edited_at=None).values_list("edited_at", flat=True)
        last = assessment.submitted_at or timezone.now()
        assert [moment for moment in written if moment and not assessment.opened_at < moment <= last] == []
        found = assessment.findings.exclude(edited_at=None).values_list("edited_at", flat=True)
        first, last = assessment.assigned_at or timezone.now(), assessment.proposed_at or timezone.now()
        assert [moment for moment in found if moment and not first <= moment <= last] == []


def test_its_facts_are_stored_and_its_report_waits_for_the_worker(recertified):
    facts = DecisionFacts.objects.get(assessment=recertified).facts
    assert facts["dates"]["decided"] == "2025-11-17"
    assert len(facts["evidence"]) == 22
    assert Report.objects.get(assessment=recertified).state == ReportState.QUEUED


def test_every_file_of_evidence_is_in_the_store_byte_for_byte(demo):
    stored = Evidence.objects.exclude(current__file=None).select_related("current__file__blob")
    assert stored.count() > 20
    for evidence in stored:
        held = evidence.current.file
        assert held is not None
        assert held.blob is not None
        with open_blob(blob=held.blob) as file:
            assert file.read() == (reading.FILES / held.name).read_bytes()


def test_departments_are_at_different_stages(demo):
    stages = {str(row.department): row.stage for row in Assessment.objects.exclude(stage=Stage.DECIDED)}
    assert stages == {
        "Cardiology": "preparing",
        "Community Pharmacy Services": "desk_review",
        "Corporate Services": "preparing",
        "Maternity Outpatients": "preparing",
        "Physiotherapy": "visit_planned",
        "Respiratory Medicine": "submitted",
    }


def test_the_stored_counts_are_right(demo):
    assert all(assessment.tallies == count(assessment) for assessment in Assessment.objects.all())
    assert "0 with counts that differ; 0 sums that differ; 0 gaps that differ." in said("recount", "--check")


def test_a_wall_stands_between_the_two_trusts(recertified):
    other = signed_in("lead.other@demo.example")
    assert other.get(f"/assessments/{recertified.pk}/").status_code == 404
    assert other.get("/trusts/RKE/dashboard/").status_code == 404
    assert "Whittington" not in other.get("/").text
    theirs = Assessment.objects.get(department__trust__ods_code="RQX")
    assert signed_in("lead@demo.example").get(f"/assessments/{theirs.pk}/").status_code == 404
    assert signed_in("executive@demo.example").get(f"/assessments/{theirs.pk}/").status_code == 404


@pytest.mark.parametrize("email", sorted(reading.accounts()))
def test_something_is_on_everybodys_home_page(demo, email):
    page = signed_in(email).get("/")
    assert page.status_code == 200
    assert "Demonstration" in page.text


def test_the_executive_sees_the_award_and_the_review_under_way(recertified):
    page = signed_in("executive@demo.example").get("/trusts/RKE/dashboard/").text
    assert "4 departments · 1 certified · 4 under way" in strip_tags(page)
    assert "Delivery: 2 Compliance Plus, 10 Compliant, 1 Partially Compliant<" in page


def test_load_demo_gives_back_what_it_told(demo):
    assert load_demo() == []
