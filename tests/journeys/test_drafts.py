"""A long text that has no record yet is kept by the server as it is typed, and found on another device."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Query
from departments.models import Draft

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "Which wards did the survey of March reach?"


def test_a_question_begun_on_one_device_is_sent_from_another(arrive, in_review):
    address = reverse("assessments:query_ask", args=[in_review.pk, "4.3.4"])
    desk = arrive("assessor")
    desk.goto(address)
    desk.get_by_label("Your question").fill(QUESTION)
    expect(desk.get_by_role("status").filter(has_text="Draft kept at")).to_be_visible()
    assert Draft.objects.get().values["text"] == QUESTION
    tablet = arrive("assessor", 390)
    tablet.goto(address)
    expect(tablet.get_by_text("We kept what you typed at")).to_be_visible()
    tablet.get_by_role("button", name="Restore it").click()
    expect(tablet.get_by_label("Your question")).to_have_value(QUESTION)
    tablet.get_by_role("button", name="Ask", exact=True).click()
    tablet.wait_for_url(lambda url: not url.endswith("/ask/"))
    assert [query.element.number for query in Query.objects.select_related("element")] == ["4.3.4"]
    assert not Draft.objects.exists()


def test_a_line_that_comes_back_brings_the_draft(arrive, in_review, complaints):
    page = arrive("assessor")
    page.goto(reverse("assessments:query_ask", args=[in_review.pk, "4.3.4"]))
    page.context.set_offline(True)
    page.get_by_label("Your question").fill(QUESTION)
    expect(page.get_by_role("status").filter(has_text="No connection. What you typed is kept")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="Draft kept at")).to_be_visible(timeout=25_000)
    assert Draft.objects.get().values["text"] == QUESTION
    complaints[:] = [words for words in complaints if not words.startswith("Failed to load resource")]
