"""The alignment of corporate and departments: who sees it, what it counts, where it leads, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.alignment import Aligned, Stance
from assessments.models import Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.corporate import take_stance
from departments.models import Department, Trust
from portal.dashboards.alignment import Alignment, alignment_of
from tests.assessments.corporate_cast import element_of, make_corporate
from tests.portal.test_dashboard import words_of

URL = "/trusts/RKE/alignment/"
MOST_QUERIES = 7  # session, person, trust; then corporate, departments, elements, statements


def at(trust: Trust, number: str) -> Aligned:
    """Where everybody stands at an element of a trust that has a corporate assessment."""
    line = of(trust).line(number)
    assert line is not None
    return line.at


def of(trust: Trust) -> Alignment:
    found = alignment_of(trust)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("who", "status"),
    [("executive", 200), ("executive.elsewhere", 404), ("lead", 403), ("administrator", 403), ("assessor", 404)],
)
def test_only_executives_of_the_trust_see_it(signed_in, preparing, corporate, who, status):
    assert signed_in(who).get(URL).status_code == status


def test_without_a_corporate_assessment_it_says_what_it_is_for(signed_in, preparing):
    assert "No corporate assessment yet" in signed_in("executive").get(URL).content.decode()


def test_without_a_department_under_assessment_it_says_who_begins(signed_in, corporate):
    assert "No department is assessed yet" in signed_in("executive").get(URL).content.decode()


def add_departments(here, people, number, band, *, after=0):
    for place in range(after, after + number):
        department = Department.objects.create(trust=here.trust, name=f"Ward {place:03}", treatment_function_id="320")
        assessment = cycle.open_assessment(department=department, title="First", by=people["lead"])
        Statement.objects.filter(assessment=assessment, element__number="2.2.3").update(band=band)


def test_it_counts_who_stands_where_and_names_the_best_improvement(signed_in, here, preparing, corporate, people):
    corporate.says("We train once.", number="2.2.3", band=Band.PARTIALLY_COMPLIANT)
    add_departments(here, people, 3, Band.PARTIALLY_COMPLIANT)
    Statement.objects.filter(assessment=preparing, element__number__in=["2.2.3", "4.3.4"]).update(band=Band.COMPLIANT)
    take_stance(
        assessment=preparing, element=element_of(preparing), stance=Stance.CONTRADICTED, note="Ours differ.",
        version=0, corporate_version=1, by=people["lead"],
    )  # fmt: skip
    found, row = of(here.trust), at(here.trust, "2.2.3")
    assert found.best == found.line("2.2.3")
    assert (len(row.weak), row.above, row.rated) == (3, ("Cardiology",), 4)
    other = at(here.trust, "4.3.4")
    assert other.together == other.contradicting == ("Cardiology",)
    shown = signed_in("executive").get(URL, {"element": "2.2.3"}).content.decode()
    assert "weak in 3 of 4 departments" in shown
    ward = found.assessments["Ward 001"]
    assert reverse("assessments:element", args=[ward, "2.2.3"]) in shown


@pytest.mark.parametrize(
    ("query", "lines"),
    [({}, 57), ({"show": "differ"}, 1), ({"show": "weak"}, 0), ({"criterion": "none"}, 0), ({"show": "what"}, 57)],
)
def test_it_is_narrowed(signed_in, preparing, corporate, query, lines):
    Statement.objects.filter(assessment=preparing, element__number="4.3.4").update(band=Band.NON_COMPLIANT)
    answer = signed_in("executive").get(URL, {"element": "no such", **query})
    assert len(answer.context["lines"]) == lines


def test_what_the_assessor_found_counts_once_it_is_decided(here, decided, corporate):
    assert at(here.trust, "2.2.3").weak == ("Cardiology",)  # found partial, though it called itself compliant


def test_it_costs_the_same_however_many_departments(signed_in, here, preparing, corporate, people):
    client = signed_in("executive")
    client.get(URL)
    for number in (1, 12):
        add_departments(here, people, number, Band.COMPLIANT, after=number)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(URL).status_code == 200
        assert len(asked) == MOST_QUERIES


def test_another_trusts_departments_are_in_no_figure(here, elsewhere, people, preparing, corporate):
    make_corporate(elsewhere.trust)
    cycle.open_assessment(department=elsewhere.department, title="Theirs", by=people["lead.elsewhere"])
    assert list(of(here.trust).assessments.values()) == [preparing.pk]


def test_the_dashboard_marks_corporate_and_leaves_it_out_of_its_figures(signed_in, preparing, corporate):
    shown = signed_in("executive").get("/trusts/RKE/dashboard/").content.decode()
    assert "Corporate: speaks for the whole trust" in shown
    assert "1 department · 0 certified · 1 under way" in words_of(shown)
    assert URL in shown
