"""The dashboard of a trust: who sees it, what it counts, where its cells lead, and what it costs at two sizes."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.workflow import Kind, Stage
from departments.models import Blob, Department, Membership, Trust
from departments.rules import Role
from portal.dashboards import board, due, figures, heat, versions, words
from reports.models import Report, ReportState
from tests.conftest import make_person

URL = "/trusts/RKE/dashboard/"
MOST_QUERIES = 5  # session, person, trust; then departments, assessments. A version of the standard is read once.


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.fixture
def decided(proposed, people):
    """An award, decided two years ago, with its report queued."""
    assessment = cycle.decide(
        assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"], at=timezone.now() - timedelta(days=730)
    )
    Report.objects.create(assessment=assessment, requested_by=people["certifier"], requested_at=timezone.now())
    return assessment


def make_ready(assessment: Assessment) -> None:
    blob = Blob.objects.create(sha256="0" * 64, size=1)
    Report.objects.filter(assessment=assessment).update(
        state=ReportState.READY, blob=blob, finished_at=timezone.now(), pages=1
    )


def add_departments(trust: Trust, like: Assessment, number: int, *, after: int = 0) -> None:
    """Departments that each were decided once and are under way again, with tallies like another's."""
    for place in range(after, after + number):
        department = Department.objects.create(trust=trust, name=f"Ward {place:03}", treatment_function_id="320")
        said = {
            "department": department, "standard": like.standard, "body": like.body, "tallies": like.tallies,
            "opened_by": like.opened_by, "kind": Kind.INITIAL,
        }  # fmt: skip
        now = timezone.now()
        Assessment.objects.create(title="Next", opened_at=now, due_on=date(2030, 1, 1), **said)
        Assessment.objects.create(
            title="Before", opened_at=now, stage=Stage.DECIDED, outcome=Outcome.AWARD, decided_at=now,
            decided_by=like.opened_by, certified_until=date(2031, 1, 1), assessor=like.assessor, assigned_at=now,
            **said,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("executive", 200),
        ("executive.elsewhere", 404),
        ("stranger", 404),
        ("assessor", 404),
        ("lead", 403),
        ("contributor", 403),
        ("administrator", 403),
        ("certifier", 403),
    ],
)
def test_only_executives_of_the_trust_see_its_dashboard(signed_in, preparing, who, status):
    assert signed_in(who).get(URL).status_code == status


def test_a_trust_that_is_not_there_is_not_found(signed_in):
    assert signed_in("executive").get("/trusts/ZZZ/dashboard/").status_code == 404


def test_my_dashboard_leads_straight_to_the_one_trust(signed_in, people):
    assert signed_in("executive").get("/dashboard/").headers["Location"] == URL
    assert signed_in("lead").get("/dashboard/").status_code == 403


def test_who_watches_two_trusts_chooses(client, here, elsewhere):
    client.force_login(make_person("both", (Role.EXECUTIVE, here.trust), (Role.EXECUTIVE, elsewhere.trust)))
    page = client.get("/dashboard/")
    assert page.status_code == 200
    assert "/trusts/RKE/dashboard/" in page.text
    assert "/trusts/RAL/dashboard/" in page.text


def test_before_anything_is_assessed_it_says_who_begins(signed_in):
    page = signed_in("executive").get(URL).text
    assert "1 department · 0 certified · 0 under way · 1 not yet assessed" in words_of(page)
    assert "the department’s lead opens the first one" in page


def test_a_trust_without_departments_says_so(signed_in, people, here):
    Membership.objects.filter(department__trust=here.trust).delete()
    here.department.delete()
    assert "No departments yet" in signed_in("executive").get(URL).text


def test_while_it_is_prepared_the_cells_count_the_departments_own_bands(signed_in, written):
    page = signed_in("executive").get(URL).text
    assert "Own bands" in page
    assert "Customer Insight: 11 Compliant<" in page
    assert f'href="/assessments/{written.pk}/?criterion=1"' in page


def test_findings_are_not_shown_before_the_decision(signed_in, proposed):
    page = signed_in("executive").get(URL).text
    assert "Compliance Plus, 2" not in page
    assert "Customer Insight: 11 Compliant<" in page


def test_once_decided_the_cells_count_what_was_found(signed_in, decided):
    page = signed_in("executive").get(URL).text
    assert "Bands found" in page
    assert "Customer Insight: 9 Compliance Plus, 2 Compliant<" in page
    assert "The Culture of the Organisation: 10 Compliant, 1 Partially Compliant<" in page
    assert "1 department · 1 certified · 0 under way" in words_of(page)
    assert "No report yet" in page


def test_a_ready_report_is_linked(signed_in, decided):
    make_ready(decided)
    assert reverse("reports:award", args=[decided.pk]) in signed_in("executive").get(URL).text


