"""The list of assessments: narrowed by what is asked for, and read by key from the first page to the last."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Assessment
from assessments.rules import Outcome
from assessments.workflow import Stage
from tests.assessments.years import decided_in


@pytest.fixture
def many(here, people, standard) -> list[Assessment]:
    """Thirty decided ones, ten of them without an award; two opened at the very same moment."""
    return [
        decided_in(
            1990 + number, department=here.department, standard=standard, people=people,
            outcome=Outcome.NO_AWARD if number % 3 == 0 else Outcome.AWARD,
        )
        for number in range(30)
    ]  # fmt: skip


def listed(client, query: str = ""):
    response = client.get(f"{reverse('assessments:list')}{query}")
    assert response.status_code == 200
    return response


def test_every_assessment_stands_on_one_page_and_only_one(many, signed_in, django_assert_num_queries):
    client = signed_in("certifier")
    seen: list[int] = []
    query, pages = "", 0
    while pages == 0 or query:
        with django_assert_num_queries(3):
            response = listed(client, query)
        seen += [line["row"].pk for line in response.context["lines"]]
        found = re.search(r'nhsuk-pagination__next" href="([^"]+)"', response.content.decode())
        query, pages = (found.group(1).replace("&amp;", "&") if found else ""), pages + 1
    assert pages == 2
    assert seen == [row.pk for row in reversed(many)]
    assert "First<span" in listed(client, "?after=2000-01-01T00:00:00%2B00:00_1").content.decode()


def test_it_is_narrowed_by_what_is_asked_for(many, signed_in, people):
    client = signed_in("certifier")
    asked = {
        f"?stage={Stage.DESK_REVIEW}": set(),
        "?outcome=no_award": {row.pk for row in many if row.outcome == Outcome.NO_AWARD},
        f"?year={many[3].opened_at.year}": {many[3].pk},
        "?region=Midlands": set(),
        f"?region=London&stage=decided&assessor={people['assessor'].pk}&year=1990": {many[1].pk},
        f"?assessor={people['certifier'].pk}": set(),
    }
    for query, rows in asked.items():
        assert {line["row"].pk for line in listed(client, query).context["lines"]} == rows, query
    assert "No assessment matches" in listed(client, "?region=Midlands").content.decode()


@pytest.mark.parametrize(
    "query",
    ["?stage=x", "?year=99999", "?year=%C2%B2", "?assessor=-1", "?after=x_1", "?after=2000-01-01_5",
     "?after=2000-01-01T00:00:00%2B00:00_99999999999999999999"],
)  # fmt: skip
def test_what_makes_no_sense_filters_nothing(submitted, signed_in, query):
    assert [line["row"].pk for line in listed(signed_in("certifier"), query).context["lines"]] == [submitted.pk]


def test_two_of_the_same_moment_are_told_apart_by_key(many, signed_in):
    at = many[-1].opened_at + timedelta(days=1)
    query = f"?after={at.isoformat().replace('+', '%2B')}_{many[-1].pk}"
    assert listed(signed_in("certifier"), query).context["lines"][0]["row"].pk == many[-1].pk
