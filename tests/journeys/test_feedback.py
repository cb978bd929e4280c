"""A trust administrator brings in what patients and staff say, in a real browser with a real worker."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from feedback.models import Place, Reading
from tests.feedback.makers import as_csv, wards_workbook

pytestmark = pytest.mark.django_db(transaction=True)

DEMO = Path(__file__).resolve().parents[2] / "portal" / "demo" / "story" / "files"
A_WHILE = 60_000  # milliseconds: a busy machine's worker starts slowly


def send(page: Page, file: Path) -> None:
    """Sent, and read by the worker; the page tells by itself when that is done."""
    page.get_by_role("link", name="Home", exact=True).first.click()
    page.get_by_role("link", name="Departments", exact=True).first.click()
    page.get_by_role("link", name="Patients’ and staff’s views", exact=True).first.click()
    page.get_by_role("link", name="Send a file").click()
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Send and read it").click()
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()
    expect(page.locator("main")).to_contain_text(re.compile("Read: look it over|Not imported"), timeout=A_WHILE)


def take_in(page: Page) -> None:
    """Confirmed, and imported by the worker."""
    page.get_by_role("button", name=re.compile(r"Import \d+ figure")).click()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible(timeout=A_WHILE)


def say_the_month(page: Page) -> None:
    page.get_by_label("First day of the period").fill("2026-09-01")
    page.get_by_label("Last day of the period").fill("2026-09-30")


def test_an_administrator_imports_each_kind_of_file_decides_two_wards_and_undoes_an_import(
    arrive, worker, measures, services_and_sites, here, tmp_path
):
    page = arrive("administrator")

    send(page, wards_workbook(tmp_path / "FFT September 2025.xlsx"))
    expect(page.get_by_text("3 figures from 3 rows", exact=False)).to_be_visible()
    expect(page.get_by_text("1 row of other trusts", exact=False)).to_be_visible()
    take_in(page)
    send(page, wards_workbook(tmp_path / "the same again.xlsx"))
    expect(page.get_by_text("These figures are here already", exact=False)).to_be_visible()

    send(page, DEMO / "ko41a-2025-26-organisation.csv")
    take_in(page)
    send(page, DEMO / "nhs-staff-survey-2025.csv")
    take_in(page)

    survey = [["Clinic", "Friendly", "Asked"], ["Montuschi Ward", "91%", 120], ["Anticoagulant clinic", "84%", 50]]
    send(page, as_csv(tmp_path / "our survey.csv", survey))
    page.get_by_role("link", name="Say what its columns are").click()
    page.get_by_label("Column", exact=True).select_option("Friendly")
    page.get_by_label("Column with how many answered").select_option("Asked")
    page.get_by_label("Name of the new measure").fill("Staff were friendly")
    page.get_by_label("Ward, clinic or service").select_option("Clinic")
    page.get_by_role("button", name="Read it by this").click()
    expect(page.get_by_role("button", name="Import 2 figures")).to_be_visible(timeout=A_WHILE)
    say_the_month(page)
    take_in(page)
    services = Reading.objects.filter(measure__source="local").values_list("place__service__name", flat=True)
    assert set(services) == {"Montuschi Ward", "Anticoagulant clinic"}

    decide_two_wards(page)
    undo_the_first(page)


def decide_two_wards(page: Page) -> None:
    """Home says how many wards wait; two are decided, and the third is left for later."""
    page.get_by_role("link", name="Home", exact=True).first.click()
    page.get_by_role("link", name="3 wards or sites to decide").click()
    page.get_by_label("Archway Ward, Whittington Hospital").select_option(label="Cardiology: Montuschi Ward")
    page.get_by_label("Nightingale, Whittington Hospital").select_option(label="Cardiology as a whole")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 decided.")).to_be_visible()
    assert [place.ward for place in Place.objects.undecided()] == ["Betty Mansell"]


def undo_the_first(page: Page) -> None:
    """A figure says where it comes from; undone, it says that it counts no more."""
    page.get_by_role("link", name="Patients’ and staff’s views", exact=True).first.click()
    page.get_by_role("link", name="FFT September 2025.xlsx").click()
    page.get_by_role("link", name=re.compile("Wards, row 15")).click()
    for words in ("94 of 100", "FFT September 2025.xlsx", "Archway Ward"):
        expect(page.get_by_text(words, exact=False).first).to_be_visible()
    figure = page.url
    page.go_back()
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("its figures count no more", exact=False)).to_be_visible()
    page.goto(figure)
    expect(page.get_by_text("It counts no more", exact=False)).to_be_visible()
    assert not Reading.objects.current().filter(measure__code="fft_inpatient").exists()


def test_a_lead_enters_what_a_patient_said_without_naming_them(arrive, here):
    page = arrive("lead")
    page.goto(f"/departments/{here.department.pk}/")
    page.get_by_role("link", name="What people said").click()
    page.get_by_role("link", name="Add a remark").click()
    page.get_by_label("Compliment").check()
    page.get_by_label(re.compile("Bedside manner")).check()
    page.get_by_label("What was said").fill("NHS number 943 476 5919 thanks the sister.")
    page.get_by_role("button", name="Add the remark").click()
    expect(page.get_by_text("This may identify a patient", exact=False).first).to_be_visible()
    expect(page.get_by_label("What was said")).to_have_value("NHS number 943 476 5919 thanks the sister.")
    page.get_by_label("What was said").fill("A patient thanks the sister, who sat down to listen.")
    page.get_by_role("button", name="Add the remark").click()
    expect(page.get_by_text("who sat down to listen", exact=False)).to_be_visible()
