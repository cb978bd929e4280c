"""A long text that has no record yet is kept by the server as it is typed, and found on another device."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from assessments.models import Assessment, Query
from departments.models import Draft
from tests.conftest import PASSWORD

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
    tablet.wait_for_load_state("networkidle")  # the next test empties the tables that the page still asks for
    assert [query.element.number for query in Query.objects.select_related("element")] == ["4.3.4"]
    assert not Draft.objects.with_words().exists()


def test_words_on_their_way_while_the_form_is_sent_are_not_offered_again(arrive, in_review):
    """The page has sent a draft; the form overtakes it, and the server hears of the draft only then."""
    page = arrive("assessor")
    words = open_question(page, in_review)
    held: list[Route] = []
    page.route("**/drafts/", lambda route: held.append(route))
    with page.expect_request("**/drafts/") as sent:
        words.fill(QUESTION)
    late = sent.value.post_data
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/ask/"))
    page.unroute("**/drafts/")
    answer = page.request.post(
        "/drafts/", data=late, headers={"Content-Type": "application/x-www-form-urlencoded", "X-Draft": "1"}
    )
    assert answer.json() == {}
    words = open_question(page, in_review)
    expect(page.get_by_text("We kept what you typed")).not_to_be_visible()
    words.fill("And which of them answered?")
    expect(kept(page)).to_be_visible()
    assert Draft.objects.get().values["text"] == "And which of them answered?"


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


@pytest.fixture
def requests_may_fail(arrive, complaints):
    """A browser notes each request that came back with an error, or not at all: here that is what is tried."""
    yield
    complaints[:] = [words for words in complaints if not words.startswith("Failed to load resource")]


def open_question(page: Page, assessment: Assessment) -> Locator:
    page.goto(reverse("assessments:query_ask", args=[assessment.pk, "4.3.4"]))
    page.wait_for_load_state("networkidle")
    return page.get_by_label("Your question")


def kept(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="Draft kept at")


def test_newer_words_of_another_device_are_offered_before_older_ones_of_this(arrive, browser, in_review, live_server):
    desk = arrive("assessor")
    open_question(desk, in_review).fill("Which wards?")
    expect(kept(desk)).to_be_visible()
    desk.close(run_before_unload=False)
    elsewhere = browser.new_context(base_url=live_server.url)
    elsewhere.add_cookies(desk.context.cookies())
    tablet = elsewhere.new_page()
    words = open_question(tablet, in_review)
    tablet.get_by_role("button", name="Restore it").click()
    words.fill(QUESTION)
    with tablet.expect_response(lambda answer: answer.request.method == "POST"):
        expect(kept(tablet)).to_be_visible()
    elsewhere.close()
    again = desk.context.new_page()
    words = open_question(again, in_review)
    again.get_by_role("button", name="Restore it").click()
    expect(words).to_have_value(QUESTION)


@pytest.mark.usefixtures("requests_may_fail")
def test_older_words_are_never_sent_after_newer_ones(arrive, in_review):
    page = arrive("assessor")
    words = open_question(page, in_review)
    lost: list[Route] = []
    page.route("**/drafts/", lambda route: route.continue_() if lost else lost.append(route))
    with page.expect_request("**/drafts/"):
        words.fill("Which")
    with page.expect_response("**/drafts/", timeout=40_000):
        words.fill(QUESTION)
    expect(kept(page)).to_be_visible()
    page.wait_for_timeout(27_000)  # what got no answer is given up after 15 seconds, and tried again 10 later
    assert Draft.objects.get().values["text"] == QUESTION


@pytest.mark.usefixtures("requests_may_fail")
def test_after_signing_in_again_in_another_tab_the_draft_arrives(arrive, in_review):
    page = arrive("assessor")
    words = open_question(page, in_review)
    Session.objects.all().delete()
    words.fill(QUESTION)
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.locator("input[name=login]").fill("assessor@example.org")
    other.locator("input[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(kept(page)).to_be_visible(timeout=25_000)
    assert Draft.objects.get().values["text"] == QUESTION


def test_a_form_that_is_refused_keeps_its_draft(arrive, in_review):
    page = arrive("assessor")
    words = open_question(page, in_review)
    words.fill(QUESTION)
    page.get_by_label("Answer by").fill("2026-01-02")
    expect(kept(page)).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="today or later")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    words = open_question(again, in_review)
    again.get_by_role("button", name="Restore it").click()
    expect(words).to_have_value(QUESTION)
