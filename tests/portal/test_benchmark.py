"""A department among like departments: a position without names, nothing of fewer than five, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import Band
from departments.charts.distribution import Quarters
from departments.models import Department, TreatmentFunction, Trust
from portal.dashboards.benchmark import position, quarters_of
from tests.assessments.years import decided_in
from tests.portal.test_dashboard import words_of

MOST_QUERIES = 5  # session, person, department; then its decisions, the like departments


@pytest.fixture
def url(here) -> str:
    return f"/departments/{here.department.pk}/benchmark/"


@pytest.fixture
def add(here, standard, people, body):
    """`add(4)` adds departments like Cardiology, each in a trust of its own, decided in 2025."""

    def more(number: int, *, function: str = "320", type: str = "acute", year: int = 2025, weak: int = 3) -> None:
        for _ in range(number):
            place = Trust.objects.count()
            trust = Trust.objects.create(
                ods_code=f"X{place}", name=f"Secret Trust {place}", type=type, region="London", icb_code="QMJ",
                icb_name="North Central London", body=body,
            )  # fmt: skip
            department = Department.objects.create(
                trust=trust, name=f"Secret department {place}", treatment_function_id=function
            )
            elements = [f"1.1.{number + 1}" for number in range(3)][:weak]
            bands = dict.fromkeys(elements, Band.PARTIALLY_COMPLIANT)
            decided_in(year, department=department, standard=standard, people=people, bands=bands)

    return more


@pytest.fixture
def own(here, standard, people):
    return decided_in(2025, department=here.department, standard=standard, people=people)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200),
        ("contributor", 200),
        ("executive", 200),
        ("certifier", 200),
        ("administrator", 403),
        ("lead.elsewhere", 404),
        ("stranger", 404),
    ],
)
def test_who_sees_it(signed_in, own, url, who, status):
    assert signed_in(who).get(url).status_code == status


def test_a_body_that_took_over_a_trust_sees_nothing_of_what_another_decided(signed_in, own, here, elsewhere, url):
    Trust.objects.filter(pk=here.trust.pk).update(body=elsewhere.trust.body)
    assert "Nothing is decided yet" in signed_in("certifier.elsewhere").get(url).text
    assert "Nothing is decided yet" not in signed_in("lead").get(url).text


def test_before_a_decision_it_says_what_it_is_for(signed_in, preparing, url):
    assert "Nothing is decided yet" in signed_in("lead").get(url).text


@pytest.mark.parametrize(("others", "shown"), [(0, False), (4, False), (5, True), (6, True)])
def test_fewer_than_five_others_say_nothing(signed_in, own, add, url, others, shown):
    add(others)
    page = signed_in("lead").get(url).text
    assert ("Too few to say" in page) is not shown
    assert ("like departments are below" in page) is shown
    assert ("94.7%" in page or "94%" in page) is shown


def test_it_says_where_the_department_stands_and_names_nobody(signed_in, own, add, url):
    add(6)
    page = signed_in("lead").get(url).text
    assert (
        "57 of 57 elements were found at or above Compliant: in the highest quarter of 6 like departments"
        in words_of(page)
    )
    assert "Secret" not in page


@pytest.mark.parametrize("other", [{"function": "810"}, {"type": "mental_health"}, {"year": 2023}])
def test_only_like_departments_of_the_year_count(signed_in, own, add, url, other):
    TreatmentFunction.objects.create(code="810", name="Pharmacy Service", short_name="Pharmacy")
    add(4)
    add(3, **other)
    assert "Too few to say" in signed_in("lead").get(url).text


def test_five_assessments_of_fewer_departments_are_too_few(signed_in, own, add, url, standard, people):
    add(4)
    department = Department.objects.get(name__startswith="Secret department 2")
    decided_in(2025, department=department, standard=standard, people=people)
    assert "Too few to say" in signed_in("lead").get(url).text


def test_an_earlier_year_can_be_chosen(signed_in, here, own, add, url, standard, people):
    decided_in(2023, department=here.department, standard=standard, people=people, bands={"2.1.1": Band.NON_COMPLIANT})
    add(5, year=2023, weak=0)
    client = signed_in("lead")
    assert "Too few to say" in client.get(url).text
    page = words_of(client.get(f"{url}?year={own.opened_at.year - 2}").text)
    assert "56 of 57 elements were found at or above Compliant: in the lowest quarter of 5 like departments" in page
    assert client.get(f"{url}?year=x").status_code == 200


def test_corporate_services_are_set_beside_nobody(signed_in, here, standard, people):
    corporate = Department.objects.create(trust=here.trust, name="Corporate services", is_corporate=True)
    decided_in(2025, department=corporate, standard=standard, people=people)
    page = signed_in("executive").get(f"/departments/{corporate.pk}/benchmark/").text
    assert "There is nothing like it" in page


def test_the_departments_page_leads_there(signed_in, own, url):
    for who, leads in (("lead", True), ("executive", True), ("administrator", False)):
        assert (url in signed_in(who).get(url.replace("benchmark/", "")).text) is leads


def test_it_costs_the_same_whatever_the_size(signed_in, own, add, url):
    client, costs = signed_in("lead"), []
    for number in (5, 6):
        add(number)
        with CaptureQueriesContext(connection) as sent:
            client.get(url)
        costs.append((len(sent), sum(len(query["sql"]) for query in sent.captured_queries)))
    assert costs[0] == costs[1]
    assert costs[0][0] == MOST_QUERIES


@given(st.dictionaries(st.integers(0, 100), st.integers(-1, 40)))
def test_quarters_are_in_order_and_within_the_shares(levels):
    found = quarters_of(levels)
    number = sum(max(0, count) for count in levels.values())
    assert (found is None) is (number < 5)
    if found:
        known = [level for level, count in levels.items() if count > 0]
        assert min(known) <= found.lower <= found.middle <= found.upper <= max(known)
        assert found.size == number


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (79.9, "in the lowest quarter"),
        (80, "in the middle half"),
        (95, "in the middle half"),
        (95.1, "in the highest quarter"),
    ],
)
def test_a_position_is_no_rank(share, said):
    assert position(Quarters(80, 90, 95, 9), share) == said
