"""Evidence from upload to finding: sent, checked by a real worker, found again by a sentence inside it, looked at."""

import re
from pathlib import Path

import docx
import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Evidence
from files.models import File
from files.rules import FileState

pytestmark = pytest.mark.django_db(transaction=True)

DEMO = Path("portal/demo/story/files")
IN_WORD = "Every volunteer walks the heron corridor with new patients."
IN_EXCEL = "Callers waited ninety seconds at the pelican desk."
SECONDS = 90_000


@pytest.fixture
def sent_files(tmp_path) -> list[Path]:
    """A PDF of four pages, a Word file and an Excel file, each with a sentence of its own."""
    folder = tmp_path / "to send"
    folder.mkdir()
    survey = folder / "Patient survey 2025.pdf"
    survey.write_bytes((DEMO / "es01-cardiology-patient-survey-2025.pdf").read_bytes())
    document = docx.Document()
    document.add_heading("Volunteers")
    document.add_paragraph(IN_WORD)
    document.save(str(folder / "Volunteers.docx"))
    book = openpyxl.Workbook()
    book.create_sheet("Calls").append(["Finding", IN_EXCEL])
    book.save(folder / "Waits.xlsx")
    return sorted(folder.iterdir())


def search_for(page: Page, words: str) -> None:
    page.get_by_role("searchbox").first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))


def test_what_was_sent_is_checked_found_by_its_words_and_looked_at_beside_the_element(
    arrive, worker, preparing, sent_files
):
    lead = arrive("lead")
    element = reverse("assessments:element", args=[preparing.pk, "4.3.4"])
    lead.goto(reverse("assessments:evidence_add", args=[preparing.pk, "4.3.4"]))
    lead.get_by_label("Drop files here, or choose them").set_input_files(sent_files)
    expect(lead.locator(".app-send__file")).to_have_count(3)
    lead.get_by_label("Who keeps it").fill("Matron")
    lead.get_by_label("Date of the document").fill("2026-03-01")
    expect(lead.get_by_text(re.compile("Arriving"))).to_have_count(0)
    lead.get_by_role("button", name="Add evidence").click()
    expect(lead.get_by_text("ES 1, ES 2 and ES 3 are added.")).to_be_visible()

    # The worker checks and reads them while the page waits; nothing has to be pressed.
    expect(lead.get_by_role("link", name=re.compile("^View"))).to_have_count(3, timeout=SECONDS)
    assert set(File.objects.values_list("state", flat=True)) == {FileState.NOT_SCANNED}
    lead.goto(element)
    lead.get_by_label("What it shows here").first.wait_for(state="attached")
    codes = {row.title: row.code for row in Evidence.objects.all()}
    view = lead.get_by_role("link", name=f"View of {codes['Patient survey 2025']}, version 1")
    view.click()
    viewer = lead.locator("#evidence-viewer")
    expect(viewer.locator("img")).to_have_attribute("src", re.compile("/pages/1/picture/"))
    lead.keyboard.press("ArrowRight")
    expect(viewer.locator("strong", has_text="Page 2 of 4")).to_be_visible()
    expect(viewer.locator("img")).to_have_attribute("src", re.compile("/pages/2/picture/"))
    assert viewer.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    lead.get_by_label("How you meet this element").fill("We asked, and we changed the signs.")
    viewer.get_by_role("button", name="Close").click()
    expect(view).to_be_focused()

    # A sentence inside each kind of file leads to the page that it stands on.
    in_the_pdf = " ".join(words_on_page_two().split()[:6])
    sought = {"Patient survey 2025": in_the_pdf, "Volunteers": "heron corridor", "Waits": "pelican desk"}
    for title, words in sought.items():
        search_for(lead, f'"{words}"')
        hit = lead.locator(".app-results__hit").first
        expect(hit).to_contain_text(title)
        expect(hit.locator("mark").first).to_be_visible()
    hit.get_by_role("link").first.click()
    expect(lead.get_by_text("Sheet Calls").first).to_be_visible()


def words_on_page_two() -> str:
    """A line of the survey's second page, as it was read."""
    page = File.objects.get(name="Patient survey 2025.pdf").blob.pages.get(number=2)  # type: ignore[union-attr]
    return max((line for line in page.text.splitlines() if re.fullmatch(r"[A-Za-z ,]+", line)), key=len)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Leaflet.pdf", b"MZ\x90\x00" + bytes(4000), "program"),
        ("Poster.png", b"<html><script>alert(1)</script></html>", "web page"),
        ("Survey.pdf", (DEMO / "es01-cardiology-patient-survey-2025.pdf").read_bytes()[:9000], "cut off"),
    ],
)
def test_what_the_check_refuses_says_why_and_what_to_do(arrive, worker, preparing, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    lead = arrive("lead")
    lead.goto(reverse("assessments:evidence_add", args=[preparing.pk, "4.3.4"]))
    lead.get_by_label("Drop files here, or choose them").set_input_files(tmp_path / name)
    card = lead.locator(".app-send__file")
    expect(card).to_contain_text("Quarantined", timeout=SECONDS)
    expect(card).to_contain_text(words)
