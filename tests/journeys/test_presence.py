"""Two people write on one element, each in a browser of their own, and see each other."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_on_one_element_see_each_other(arrive, preparing):
    address = reverse("assessments:element", args=[preparing.pk, "4.3.4"])
    contributor = arrive("contributor")
    contributor.goto(address)
    contributor.wait_for_load_state("networkidle")
    lead = arrive("lead")
    lead.goto(address)
    expect(lead.get_by_role("status").filter(has_text="Contributor is on this element too")).to_be_visible()
    expect(contributor.get_by_text("Lead is on this element too")).to_be_visible(timeout=25_000)
