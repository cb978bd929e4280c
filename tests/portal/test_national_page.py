"""The national page: a body's own sums by year, each with its list, in five queries however large the country is."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Rollup
from assessments.workflow import Stage
from departments.models import CertificationBody, Trust, User
from departments.rules import Role
from portal.dashboards.national import PAGE_ROWS, Country, assessors, country, judged, named, sums
from portal.dashboards.national_page import sums_part
from portal.national.seeding import seed_national
from tests.conftest import make_person

NATIONAL = "portal:national"


@pytest.fixture
def certifier(db) -> User:
    """Of a small country with twelve years."""
    seed_national(seed=2009, trusts=1)
    return User.objects.get(email="certifier.1@national.example")


def page(user: User, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    response = client.get(f"{reverse(NATIONAL)}{query}")
    assert response.status_code == 200
    return response.content.decode()


def of(user: User, year: int | None = None) -> Country:
    return country(sums(user, year))


def test_a_body_sees_its_own_sums_and_no_other(decided, signed_in, people):
    here = signed_in("certifier").get(reverse(NATIONAL)).content.decode()
    assert "<strong>1 of 1</strong>" in here
    assert "2.2.3" in here
    assert people["assessor"].name in here
    elsewhere = signed_in("certifier.elsewhere").get(reverse(NATIONAL)).content.decode()
    assert "Nothing to count yet" in elsewhere
    assert people["assessor"].name not in elsewhere


def test_nobody_but_a_certifier_opens_it(decided, signed_in):
    for who in ("assessor", "executive", "lead", "administrator", "contributor", "stranger"):
        assert signed_in(who).get(reverse(NATIONAL)).status_code == 403


def test_home_leads_there(signed_in):
    address = f'href="{reverse(NATIONAL)}"'
    assert address in signed_in("certifier").get(reverse("portal:home")).content.decode()
    assert address not in signed_in("executive").get(reverse("portal:home")).content.decode()


def test_each_number_of_the_pipeline_leads_to_as_many_assessments(certifier):
    client = Client()
    client.force_login(certifier)
    cells = re.findall(
        r'<td><a href="(/assessments/\?[^"]*stage=\w+)">([\d,]+)</a>',
        page(certifier, f"?year={timezone.localdate().year}"),
    )
    assert cells
    for address, number in cells:
        lines = client.get(address.replace("&amp;", "&")).context["lines"]
        assert len(lines) == min(int(number.replace(",", "")), 25)


def test_the_figures_are_those_of_the_rows(certifier):
    told = of(certifier)
    known = Assessment.objects.exclude(stage=Stage.PREPARING).exclude(stage=Stage.WITHDRAWN, submitted_at=None)
    assert sum(sum(stages.values()) for stages in told.pipeline().values()) == known.count()
    weak = told.weakest()
    assert weak == sorted(weak, key=lambda one: -one.below / one.rated)
    assert {theme.number.count(".") for theme in told.themes()} == {1}
    found = judged(assessors(certifier, None, after=""), told.everybody())
    assert [one.name for one in found] == sorted(one.name for one in found)
    assert sum(one.decided for one in found) == sum(sum(each.values()) for each in told.outcomes().values())


def test_a_year_counts_what_was_opened_in_it(certifier):
    first = min(Rollup.objects.values_list("year", flat=True))
    told = of(certifier, first)
    assert sum(sum(stages.values()) for stages in told.pipeline().values()) == 20
    assert of(certifier, 1999).pipeline() == {}
    assert "Nothing to count yet" in page(certifier, "?year=1999")
    for nonsense in ("?year=x", "?year=0000", "?year=99999", "?after=x.99999999999999"):
        page(certifier, nonsense)


def test_assessors_are_read_by_key(certifier):
    body = CertificationBody.objects.get(trusts__isnull=False)
    for number in range(PAGE_ROWS * 2):
        make_person(f"assessor.{number:02}", (Role.ASSESSOR, body))
    seen: list[str] = []
    after = ""
    while rows := assessors(certifier, None, after=after):
        seen += [f"{row.name}.{row.pk}" for row in rows[:PAGE_ROWS]]
        after = seen[-1]
    assert len(seen) == len(set(seen)) == 4 + PAGE_ROWS * 2
    assert seen == sorted(seen, key=lambda name: (name.rpartition(".")[0], int(name.rpartition(".")[2])))


def test_five_queries_and_no_more_for_names_once_read(certifier, django_assert_num_queries):
    client = Client()
    client.force_login(certifier)
    named.cache_clear()
    sums_part.cache_clear()
    with django_assert_num_queries(5):
        client.get(reverse(NATIONAL))
    with django_assert_num_queries(4):
        client.get(f"{reverse(NATIONAL)}?year={timezone.localdate().year}")


def test_no_trust_is_named(certifier):
    shown = page(certifier)
    assert not [name for name in Trust.objects.values_list("name", flat=True) if name in shown]
