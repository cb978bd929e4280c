"""A trust's twelve years and what is due there: who sees them, what they count, and where their figures lead."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import EvidenceVersion, Standard
from assessments.rules import Band
from assessments.services.standard_file import read_standard
from assessments.services.standards import store_standard
from departments.models import Department
from portal.dashboards import rows, trend, versions
from portal.dashboards.rows import Decided
from portal.dashboards.versions import Version
from tests.assessments.small_standard import SMALL
from tests.assessments.years import decided_in, many_years
from tests.portal.test_dashboard import words_of

TREND = "/trusts/RKE/dashboard/trend/"
DUE = "/trusts/RKE/dashboard/due/"
TODAY = date(2026, 11, 28)
MOST_QUERIES = 5
KNOWN = {pk: Version("cse", pk, "Excellence", {}, {}, {}) for pk in (1, 2)}


def decision(year: int, *, department: int = 1, standard: int = 1, good: int = 3, weak: int = 1) -> Decided:
    return Decided(department, year, standard, {"1": {"compliant": good, "partially_compliant": weak, "": 2}})


@pytest.mark.parametrize("url", [TREND, DUE, f"{TREND}?part", f"{DUE}?part", "/trusts/RKE/alignment/?part"])
@pytest.mark.parametrize(
    ("who", "status"), [("executive", 200), ("executive.elsewhere", 404), ("lead", 403), ("administrator", 403)]
)
def test_only_executives_of_the_trust_see_them(signed_in, preparing, url, who, status):
    assert signed_in(who).get(url).status_code == status


def test_every_year_shows_the_last_decision_by_its_end():
    decisions = [decision(2023, good=1, weak=3), decision(2025, good=4, weak=0)]
    years = trend.years(decisions, KNOWN, today=TODAY)
    assert [(one.year, one.share, one.decided) for one in years] == [
        (2023, 25, 1), (2024, 25, 0), (2025, 100, 1), (2026, 100, 0),
    ]  # fmt: skip


def test_departments_are_summed_by_their_elements():
    decisions = [decision(2025, good=1, weak=0), decision(2025, department=2, good=1, weak=2)]
    (year, _now) = trend.years(decisions, KNOWN, today=TODAY)
    assert (year.good, year.rated, year.departments) == (2, 4, 2)


def test_it_begins_twelve_years_ago_with_what_stood_then():
    years = trend.years([decision(2009), decision(2020)], KNOWN, today=TODAY)
    assert [one.year for one in years] == list(range(2015, 2027))
    assert years[0].share == 75
    assert years[0].decided == 0


def test_a_new_version_is_marked_where_it_was_first_decided_on():
    decisions = [decision(2022), decision(2024, department=2, standard=2), decision(2025, standard=2)]
    years = trend.years(decisions, KNOWN, today=TODAY)
    assert {one.year: one.new for one in years if one.new} == {2024: ("Excellence, version 2",)}
    assert "Excellence, version 2" in trend.chart(years).svg


def test_a_year_with_nothing_rated_is_unknown_and_no_zero():
    years = trend.years([Decided(1, 2025, 1, {"1": {"": 4}})], KNOWN, today=TODAY)
    assert years[0].share is None
    assert trend.chart(years).table.rows[0][1] == "unknown"


def test_the_trend_adds_up_to_what_was_found(here, standard, people):
    many_years(4, department=here.department, standard=standard, people=people)
    decisions = rows.decisions(here.trust.pk)
    years = trend.years(decisions, versions.versions([standard.pk]), today=TODAY)
    assert [(one.year, one.good, one.rated) for one in years] == [
        (2022, 57, 57), (2023, 56, 57), (2024, 57, 57), (2025, 56, 57), (2026, 56, 57),
    ]  # fmt: skip


def test_each_year_opens_the_dashboard_of_its_end(signed_in, here, standard, people):
    many_years(3, department=here.department, standard=standard, people=people)
    client = signed_in("executive")
    with time_machine.travel(TODAY):
        page = client.get(f"{TREND}?type=320").text
        assert "/trusts/RKE/dashboard/?type=320&amp;year=2024" in page
        assert "98.2%" in page
        assert "98.2% at or above Compliant" in words_of(client.get("/trusts/RKE/dashboard/?type=320&year=2024").text)


def test_it_can_be_narrowed_to_a_criterion(signed_in, here, standard, people):
    many_years(2, department=here.department, standard=standard, people=people)
    page = signed_in("executive").get(f"{TREND}?criterion=1").text
    assert "10 of 11" in page
    assert "How it came along: Customer Insight" in page


def test_before_a_decision_it_says_what_it_is_for(signed_in, preparing):
    assert "Nothing is decided yet" in signed_in("executive").get(TREND).text
    assert "Nothing is decided yet" in signed_in("executive").get(f"{TREND}?part").text


def test_decisions_on_another_standard_count_too(here, standard, people, tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    small = store_standard(written=read_standard(file), name="small.yaml")[0]
    said = {"department": here.department, "people": people}
    decided_in(2022, standard=standard, **said)
    decided_in(2025, standard=small, **said)
    known = versions.versions(Standard.objects.values_list("pk", flat=True))
    years = trend.years(rows.decisions(here.trust.pk), known, today=TODAY)
    assert years[-1].rated == small.elements.count()
    assert years[3].new == (str(known[small.pk]),)


# --- What is due
def test_evidence_that_runs_out_is_counted_and_led_to(signed_in, here, evidence_in_preparation):
    client = signed_in("executive")
    library = reverse("assessments:library", args=[here.department.pk])
    for days, said, link in (
        (-1, "1 piece of evidence out of date", f"{library}?use=newest&amp;standing=expired"),
        (59, "1 piece of evidence expires within 60 days", f"{library}?use=newest&amp;standing=expires"),
    ):
        EvidenceVersion.objects.update(dated=TODAY - timedelta(days=90), valid_until=TODAY + timedelta(days=days))
        with time_machine.travel(TODAY):
            assert said in words_of(client.get(f"{DUE}?part").text)
            assert link in client.get(DUE).text
            assert evidence_in_preparation.title in client.get(link.replace("&amp;", "&")).text
    EvidenceVersion.objects.update(valid_until=TODAY + timedelta(days=61))
    with time_machine.travel(TODAY):
        assert "0 pieces of evidence expire within 60 days" in words_of(client.get(DUE).text)


def test_evidence_that_the_newest_assessment_leaves_out_is_not_counted(
    signed_in, here, people, evidence_in_preparation
):
    EvidenceVersion.objects.update(dated=TODAY - timedelta(days=90), valid_until=TODAY - timedelta(days=1))
    evidence_in_preparation.uses.all().delete()
    with time_machine.travel(TODAY):
        assert "0 pieces of evidence out of date" in words_of(signed_in("executive").get(DUE).text)


def test_the_next_review_and_the_certificate_of_each_department(signed_in, here, standard, people):
    decided_in(2025, department=here.department, standard=standard, people=people)
    with time_machine.travel(TODAY):
        page = words_of(signed_in("executive").get(DUE).text)
    assert "Annual review 1, by 1 June 2026 (overdue by 5 months)" in page
    assert "until 1 June 2028" in page
    assert "1 self-assessment or review overdue" in page
    assert "0 certificates end within a year" in page


@pytest.mark.parametrize(("url", "more"), [(TREND, 0), (DUE, 1)])
def test_they_cost_the_same_whatever_the_size(signed_in, here, standard, people, url, more):
    """What is due asks for the evidence besides; the dashboard itself does not."""
    client = signed_in("executive")
    said = {"standard": standard, "people": people, "bands": {"1.1.1": Band.PARTIALLY_COMPLIANT}}
    decided_in(2025, department=here.department, **said)
    client.get(url)
    for number in (1, 6):
        for place in range(number):
            other = Department.objects.create(trust=here.trust, name=f"{number} {place}", treatment_function_id="320")
            decided_in(2024, department=other, **said)
        with CaptureQueriesContext(connection) as sent:
            client.get(url)
        assert len(sent) == MOST_QUERIES + more
