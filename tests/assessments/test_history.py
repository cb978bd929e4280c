"""The years of a department in one view: whose, across versions of the standard, and what it costs at two sizes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment
from assessments.rules import Band, Outcome
from assessments.services.past import past_of
from assessments.services.standard_file import read_standard
from assessments.services.standards import store_standard
from assessments.workflow import Kind
from departments.models import Department
from tests.assessments.small_standard import SMALL
from tests.assessments.years import decided_in, many_years

MOST_QUERIES = 5


def history(assessment) -> str:
    return reverse("assessments:history", args=[assessment.pk])


@pytest.fixture
def versions(tmp_path, db):
    """Three versions of a small standard: in the second 1.1.1 is 1.1.3; in the third 1.1.2 is gone and 1.1.4 is new."""
    second = SMALL.replace("number: 1.1.1\n", "number: 1.1.3\n      was: 1.1.1\n")
    third = second.replace("      was: 1.1.1\n", "").replace("number: 1.1.2\n", "number: 1.1.4\n      was: ''\n")
    stored = []
    for words in (SMALL, second, third):
        file = tmp_path / "standard.yaml"
        file.write_text(words)
        stored.append(store_standard(written=read_standard(file), name="standard.yaml")[0])
    return stored


@pytest.fixture
def three_versions(versions, here, people) -> Assessment:
    """Decided in 2014, 2017 and 2020, each time by the version of then."""
    said = {"department": here.department, "people": people}
    decided_in(2014, standard=versions[0], bands={"1.1.1": "partially_compliant", "1.1.2": "non_compliant"}, **said)
    decided_in(2017, standard=versions[1], bands={"1.1.3": "compliance_plus"}, outcome=Outcome.NO_AWARD, **said)
    return decided_in(2020, standard=versions[2], kind=Kind.RECERTIFICATION, **said)


@pytest.mark.parametrize(
    ("who", "status"),
    [("contributor", 200), ("executive", 200), ("certifier", 200), ("assessor", 200), ("stranger", 404),
     ("lead.elsewhere", 404), ("assessor.unassigned", 404), ("administrator", 404)],
)  # fmt: skip
def test_who_reads_the_assessment_reads_the_years_before_it(signed_in, decided, who, status):
    assert signed_in(who).get(history(decided)).status_code == status


def test_an_element_keeps_its_years_under_another_number(three_versions, people):
    past = past_of(three_versions)
    assert [decision.year for decision in past.decisions] == [2014, 2017, 2020]
    lines = {line.number: line for line in past.lines}
    assert lines["1.1.3"].bands == [Band.PARTIALLY_COMPLIANT, Band.COMPLIANCE_PLUS, Band.COMPLIANT]
    assert lines["1.1.4"].bands == ["", "", Band.COMPLIANT]


def test_what_the_standard_has_no_longer_is_not_lost(three_versions, people, signed_in):
    gone = [line for line in past_of(three_versions).lines if not line.is_current]
    assert [(line.number, line.bands) for line in gone] == [("1.1.2", [Band.NON_COMPLIANT, Band.COMPLIANT, ""])]
    assert "Not in this version any more: Insight" in signed_in("lead").get(history(three_versions)).text


def test_the_years_are_said_in_words_too(three_versions, signed_in):
    page = signed_in("executive").get(history(three_versions)).text
    assert "Every decision since 2014" in page
    assert "From 2017 to 2020, 0 elements went up and 1 down. None is partial or non-compliant." in page
    assert "1 element never fell short in 3 decisions." in page
    assert '<span class="nhsuk-u-visually-hidden">Partially Compliant</span>' in page
    for words in ("No award", "1 June 2023", "Assessor", "Recertification 2020"):
        assert words in page


def test_filters_narrow_it_and_keep_each_other(three_versions, signed_in):
    page = signed_in("lead").get(history(three_versions) + "?show=ever&criterion=1").text
    assert "1.1.3 Know" in page
    assert "1.1.4 Ask" not in page
    assert 'href="?show=changed&amp;criterion=1"' in page
    nothing = signed_in("lead").get(history(three_versions) + "?show=weak").text
    assert "No element is like that" in nothing


def test_an_assessor_sees_the_bands_of_before_but_no_way_to_those_assessments(signed_in, decided, here, people):
    others = {**people, "assessor": people["assessor.unassigned"]}
    earlier = decided_in(2019, department=here.department, standard=decided.standard, people=others)
    page = signed_in("assessor").get(history(decided)).text
    assert "2019" in page
    assert f'href="/assessments/{decided.pk}/"' in page
    assert f'href="/assessments/{earlier.pk}/"' not in page


def test_a_later_decision_is_no_history_of_an_earlier_assessment(three_versions, people):
    first = Assessment.objects.earliest("opened_at")
    assert [decision.year for decision in past_of(first).decisions] == [2014]


def test_what_is_under_way_is_no_decision(signed_in, in_review):
    page = signed_in("lead").get(history(in_review)).text
    assert "Nothing has been decided yet" in page


def test_two_decisions_of_a_year_are_told_apart(signed_in, here, people, standard):
    said = {"department": here.department, "standard": standard, "people": people}
    decided_in(2024, outcome=Outcome.NO_AWARD, **said)
    last = decided_in(2024, **said)
    assert signed_in("lead").get(history(last)).context["labels"] == ["2024a", "2024b"]


def test_it_costs_the_same_however_many_years_there_are(signed_in, here, people, standard):
    other = Department.objects.create(trust=here.trust, name="Ward 9", treatment_function_id="320")
    few = many_years(3, department=other, standard=standard, people=people)
    many = many_years(12, department=here.department, standard=standard, people=people)
    client = signed_in("executive")
    costs = []
    for last in (few, many):
        with CaptureQueriesContext(connection) as sent:
            assert client.get(history(last)).status_code == 200
        costs.append((len(sent), sum(len(query["sql"]) for query in sent.captured_queries)))
    assert costs[0][0] == costs[1][0] <= MOST_QUERIES
    assert abs(costs[0][1] - costs[1][1]) < 20
