"""Dates of evidence: told apart, shown where they matter, and reminded of once a month."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceService, EvidenceVersion
from assessments.pieces import SOON, Standing, how_it_stands, standing_in_words
from assessments.services.reminders import remind_of_evidence
from assessments.tasks import remind_of_evidence as daily_task
from departments.models import Membership, Notice
from departments.rules import Role
from departments.services.mailing import what_may_be_told
from tests.conftest import make_link

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
CASES = [
    (None, None, "In date"),
    (TODAY, None, "Expires 23 Nov 2026"),
    (TODAY - DAY, None, "Out of date since 23 Nov 2026"),
    (TODAY + SOON, None, "Expires 22 Jan 2027"),
    (TODAY + SOON + DAY, None, "In date"),
    (None, TODAY, "Due for review"),
    (None, TODAY + DAY, "In date"),
    (TODAY + SOON + DAY, TODAY, "Due for review"),
    (TODAY + SOON, TODAY - DAY, "Expires 22 Jan 2027"),
    (TODAY - DAY, TODAY - DAY, "Out of date since 23 Nov 2026"),
]


@pytest.mark.parametrize(("until", "review", "words"), CASES)
def test_how_evidence_stands_is_said_with_the_day_that_matters(until, review, words):
    assert standing_in_words(valid_until=until, review_on=review, today=TODAY) == words


def test_the_database_finds_what_the_rule_says(evidence_in_preparation):
    for until, review, _ in CASES:
        EvidenceVersion.objects.update(dated=date(2020, 1, 1), valid_until=until, review_on=review)
        standing = how_it_stands(valid_until=until, review_on=review, today=TODAY)
        asked = [Standing.EXPIRED, Standing.EXPIRES, Standing.TO_REVIEW]
        found = [one for one in asked if Evidence.objects.of_standing(one, today=TODAY).exists()]
        assert found == ([standing] if standing in asked else [])


# --- Said on forms
def test_dates_and_services_are_corrected(signed_in, evidence_in_preparation, services_and_sites):
    address = reverse("assessments:evidence_edit", args=[evidence_in_preparation.pk])
    said = {
        "title": "You said", "owner": "Sister", "dated": "2026-03-01", "valid_until": "2027-03-01",
        "review_on": "2026-12-01", "services": [services_and_sites[1].pk], "notes": "", "version": 0,
    }  # fmt: skip
    assert signed_in("lead").post(address, said).status_code == 302
    version = EvidenceVersion.objects.get()
    assert (version.valid_until, version.review_on) == (date(2027, 3, 1), date(2026, 12, 1))
    assert [link.service.name for link in EvidenceService.objects.all()] == ["Anticoagulant clinic"]
    page = signed_in("lead").get(reverse("assessments:evidence_detail", args=[evidence_in_preparation.pk]))
    said_of_it = {row["key"]: row["value"] for row in page.context["rows"]}
    assert said_of_it["Valid until"] == "1 March 2027"
    assert said_of_it["About"] == "Anticoagulant clinic"
    assert "1 March 2026" in said_of_it["Date of the document"]
    assert "by Lead" in said_of_it["Uploaded"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"valid_until": "2026-02-28"}, "not before the date of the document"),
        ({"valid_until": "0027-01-01"}, "four digits"),
        ({"review_on": "9999-01-01"}, "four digits"),
        ({"services": ["12345"]}, "Select a valid choice"),
    ],
)
def test_dates_that_cannot_be_are_told_beside_the_field(
    signed_in, evidence_in_preparation, services_and_sites, changes, message
):
    address = reverse("assessments:evidence_edit", args=[evidence_in_preparation.pk])
    said = {"title": "You said", "owner": "Sister", "dated": "2026-03-01", "notes": "", "version": 0, **changes}
    answer = signed_in("lead").post(address, said)
    assert message in answer.content.decode()
    assert Evidence.objects.get().title == "You said, we did"


def test_a_new_piece_says_until_when_and_for_which_services(signed_in, preparing, services_and_sites):
    said = {
        "title": "Policy", "owner": "Matron", "dated": "2026-03-01", "valid_until": "2028-03-01",
        "services": [services_and_sites[0].pk], "link": "https://www.example.org/",
    }  # fmt: skip
    signed_in("contributor").post(reverse("assessments:evidence_add", args=[preparing.pk, "4.3.4"]), said)
    evidence = Evidence.objects.get()
    assert evidence.current.valid_until == date(2028, 3, 1)
    assert [service.name for service in evidence.services.all()] == ["Montuschi Ward"]


# --- Shown
@pytest.mark.parametrize("name", ["element", "evidence", "library", "evidence_detail"])
def test_what_runs_out_is_tagged_wherever_evidence_is_listed(signed_in, evidence_in_preparation, preparing, name):
    until = timezone.localdate() + 10 * DAY
    EvidenceVersion.objects.update(valid_until=until)
    arguments = {
        "element": [preparing.pk, "4.3.4"],
        "evidence": [preparing.pk],
        "library": [preparing.department_id],
        "evidence_detail": [evidence_in_preparation.pk],
    }[name]
    html = signed_in("lead").get(reverse(f"assessments:{name}", args=arguments)).content.decode()
    assert f"Expires {until.day} {until:%b %Y}" in html
    EvidenceVersion.objects.update(valid_until=None)
    assert "Expires " not in signed_in("lead").get(
        reverse(f"assessments:{name}", args=arguments)
    ).content.decode().replace("Expires soon", "").replace("or expires within", "")


def test_home_says_how_many_pieces_run_out_and_leads_to_them(signed_in, evidence_in_preparation, people):
    unused = make_link(evidence_in_preparation.department, people["lead"], number=2)
    EvidenceVersion.objects.update(valid_until=timezone.localdate())
    for who in ("lead", "contributor"):
        asked = signed_in(who).get(reverse("portal:home")).context["asked"]
        line = next(one for one in asked if "to renew" in one.title)
        assert line.title == "1 piece of evidence to renew: Cardiology"
        listed = signed_in(who).get(line.url).context["lines"]
        assert [one["row"] for one in listed] == [evidence_in_preparation]
    assert unused.pk != evidence_in_preparation.pk
    asked = signed_in("executive").get(reverse("portal:home")).context["asked"]
    assert [one for one in asked if "to renew" in one.title] == []


# --- Reminded of
def test_a_lead_is_reminded_once_a_month_of_everything(evidence_in_preparation, people):
    EvidenceVersion.objects.update(dated=date(2026, 1, 1), valid_until=TODAY + 5 * DAY)
    for day in (TODAY, TODAY + DAY, date(2026, 11, 30)):
        remind_of_evidence(today=day)
    notice = Notice.objects.get()
    assert notice.to == people["lead"]
    assert notice.subject == "Cardiology: evidence that runs out"
    assert "ES 1 You said, we did: Expires 28 Nov 2026" in notice.words
    assert notice.path == f"/departments/{evidence_in_preparation.department_id}/evidence/?use=newest"
    assert [line.notice for line in what_may_be_told([notice])] == [notice]
    remind_of_evidence(today=date(2026, 12, 1))
    assert Notice.objects.count() == 2


def test_every_lead_of_a_department_is_reminded(evidence_in_preparation, people):
    Membership.objects.create(
        user=people["lead.elsewhere"], role=Role.LEAD, department=evidence_in_preparation.department
    )
    EvidenceVersion.objects.update(dated=date(2026, 1, 1), review_on=TODAY)
    remind_of_evidence(today=TODAY)
    assert {notice.to for notice in Notice.objects.all()} == {people["lead"], people["lead.elsewhere"]}


def test_nothing_runs_out_and_nobody_is_written_to(evidence_in_preparation, people):
    unused = make_link(evidence_in_preparation.department, people["lead"], number=2)
    EvidenceVersion.objects.filter(evidence=unused).update(valid_until=date(2026, 1, 2))
    daily_task()
    assert Notice.objects.count() == 0


def test_what_only_an_older_assessment_rests_on_is_not_asked_for(renewing):
    EvidenceVersion.objects.update(valid_until=date(2026, 3, 2))
    remind_of_evidence(today=TODAY)
    assert Notice.objects.count() == 0
