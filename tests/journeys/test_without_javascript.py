"""The main job in a browser that runs no script: it takes more presses, and nothing is missing."""

import io
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from assessments.models import Assessment, Statement
from assessments.rules import Outcome
from assessments.workflow import Stage
from departments.models import User
from departments.services.files import store
from files.models import File
from files.rules import FileState
from reports.models import Report, ReportState
from reports.services import decisions
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, person: User) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="What waits for you")).to_be_visible()


def test_a_lead_writes_uploads_and_submits(page, people, written):
    sign_in(page, people["lead"])
    page.get_by_role("link", name="Assessments").first.click()
    page.locator("main").get_by_role("link", name="Cardiology").click()
    page.get_by_role("link", name="4.3.4").click()
    page.get_by_label("How you meet this element").fill("Every complaint is read aloud at the ward meeting.")
    page.get_by_label("Compliance Plus").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.get_by_role("link", name="Add evidence").click()
    page.get_by_label("What it is").fill("Minutes")
    file = {"name": "Minutes.txt", "mimeType": "text/plain", "buffer": b"The ward meeting of 3 March."}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("Minutes.txt has arrived and waits here.")).to_be_visible()
    page.get_by_label("Who keeps it").fill("The ward clerk")
    page.get_by_label("Date of the document").fill("2026-03-03")
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 “Minutes” is added.")).to_be_visible()
    File.objects.update(state=FileState.CLEAN, read_at=timezone.now())  # as a worker leaves it
    page.get_by_role("link", name="all elements").click()
    page.get_by_role("link", name="Submit the self-assessment").click()
    page.get_by_role("button", name="Submit to").click()
    expect(page.get_by_text("The self-assessment is submitted.")).to_be_visible()
    statement = Statement.objects.get(assessment=written, element__number="4.3.4")
    assert statement.text == "Every complaint is read aloud at the ward meeting."
    assert File.objects.get().name == "Minutes.txt"
    assert Assessment.objects.get().stage == Stage.SUBMITTED


def test_a_report_is_waited_for_by_asking_again(page, people, proposed):
    sign_in(page, people["executive"])
    report = decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    page.goto(reverse("reports:award", args=[proposed.pk]))
    expect(page.get_by_role("heading", name="In the queue")).to_be_visible()
    blob = store(file=io.BytesIO(b"%PDF-1.7 the report"), by=None)
    Report.objects.filter(pk=report.pk).update(state=ReportState.READY, blob=blob, pages=31, finished_at=timezone.now())
    page.get_by_role("link", name="See how far it is now").click()
    expect(page.get_by_role("heading", name="Ready")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    assert download.value.suggested_filename == report.filename
