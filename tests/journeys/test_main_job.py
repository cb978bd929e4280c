"""The main job as five people do it, from first evidence to award report: a real browser, a real worker."""

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from assessments.models import Assessment, Finding
from assessments.services import cycle
from assessments.workflow import Stage
from departments.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PARTIAL = {"1.2.3", "3.2.2", "4.3.5"}
PLUS = {"1.1.1", "1.1.3", "2.1.1", "2.2.5", "3.4.1", "4.2.4", "4.3.4", "5.2.2", "5.3.1"}


def band_for(number: str) -> str:
    if number in PARTIAL:
        return "Partially Compliant"
    return "Compliance Plus" if number in PLUS else "Compliant"


def number_on(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text().split()[0]


def save_and_go_on(page: Page) -> bool:
    """Save, and go to the next element; False after the last."""
    further = page.get_by_role("button", name=re.compile("^Save and go to"))
    if further.count():
        before = page.url
        further.click()
        page.wait_for_url(lambda url: url != before)
        return True
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    return False


def open_an_assessment(page: Page, department_address: str) -> None:
    page.goto(department_address)
    page.get_by_role("link", name=re.compile("Open an assessment", re.I)).click()
    page.get_by_label("Recertification").check()
    page.get_by_label("What you call it").fill("Recertification 2026")
    page.get_by_role("button", name="Open the assessment").click()
    expect(page.get_by_role("heading", name="Recertification 2026")).to_be_visible()


def write_57_statements(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^1.1.1")).click()
    while True:
        number = number_on(page)
        page.get_by_label("How you meet this element").fill(f"Our ward and clinics meet {number} every day.")
        page.get_by_label("Compliant", exact=True).check()
        page.get_by_label("To see on the visit").fill(f"Ask the ward sister about {number}.")
        if not save_and_go_on(page):
            return


def upload_evidence(page: Page, file: Path) -> None:
    page.get_by_label("Drop files here, or choose them").set_input_files(file)
    page.get_by_role("button", name="Say what they are").click()
    page.get_by_label("What it is", exact=False).first.fill("Complaints annual report 2025")
    expect(page.locator("[data-state=arrived]")).to_be_visible()
    page.get_by_label("Who keeps it").fill("PALS manager")
    page.get_by_label("Date of the document").fill("2026-03-01")
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 “Complaints annual report 2025” is added.")).to_be_visible()


def record_57_findings(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^1.1.1")).click()
    while True:
        number = number_on(page)
        page.get_by_label(band_for(number), exact=True).check()
        page.get_by_label("Finding", exact=True).fill(
            f"On the visit we saw {number} at work, in clinic and on the ward."
        )
        if number in PARTIAL:
            page.get_by_label("Area for improvement").fill(f"Extend {number} to the community clinics.")
        if number == "4.3.4":
            page.get_by_label("Good practice that others could follow").check()
        if not save_and_go_on(page):
            return


def test_from_first_evidence_to_award_report(arrive, worker, here, standard, services_and_sites, tmp_path):
    file = tmp_path / "Complaints report.pdf"
    file.write_bytes(Path("tests/journeys/complaints_report.pdf").read_bytes())

    lead = arrive("lead")
    open_an_assessment(lead, f"/departments/{here.department.pk}/")
    assessment = Assessment.objects.get()
    lead.goto(f"/assessments/{assessment.pk}/submit/")
    expect(lead.get_by_text("57 elements are not ready")).to_be_visible()
    lead.goto(f"/assessments/{assessment.pk}/elements/4.3.4/")
    upload_evidence(lead, file)
    lead.goto(f"/assessments/{assessment.pk}/")
    write_57_statements(lead)
    lead.goto(f"/assessments/{assessment.pk}/")
    lead.get_by_role("link", name="Submit the self-assessment").click()
    lead.get_by_role("button", name=re.compile("^Submit to")).click()
    expect(lead.get_by_text("The self-assessment is submitted.")).to_be_visible()

    certifier = arrive("certifier")
    certifier.get_by_role("link", name=re.compile("Cardiology")).first.click()
    certifier.get_by_label("Assessor", exact=True).check()
    certifier.get_by_role("button", name="Assign").click()
    expect(certifier.get_by_text("Assessor assesses Cardiology", exact=False)).to_be_visible()

    assessor = arrive("assessor")
    declare(assessor, assessment)
    assessor.goto(f"/assessments/{assessment.pk}/")
    record_57_findings(assessor)
    assessor.goto(f"/assessments/{assessment.pk}/")
    expect(assessor.get_by_text("On these bands: award. 3 partials of 10 allowed", exact=False)).to_be_visible()
    visit(assessor, assessment)
    assessor.get_by_role("link", name="Write the summary and send the draft").click()
    assessor.get_by_label("How you assessed").fill("A desk review, and a visit to the ward and a surgery.")
    assessor.get_by_label("Summary of strengths").fill("Commitment from senior management to front-line staff.")
    assessor.get_by_label("Recommendation").fill("We recommend the award.")
    assessor.get_by_label("Award", exact=True).check()
    assessor.get_by_role("button", name="Save and send the draft").click()
    expect(assessor.get_by_text("The draft is sent.", exact=False)).to_be_visible()
    cycle.finish_fact_check(assessment=assessment, by=User.objects.get(email="lead@example.org"))
    assessor.goto(f"/assessments/{assessment.pk}/propose/")
    assessor.get_by_role("button", name="Propose").click()
    expect(assessor.get_by_text("Proposed. The certifier decides.")).to_be_visible()

    certifier.goto(f"/assessments/{assessment.pk}/decide/")
    certifier.get_by_label("Award", exact=True).check()
    certifier.get_by_label("I have read the findings", exact=False).check()
    certifier.get_by_role("button", name=re.compile("^Decide")).click()
    expect(certifier.get_by_role("link", name=re.compile("^Download the report"))).to_be_visible(timeout=60_000)

    executive = arrive("executive")
    executive.goto("/dashboard/")
    expect(executive.get_by_text("Cardiology").first).to_be_visible()
    executive.get_by_role("link", name=re.compile("report", re.I)).first.click()
    with executive.expect_download() as download:
        executive.get_by_role("link", name=re.compile("^Download the report")).click()
    read_back(Path(download.value.path()).read_bytes())
    decided = Assessment.objects.get()
    assert (decided.stage, decided.outcome) == (Stage.DECIDED, "award")


def declare(page: Page, assessment: Assessment) -> None:
    page.goto(f"/assessments/{assessment.pk}/declaration/")
    for question in page.get_by_role("main").get_by_label("No", exact=True).all():
        question.check()
    page.get_by_label("Your full name").fill("Assessor")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Your declaration is signed.")).to_be_visible()


def visit(page: Page, assessment: Assessment) -> None:
    """From the plan of the visit to the draft report."""
    page.goto(f"/assessments/{assessment.pk}/plan-visit/")
    page.get_by_label("First day of the visit").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_role("button", name="Begin the plan").click()
    page.goto(f"/assessments/{assessment.pk}/plan-visit/")
    page.get_by_role("button", name="Tell the department").click()
    expect(page.get_by_text("The visit is planned.", exact=False).first).to_be_visible()
    page.goto(f"/assessments/{assessment.pk}/close-visit/")
    page.get_by_label("Why these gaps stand").fill("Everybody was met by telephone.")
    page.get_by_role("button", name="Close the visit").click()
    expect(page.get_by_text("The visit is closed.", exact=False).first).to_be_visible()
    page.goto(f"/assessments/{assessment.pk}/draft/")
    page.get_by_role("button", name="Begin the draft report").click()
    expect(page.get_by_text("The draft report is begun.")).to_be_visible()
    page.goto(f"/assessments/{assessment.pk}/")


def read_back(pdf: bytes) -> None:
    """The report says what was found: every element's words, and the counts of the bands."""
    reader = PdfReader(io.BytesIO(pdf))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    counts = Counter(Finding.objects.values_list("band", flat=True))
    assert counts == {"compliance_plus": 9, "compliant": 45, "partially_compliant": 3}
    for number in Finding.objects.values_list("element__number", flat=True):
        assert f"On the visit we saw {number} at work" in text
    assert "Extend 4.3.5 to the community clinics." in text
    assert "Commitment from senior management to front-line staff." in text
    assert "Complaints annual report 2025" in text
    assert "River Place Surgery" in text
    for figure in ("9 Compliance Plus", "45 Compliant", "3 Partially Compliant"):
        assert figure in text
    assert reader.outline
    assert str(reader.root_object["/Lang"]) == "en-GB"
