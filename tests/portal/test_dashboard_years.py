"""The dashboard at another time and through its filters: what it shows, and where its figures lead."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.gap import Difference
from assessments.models import Gap, PracticeCase
from assessments.practising import CaseState, Source
from assessments.rules import Band
from assessments.workflow import Kind
from departments.models import Department, TreatmentFunction
from portal.dashboards import figures, versions
from portal.dashboards.choices import Choices, choices
from portal.dashboards.figures import Standing
from portal.dashboards.verdicts import change_words, share_words, verdict_words
from tests.assessments.years import decided_in
from tests.portal.test_dashboard import MOST_QUERIES, URL, words_of

TODAY = date(2026, 11, 28)


@pytest.fixture
def years(here, standard, people):
    """Cardiology was decided in 2020, 2023 and 2025, each time with one partial less."""
    weak = ["1.1.1", "2.1.1", "3.1.1"]
    said = {"department": here.department, "standard": standard, "people": people}
    return {
        year: decided_in(year, bands=dict.fromkeys(weak[place:], Band.PARTIALLY_COMPLIANT), kind=kind, **said)
        for place, (year, kind) in enumerate(
            {2020: Kind.INITIAL, 2023: Kind.RECERTIFICATION, 2025: Kind.ANNUAL_REVIEW_1}.items()
        )
    }


@pytest.fixture
def pharmacy(here):
    TreatmentFunction.objects.create(code="810", name="Pharmacy Service", short_name="Pharmacy")
    return Department.objects.create(trust=here.trust, name="Pharmacy", treatment_function_id="810")


def of_cardiology(here, **asked) -> Standing:
    (row,) = [row for row in figures.standings(here.trust, today=TODAY, **asked) if row.name == "Cardiology"]
    return row


@pytest.mark.parametrize(("year", "decided_in_year"), [(None, 2025), (2024, 2023), (2023, 2023), (2022, 2020)])
def test_at_the_end_of_a_year_the_last_decision_by_then_stands(here, years, year, decided_in_year):
    row = of_cardiology(here, year=year)
    assert row.decided is not None
    assert row.decided.pk == years[decided_in_year].pk
    assert row.decided.bands["2"] == years[decided_in_year].tallies["2"]["found"]


def test_before_the_first_decision_nothing_stood(here, years, signed_in):
    assert of_cardiology(here, year=2019).lines == ()
    assert "Nothing was decided by the end of 2019" in signed_in("executive").get(f"{URL}?year=2019").text


def test_a_certificate_counts_on_the_last_day_of_its_year(here, years):
    assert of_cardiology(here, year=2022).certified_until == date(2023, 6, 1)
    assert of_cardiology(here).certified_until == date(2028, 6, 1)
    assert figures.headline([of_cardiology(here, year=2019)]).certified == 0


@pytest.mark.parametrize(("year", "compare"), [(None, 2022), (2023, 2020), (2020, 2023), (2024, 2024)])
def test_two_times_stand_beside_each_other(here, years, year, compare):
    by_then = {None: 2025, 2024: 2023, 2023: 2023, 2022: 2020, 2020: 2020}
    row = of_cardiology(here, year=year, compare=compare)
    assert row.decided is not None
    assert row.before is not None
    assert row.decided.pk == years[by_then[year]].pk
    assert row.before.pk == years[by_then[compare]].pk


def test_the_page_says_how_far_a_department_came(signed_in, years):
    with time_machine.travel(TODAY):
        page = words_of(signed_in("executive").get(f"{URL}?compare=2022").text)
    assert "Bands found, as at the end of 2022 (decided 1 June 2020)" in page
    assert "98.2% at or above Compliant" in page
    assert "94.7% at or above Compliant" in page
    assert "Up 3.5 points since the end of 2022" in page
    assert "1 of 10 partials used" in page


def test_a_change_is_told_from_the_shares_as_they_are_shown(here, years):
    row = of_cardiology(here, compare=2022)
    assert row.decided
    assert row.before
    assert change_words(row.before, row.decided, 2025) == "Down 3.5 points since the end of 2025"
    assert change_words(row.decided, row.decided, 2025) == "The same decision as at the end of 2025"
    assert (share_words(row.decided), share_words(row.before)) == (
        "98.2% at or above Compliant", "94.7% at or above Compliant",
    )  # fmt: skip
    known = versions.versions([row.decided.standard])
    assert verdict_words(row.before, known) == "3 of 10 partials used"


def test_the_next_review_of_the_cycle_is_due(signed_in, years):
    with time_machine.travel(TODAY):
        page = words_of(signed_in("executive").get(URL).text)
    assert "Annual review 2, by 1 June 2026 (overdue by 5 months)" in page


def test_it_shows_the_departments_of_a_type_and_at_a_site(signed_in, here, years, pharmacy, services_and_sites):
    client = signed_in("executive")
    site = services_and_sites[0].sites.get()
    for query, shown in {
        "type=810": (False, True), "type=320": (True, False), f"site={site.pk}": (True, False),
        "stage=certified": (True, False), "stage=none": (False, True), "type=320&stage=none": (False, False),
    }.items():  # fmt: skip
        page = client.get(f"{URL}?{query}").text
        found = tuple(reverse("departments:detail", args=[row.pk]) in page for row in (here.department, pharmacy))
        assert found == shown, query


def test_it_shows_one_criterion(signed_in, years):
    page = signed_in("executive").get(f"{URL}?criterion=2").text
    assert "The Culture of the Organisation: " in page
    assert "Customer Insight: " not in page


def test_the_figures_of_the_headline_lead_to_what_they_count(signed_in, years, pharmacy):
    client = signed_in("executive")
    assert '<a href="?stage=certified">1 certified</a>' in client.get(URL).text
    assert '<a href="?stage=none">1 not yet assessed</a>' in client.get(URL).text
    assert '<a href="?stage=certified&amp;year=2022">1 certified</a>' in client.get(f"{URL}?year=2022").text


def test_published_good_practice_is_counted_and_led_to(signed_in, here, years, people):
    element = years[2025].standard.elements.get(number="4.3.4")
    said = {"element": element, "body": here.trust.body, "what": "A board.", "why": "Seen.", "results": "Fewer calls."}
    finding = years[2025].findings.get(element=element)
    own = {"department": here.department, "finding": finding, "source": Source.NHS, "contact": "Matron"}
    agreed = {"consented_by": people["lead"], "consented_at": years[2025].decided_at}
    published = {"published_by": people["certifier"], "published_at": years[2025].decided_at}
    PracticeCase.objects.create(title="A board", state=CaseState.PUBLISHED, **said, **own, **agreed, **published)
    outside = {"organisation": "A shop", "link": "https://www.example.org/", "source": Source.RETAILER}
    PracticeCase.objects.create(title="A quiet hour", state=CaseState.PUBLISHED, **said, **outside, **published)
    client = signed_in("executive")
    url = f"{reverse('assessments:practice')}?department={here.department.pk}"
    assert f'<a href="{url}">1 good practice case</a>' in client.get(URL).text
    listed = client.get(url).text
    assert "A board" in listed
    assert "A quiet hour" not in listed
    assert "1 case of Cardiology, Whittington Health NHS Trust" in words_of(listed)


def test_gaps_with_patients_are_counted_and_led_to(signed_in, with_figures):
    first, second, *others = Gap.objects.filter(assessment=with_figures).values_list("pk", flat=True)
    Gap.objects.filter(pk__in=[first, second]).update(difference=Difference.OWN_HIGHER)
    Gap.objects.filter(pk__in=others).update(difference=Difference.AGREE)
    client = signed_in("executive")
    url = f"{reverse('assessments:gaps', args=[with_figures.pk])}?show=gap"
    assert f'<a href="{url}">2 gaps: patients rate lower</a>' in client.get(URL).text
    assert len(client.get(url).context["lines"]) == 2
    assert "patients rate lower" not in client.get(f"{URL}?year=2024").text


@pytest.mark.parametrize("query", ["", "?compare=2022", "?year=2023&compare=2020", "?type=320&sort=share"])
def test_every_view_costs_the_same(signed_in, years, query):
    client = signed_in("executive")
    client.get(URL)
    with CaptureQueriesContext(connection) as sent:
        client.get(f"{URL}{query}")
    assert len(sent) == MOST_QUERIES


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ({}, Choices()),
        ({"year": "2026"}, Choices()),
        ({"year": "2027"}, Choices()),
        ({"year": "2024", "compare": "2024"}, Choices(year=2024)),
        ({"site": "²"}, Choices()),
        ({"site": "1", "sort": "share", "stage": "x"}, Choices(site=1, sort="share")),
    ],
)
def test_what_makes_no_sense_is_left_out(asked, understood):
    assert choices(asked, TODAY) == understood


def test_choices_are_kept_in_an_address():
    asked = Choices(stage="certified", site=3, year=2024)
    assert asked.query == "?stage=certified&site=3&year=2024"
    assert Choices().query == ""