def test_a_decision_stays_in_sight_while_the_next_assessment_is_prepared(signed_in, decided, here, people):
    again = cycle.open_assessment(
        department=here.department, title="Annual review", due_on=timezone.localdate(), by=people["lead"]
    )
    page = signed_in("executive").get(URL).text
    assert f"/assessments/{decided.pk}/?criterion=4" in page
    assert f"/assessments/{again.pk}/?criterion=4" in page
    assert "1 department · 1 certified · 1 under way" in words_of(page)
    assert "Next: Cardiology, self-assessment" in page
    assert "(today)" in page


def test_a_certificate_that_ended_certifies_nobody(here, decided):
    after = decided.certified_until + timedelta(days=1)
    (row,) = figures.standings(here.trust, today=after)
    assert figures.headline([row]).certified == 0
    first = due.first_due(row, after, versions.versions([decided.standard_id]))
    assert first is not None
    assert first.overdue
    assert first.words.startswith("Certificate ended")


@pytest.mark.parametrize(
    ("query", "shown"), [("stage=preparing", True), ("stage=decided", False), ("stage=none", False)]
)
def test_it_shows_the_departments_at_a_stage(signed_in, preparing, query, shown):
    page = signed_in("executive").get(f"{URL}?{query}").text
    assert (f"/assessments/{preparing.pk}/" in page) is shown
    assert ("No department matches" in page) is not shown


@pytest.mark.parametrize(
    "query", ["year=0000", "year=x", "year=²²²²", "stage=x", "sort=x", "page=x", "page=99", "year="]
)
def test_a_query_that_makes_no_sense_is_left_out(signed_in, preparing, query):
    assert signed_in("executive").get(f"{URL}?{query}").status_code == 200


def test_by_due_date_the_first_to_come_is_first(here, preparing):
    today = timezone.localdate()
    add_departments(here.trust, like_reviewed(preparing), 2)
    Assessment.objects.filter(department__name="Ward 001", stage=Stage.PREPARING).update(due_on=today)
    every = figures.standings(here.trust, today=today)
    assert [row.name for row in every] == ["Cardiology", "Ward 000", "Ward 001"]
    assert [row.name for row in board.in_order(every, "due", today, {})] == ["Ward 001", "Ward 000", "Cardiology"]


def like_reviewed(assessment: Assessment) -> Assessment:
    """The same, not saved, as if somebody had been assigned."""
    assessment.assessor = Membership.objects.get(role=Role.ASSESSOR, user__email="assessor@example.org").user
    return assessment


def test_more_than_fifty_departments_come_in_pages_and_the_headline_counts_all(signed_in, here, preparing):
    add_departments(here.trust, like_reviewed(preparing), 60)
    page = signed_in("executive").get(URL).text
    assert "61 departments · 60 certified · 61 under way" in words_of(page)
    assert "Ward 048" in page
    assert "Ward 049" not in page
    assert "Ward 049" in signed_in("executive").get(f"{URL}?page=2").text


def test_it_costs_five_queries_and_the_same_sql_whatever_the_size(signed_in, here, preparing):
    client, like = signed_in("executive"), like_reviewed(preparing)
    assert client.get(URL).status_code == 200  # a version of the standard is read once
    costs = []
    for number, after in ((2, 0), (37, 2)):
        add_departments(here.trust, like, number, after=after)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(URL).status_code == 200
        costs.append((len(sent), sum(len(query["sql"]) for query in sent.captured_queries)))
    small, large = costs
    assert small[0] == large[0] == MOST_QUERIES
    assert abs(large[1] - small[1]) < 50
    assert large[1] < 6500


@pytest.mark.parametrize(
    ("counts", "strength"),
    [
        ({}, 0),
        ({"": 11}, 0),
        ({"not_applicable": 1, "": 10}, 0),
        ({"compliant": 10, "non_compliant": 1}, 1),
        ({"compliance_plus": 10, "partially_compliant": 1}, 2),
        ({"compliant": 3, "": 8}, 3),
        ({"compliant": 10, "not_applicable": 1}, 4),
        ({"compliance_plus": 1, "compliant": 10}, 5),
    ],
)
def test_a_cell_is_as_strong_as_its_weakest_band(counts, strength):
    assert figures.strength(counts) == strength


def test_a_cell_says_its_counts_short_for_the_eye_and_whole_for_the_ear():
    counts = {"compliant": 9, "compliance_plus": 2, "not_applicable": 1, "": 3}
    assert words.short_counts(counts) == "2\xa0C+ · 9\xa0C · 1\xa0n/a · 3\xa0?"
    assert words.whole_counts(counts) == "2 Compliance Plus, 9 Compliant, 1 Not Applicable, 3 Not yet rated"


def test_a_criterion_of_any_wording_is_escaped():
    markup = heat.cells("/assessments/1/", {"1&": {"compliant": 1}}, heat.columns({"1&": "<b>Insight</b>"}))
    assert "<b>" not in markup
    assert "?criterion=1&amp;" in markup


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "overdue by 1 day"),
        (6, "in 6 days"),
        (21, "in 3 weeks"),
        (-100, "overdue by 3 months"),
        (800, "in 2 years"),
    ],
)
def test_how_far_off_a_day_is(days, said):
    today = date(2026, 11, 22)
    assert words.away(today + timedelta(days=days), today) == said
