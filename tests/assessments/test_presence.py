"""A colleague on the same element is seen, and only by those of the same side."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.models import Presence
from assessments.services.presence import be_here
from tests.races import at_once

pytestmark = pytest.mark.django_db


def here(signed_in, who, assessment, number="4.3.4"):
    return signed_in(who).post(reverse("assessments:presence", args=[assessment.pk, number]))


def test_a_colleague_on_the_same_element_is_named(signed_in, preparing):
    assert "is on this element" not in here(signed_in, "contributor", preparing).text
    assert "Contributor is on this element too" in here(signed_in, "lead", preparing).text
    assert "Lead is on this element too" in here(signed_in, "contributor", preparing).text
    assert "is on this element" not in here(signed_in, "lead", preparing, "4.3.5").text


def test_somebody_who_gives_no_sign_has_left(signed_in, preparing):
    here(signed_in, "contributor", preparing)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "is on this element" not in here(signed_in, "lead", preparing).text


def test_who_comes_back_is_there_since_then(preparing, people):
    element = preparing.standard.elements.get(number="4.3.4")
    be_here(assessment=preparing, element=element, reviews=False, by=people["lead"])
    came_back = timezone.now() + timedelta(minutes=10)
    with time_machine.travel(came_back):
        be_here(assessment=preparing, element=element, reviews=False, by=people["lead"])
    assert Presence.objects.get().since >= came_back
    with time_machine.travel(came_back + timedelta(hours=2)):
        be_here(assessment=preparing, element=element, reviews=False, by=people["contributor"])
    assert Presence.objects.get().user == people["contributor"]


def test_a_department_never_learns_when_its_assessor_reads_nor_the_other_way_round(signed_in, in_review):
    for who in ("lead", "contributor", "assessor", "certifier"):
        here(signed_in, who, in_review)
    departments = here(signed_in, "lead", in_review).text
    assert "Contributor is" in departments
    assert "Assessor" not in departments
    assert "Certifier" not in departments
    bodys = here(signed_in, "assessor", in_review).text
    assert "Certifier is" in bodys
    assert "Lead" not in bodys
    assert "Contributor" not in bodys


def test_who_only_reads_is_seen_by_nobody(signed_in, preparing):
    here(signed_in, "lead", preparing)
    assert here(signed_in, "executive", preparing).text == ""
    assert not Presence.objects.filter(user__email="executive@example.org").exists()


def test_a_stranger_gets_404_and_leaves_nothing(signed_in, preparing):
    assert here(signed_in, "lead.elsewhere", preparing).status_code == 404
    assert here(signed_in, "lead", preparing, "9.9.9").status_code == 404
    assert not Presence.objects.exists()


def test_an_ended_session_is_told_quietly_and_keeps_no_words(client, preparing):
    answer = client.post(reverse("assessments:presence", args=[preparing.pk, "4.3.4"]), headers={"X-Presence": "1"})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, False)
    assert "kept_words" not in client.session


def test_a_sign_costs_few_questions(signed_in, preparing, django_assert_num_queries):
    here(signed_in, "contributor", preparing)
    client = signed_in("lead")
    address = reverse("assessments:presence", args=[preparing.pk, "4.3.4"])
    client.post(address)
    with django_assert_num_queries(8):  # session, person, assessment, element, a savepoint and its end, sign, others
        client.post(address)


@pytest.mark.django_db(transaction=True)
def test_ten_signs_at_once_are_one(preparing, people):
    element = preparing.standard.elements.get(number="4.3.4")
    at_once(*[lambda: be_here(assessment=preparing, element=element, reviews=False, by=people["lead"])] * 10)
    assert Presence.objects.count() == 1
