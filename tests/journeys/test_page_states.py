"""Pages in the states that their addresses alone do not show: stale, queued, failed, refused, empty, and very long."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from assessments.models import Assessment, Evidence, Statement
from assessments.rules import Band, Outcome
from assessments.services.writing import save_statement
from departments.models import Department, Partner, Service, Site, Trust, User
from departments.rules import PartnerKind, Role, ServiceKind, SiteKind
from departments.services.files import store
from files.models import File
from reports.models import Report, ReportState
from reports.services import decisions
from tests.conftest import PASSWORD, Place, make_person
from tests.journeys.eyes import PHONE, Eyes

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Kardiologie" * 18 + "ab"  # 200 characters without a space
assert len(LONG) == 200


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    eyes.axe_at = (PHONE,)  # it has seen the same pages in another state at the width of a desk
    yield eyes
    eyes.close()


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def test_while_a_department_prepares(eyes, people, preparing, evidence_in_preparation):
    lead = people["lead"]
    eyes.open("overview, preparing", lead, at("assessments:detail", preparing.pk))
    eyes.open("overview, missing", lead, at("assessments:detail", preparing.pk) + "?show=missing&criterion=1")
    eyes.open("overview, none", lead, at("assessments:detail", preparing.pk) + "?show=partial")
    eyes.open("executive reads", people["executive"], at("assessments:element", preparing.pk, "4.3.4"))
    eyes.open("register found nothing", lead, at("assessments:evidence", preparing.pk) + "?words=zebra")
    eyes.open("choose, nothing", lead, at("assessments:evidence_choose", preparing.pk, "4.3.4"))
    eyes.open("report, not decided", lead, at("reports:award", preparing.pk))
    page = eyes.open("element, lead", lead, at("assessments:element", preparing.pk, "4.3.4"))
    saved_meanwhile(eyes, page, preparing, people["contributor"])
    session_ends(eyes, page, preparing, lead)
    out_of_date(eyes, page, preparing)
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def saved_meanwhile(eyes: Eyes, page: Page, assessment: Assessment, colleague: User) -> None:
    """A save from a stale page shows both texts, and loses neither."""
    statement = Statement.objects.get(assessment=assessment, element__number="4.3.4")
    text = "A colleague’s words on complaints."
    save_statement(statement=statement, version=0, by=colleague, text=text, band=Band.COMPLIANT, tell_me="")
    page.get_by_label("How you meet this element").fill("My own words on complaints.")
    eyes.press("element, stale", page, "Save")
    expect(page.locator("ins, del").filter(has_text="colleague").first).to_be_visible()
    expect(page.get_by_text(text)).to_have_count(1)
    expect(page.get_by_label("How you meet this element")).to_have_value("My own words on complaints.")


def session_ends(eyes: Eyes, page: Page, assessment: Assessment, lead: User) -> None:
    """What was typed when the session had ended is there again after signing in."""
    page.goto(at("assessments:element", assessment.pk, "1.1.1"))
    page.get_by_label("How you meet this element").fill("Typed after the session had ended.")
    page.context.clear_cookies(name="sessionid")
    eyes.press("sign in again", page, "Save and go")
    page.locator("input[name=login]").fill(lead.email)
    page.locator("input[name=password]").fill(PASSWORD)
    eyes.press("element, kept words", page, "Sign in")
    expect(page.get_by_text("Your session had ended.")).to_be_visible()
    expect(page.get_by_label("How you meet this element")).to_have_value("Typed after the session had ended.")


def out_of_date(eyes: Eyes, page: Page, assessment: Assessment) -> None:
    """A form whose security token is gone comes back as words to copy, and nothing is saved."""
    page.goto(at("assessments:element", assessment.pk, "1.1.2"))
    page.get_by_label("How you meet this element").fill("Typed in a page that was out of date.")
    page.context.clear_cookies(name="csrftoken")
    eyes.press("out of date", page, "Save")
    expect(page.get_by_label("What you typed")).to_have_value("Typed in a page that was out of date.")


def test_while_an_assessor_reviews(eyes, people, pictured_version_in_review, in_review):
    page = eyes.open("element, assessor", people["assessor"], at("assessments:element", in_review.pk, "4.3.4"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=re.compile("^View of ES 1")).click()
    expect(page.locator("#evidence-viewer").get_by_role("img", name="Page 1")).to_be_visible()
    eyes.look(page, "element, assessor views evidence")
    for who in ("lead", "executive", "certifier"):
        eyes.open(f"overview in review, {who}", people[who], at("assessments:detail", in_review.pk))
        eyes.open(f"home in review, {who}", people[who], at("portal:home"))
    eyes.open("home in review, assessor", people["assessor"], at("portal:home"))
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_once_it_is_decided(eyes, people, evidence_in_review, proposed, services_and_sites):
    certifier, executive = people["certifier"], people["executive"]
    eyes.open("decide", certifier, at("reports:decide", proposed.pk))
    report = decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=certifier)
    award = at("reports:award", proposed.pk)
    eyes.open("report, queued", people["lead"], award)
    rows = Report.objects.filter(pk=report.pk)
    rows.update(state=ReportState.RENDERING, progress=40, beaten_at=timezone.now())
    page = eyes.open("report, rendering", people["assessor"], award)
    rows.update(state=ReportState.FAILED, error="The machine ran out of memory. Try again in a few minutes.")
    expect(page.get_by_role("heading", name="The report could not be made")).to_be_visible()  # by itself
    eyes.open("report, failed", executive, award)
    blob = store(file=io.BytesIO(b"%PDF-1.7 for size only"), by=None)
    rows.update(state=ReportState.READY, error="", blob=blob, pages=31, finished_at=timezone.now())
    eyes.open("report, ready", executive, award)
    eyes.open("decided already", certifier, at("reports:decide", proposed.pk))
    eyes.open("overview, decided", people["lead"], at("assessments:detail", proposed.pk))
    eyes.open("overview, gaps", people["lead"], at("assessments:detail", proposed.pk) + "?show=gap")
    eyes.open("element, decided", people["lead"], at("assessments:element", proposed.pk, "3.2.2"))
    eyes.open("dashboard, decided", executive, at("portal:dashboard", "RKE"))
    for who in ("lead", "contributor", "executive", "administrator", "assessor", "certifier"):
        eyes.open(f"home, {who}", people[who], at("portal:home"))
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_where_nothing_is_yet(eyes, people, here, elsewhere):
    """A trust without departments, people without assessments, somebody without any role."""
    Department.objects.filter(pk=elsewhere.department.pk).update(name="Cardiology")
    eyes.open("no assessments, lead", people["lead"], at("assessments:list"))
    eyes.open("no assessments, assessor", people["assessor"], at("assessments:list"))
    for who in ("lead", "contributor", "executive", "administrator", "assessor", "certifier"):
        eyes.open(f"home with nothing, {who}", people[who], at("portal:home"))
    eyes.open("no services", people["administrator"], at("departments:detail", here.department.pk))
    eyes.open("no sites", people["administrator"], at("departments:sites", "RKE"))
    trust = Trust.objects.create(
        ods_code="RXX", name="Just Joined NHS Trust", type="acute", region="London", icb_code="QMJ", icb_name="None"
    )
    keeper = make_person("keeper", (Role.ADMINISTRATOR, trust), (Role.EXECUTIVE, trust))
    eyes.open("no departments", keeper, at("departments:trust_departments", "RXX"))
    eyes.open("no departments, dashboard", keeper, at("portal:dashboard", "RXX"))
    eyes.open("no people", keeper, at("departments:people", "RXX"))
    eyes.open("no role", people["stranger"], at("assessments:list"), status=403)
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_when_something_is_refused(eyes, people, preparing, settings, tmp_path):
    """The pages of refusals and mistakes, from the server as it runs."""
    lead = people["lead"]
    eyes.open("another role", people["contributor"], at("assessments:submit", preparing.pk), status=403)
    eyes.open("not found", lead, "/assessments/999999/", status=404)
    eyes.open("not found, signed out", None, "/invitations/unknown/", status=404)
    settings.EVIDENCE_MAX_BYTES = 1000
    # As where the script that sends files a part at a time did not come through: the form sends the file whole.
    without = {"body": "", "content_type": "text/javascript"}
    eyes.window(lead).route("**/js/upload.js", lambda route: route.fulfill(**without))
    page = eyes.open("evidence, small limit", lead, at("assessments:evidence_add", preparing.pk, "4.3.4"))
    large = tmp_path / "Too large.pdf"
    large.write_bytes(b"%PDF-1.7" + b" " * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(large)
    eyes.press("too large", page, "Add evidence")
    expect(page.get_by_role("heading", level=1)).to_have_text("That is too large to send")
    assert eyes.complaints == [], "\n".join(eyes.complaints)


@pytest.fixture
def long_names(here: Place, people: dict[str, User], preparing: Assessment, evidence_in_preparation: Evidence) -> None:
    """Every name that somebody types, as long as it may be and without a space."""
    partner = Partner.objects.create(trust=here.trust, name=LONG, kind=PartnerKind.GP_PRACTICE)
    site = Site.objects.create(trust=here.trust, partner=partner, name=LONG, kind=SiteKind.GP_SURGERY, town=LONG[:100])
    service = Service.objects.create(department=here.department, name=LONG, kind=ServiceKind.OUTPATIENT_CLINIC)
    service.sites.add(site)
    Department.objects.filter(pk=here.department.pk).update(name=LONG, about=LONG)
    Trust.objects.filter(pk=here.trust.pk).update(name=LONG)
    User.objects.filter(pk=people["lead"].pk).update(name=LONG)
    Evidence.objects.update(title=LONG, owner=LONG, notes=LONG)
    File.objects.update(name=f"{LONG}.txt")
    Assessment.objects.update(title=LONG[:100], due_on=timezone.localdate() + timedelta(days=9))
    statement = Statement.objects.get(assessment=preparing, element__number="4.3.4")
    save_statement(statement=statement, version=0, by=people["lead"], text=LONG, band=Band.COMPLIANT, tell_me=LONG)


def test_names_of_200_characters_stay_inside_the_window(eyes, people, here, preparing, long_names):
    eyes.axe_at = ()  # it has seen these pages with shorter names
    evidence = Evidence.objects.get()
    lead, executive, administrator = people["lead"], people["executive"], people["administrator"]
    pages: list[tuple[User, str, *tuple[object, ...]]] = [
        (lead, "portal:home"),
        (lead, "assessments:list"),
        (lead, "assessments:detail", preparing.pk),
        (lead, "assessments:element", preparing.pk, "4.3.4"),
        (lead, "assessments:evidence", preparing.pk),
        (lead, "assessments:evidence_choose", preparing.pk, "1.1.1"),
        (lead, "assessments:evidence_detail", evidence.pk),
        (lead, "assessments:evidence_edit", evidence.pk),
        (lead, "assessments:evidence_elements", evidence.pk),
        (lead, "assessments:submit", preparing.pk),
        (lead, "departments:detail", here.department.pk),
        (executive, "portal:home"),
        (executive, "portal:dashboard", "RKE"),
        (executive, "reports:award", preparing.pk),
        (executive, "assessments:element", preparing.pk, "4.3.4"),
        (administrator, "departments:trust_departments", "RKE"),
        (administrator, "departments:people", "RKE"),
        (administrator, "departments:sites", "RKE"),
        (administrator, "departments:detail", here.department.pk),
    ]
    for person, name, *args in pages:
        eyes.open(f"{name} long, {person.pk}", person, at(name, *args))
    assert eyes.complaints == [], "\n".join(eyes.complaints)
