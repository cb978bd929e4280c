"""Typing that saves itself, in a real browser: through a cut line, an ended session, and a colleague's save."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Finding, Statement
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("requests_may_fail")]

SAVED = re.compile(r"Saved \d\d:\d\d ✓")


@pytest.fixture
def requests_may_fail(arrive, complaints):
    """A browser notes each request that came back with an error, or not at all: here that is what is tried."""
    yield
    complaints[:] = [words for words in complaints if not words.startswith("Failed to load resource")]


def open_element(page: Page, assessment, number: str = "4.3.4") -> None:
    page.goto(reverse("assessments:element", args=[assessment.pk, number]))
    page.wait_for_load_state("networkidle")  # what stands around the element has come, too


def sign_in_in_another_tab(page: Page) -> Page:
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.locator("input[name=login]").fill("assessor@example.org")
    other.locator("input[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(re.compile("/$"))
    return other


def statement_of(assessment):
    return Statement.objects.get(assessment=assessment, element__number="4.3.4")


def finding_of(assessment):
    return Finding.objects.get(assessment=assessment, element__number="4.3.4")


def test_typing_saves_itself_and_says_when(arrive, preparing):
    page = arrive("lead")
    open_element(page, preparing)
    page.get_by_label("How you meet this element").type("We learn from every complaint. ")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert statement_of(preparing).text == "We learn from every complaint."
    page.get_by_label("How you meet this element").type("Every month.")
    page.get_by_label("Compliant", exact=True).check()
    expect(page.locator("form[data-autosave]")).to_have_attribute("data-version", re.compile("[2-9]"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert statement_of(preparing).text == "We learn from every complaint. Every month."
    assert statement_of(preparing).band == "compliant"


def test_a_cut_line_loses_nothing(arrive, in_review):
    page = arrive("assessor")
    open_element(page, in_review)
    page.context.set_offline(True)
    page.get_by_label("Finding", exact=True).type("Boards on every ward.")
    expect(page.get_by_text("No connection: kept in this browser, will be saved.")).to_be_visible()
    page.get_by_label("Finding", exact=True).type(" Staff know them.")
    assert finding_of(in_review).narrative == ""
    page.context.set_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=30_000)
    expect(page.locator("form[data-keep='element-4.3.4']:not(.app-unsaved)")).to_be_visible()
    assert finding_of(in_review).narrative == "Boards on every ward. Staff know them."


def test_a_page_closed_without_a_line_offers_its_words_again(arrive, in_review):
    page = arrive("assessor")
    open_element(page, in_review)
    page.context.set_offline(True)
    page.get_by_label("Finding", exact=True).type("Typed on the train.")
    expect(page.get_by_text("No connection")).to_be_visible()
    Session.objects.all().delete()  # Chromium drops “offline” as a page closes: its last save must not arrive
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = sign_in_in_another_tab(page)
    open_element(again, in_review)
    again.get_by_role("button", name="Restore it").click()
    expect(again.get_by_text(SAVED)).to_be_visible()
    assert finding_of(in_review).narrative == "Typed on the train."


def test_an_ended_session_goes_on_after_signing_in_in_another_tab(arrive, in_review):
    page = arrive("assessor")
    open_element(page, in_review)
    Session.objects.all().delete()
    page.get_by_label("Finding", exact=True).type("Boards on every ward.")
    expect(page.get_by_text("Your session has ended: kept here.")).to_be_visible()
    expect(page.get_by_label("Finding", exact=True)).to_have_value("Boards on every ward.")
    sign_in_in_another_tab(page)
    page.bring_to_front()
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=30_000)
    assert finding_of(in_review).narrative == "Boards on every ward."
    page.get_by_label("Finding", exact=True).type(" All of them.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()


def test_a_colleagues_save_overwrites_nothing_and_leads_to_both_texts(arrive, preparing):
    lead, contributor = arrive("lead"), arrive("contributor")
    for page in (lead, contributor):
        open_element(page, preparing)
    contributor.get_by_label("How you meet this element").type("What the contributor wrote.")
    expect(contributor.get_by_text(SAVED)).to_be_visible()
    lead.get_by_label("How you meet this element").type("What the lead wrote.")
    expect(lead.get_by_text("Contributor saved this after you opened it.")).to_be_visible()
    lead.get_by_role("button", name="Compare both texts").click()
    expect(lead.locator(".app-differences")).to_contain_text("contributor")
    expect(lead.get_by_label("How you meet this element")).to_have_value("What the lead wrote.")
    assert statement_of(preparing).text == "What the contributor wrote."
    lead.get_by_role("button", name="Put both into the form").click()
    both = "What the contributor wrote.\n\nWhat the lead wrote."
    expect(lead.get_by_label("How you meet this element")).to_have_value(both)
    assert statement_of(preparing).text == "What the contributor wrote."
    lead.get_by_role("button", name="Save", exact=True).click()
    expect(lead.get_by_text("Saved at")).to_be_visible()
    assert statement_of(preparing).text == both
