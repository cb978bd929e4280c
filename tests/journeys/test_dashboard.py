"""An executive at the dashboard: the story of a quarter, on desk and phone, in forced colours and on paper."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from assessments.models import Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.tallies import recount
from departments.models import Department, TreatmentFunction
from tests.assessments.years import decided_in, many_years
from tests.journeys.eyes import Eyes

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Community pharmacy, anticoagulation and medicines information services of the north of the borough"


@pytest.fixture
def trust(here, standard, people, corporate):
    """Cardiology with twelve years; a pharmacy with one decision and a long name; a ward that begins."""
    this_year = timezone.localdate().year
    many_years(12, department=here.department, standard=standard, people=people)
    TreatmentFunction.objects.create(code="810", name="Pharmacy Service", short_name="Pharmacy")
    pharmacy = Department.objects.create(trust=here.trust, name=LONG, treatment_function_id="810")
    weak = dict.fromkeys(["1.1.1", "2.2.3", "4.3.5", "5.1.1"], Band.PARTIALLY_COMPLIANT)
    weak["3.1.1"] = Band.NON_COMPLIANT
    said = {"standard": standard, "people": people, "outcome": "no_award"}
    decided_in(this_year - 2, department=pharmacy, bands=weak, **said)
    ward = Department.objects.create(trust=here.trust, name="Maternity", treatment_function_id="320")
    day = timezone.localdate() + timedelta(days=20)
    assessment = cycle.open_assessment(department=ward, title="Initial assessment", due_on=day, by=people["lead"])
    Statement.objects.filter(assessment=assessment, element__number__startswith="2").update(band=Band.COMPLIANT)
    recount(assessment)
    Department.objects.create(trust=here.trust, name="Physiotherapy", treatment_function_id="320")
    return here.trust


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    yield eyes
    eyes.close()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_an_executive_follows_the_figures(eyes, trust, people):
    year = 2024
    page = eyes.open("dashboard", people["executive"], "/trusts/RKE/dashboard/")
    expect(page.locator("#part-trend ~ div figure")).to_be_visible()
    expect(page.locator("#part-due ~ div")).to_contain_text("0 pieces of evidence out of date")
    eyes.look(page, "dashboard with its parts")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Compare with").select_option(f"End of {year}")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text(f"since the end of {year}").first).to_be_visible()
    eyes.look(page, "dashboard, two years beside each other")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Twelve years").click()
    expect(page.locator(".app-chart__picture")).to_be_visible()
    eyes.look(page, "trend")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=str(year), exact=True).click()
    expect(page.locator(".app-board__next")).to_contain_text(f"As decided by the end of {year}")
    eyes.look(page, "dashboard of another year")
    eyes.open("due", people["executive"], "/trusts/RKE/dashboard/due/")
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_without_scripts_each_part_is_a_link(browser, live_server, trust, people, eyes):
    page = eyes.window(people["executive"], java_script_enabled=False)
    page.goto("/trusts/RKE/dashboard/")
    for part in ("What is due across the trust", "Corporate and departments together", "Twelve years"):
        page.get_by_role("link", name=part).click()
        assert page.locator("h1").count() == 1
        page.goto("/trusts/RKE/dashboard/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_every_word_and_line_is_seen(browser, live_server, trust, people, eyes, scheme):
    page = eyes.window(people["executive"], forced_colors="active", color_scheme=scheme)
    page.goto("/trusts/RKE/dashboard/trend/")
    paper, ink, line = (page.evaluate(COLOURS, kind) for kind in ("svg", "text", ".app-chart__line"))
    assert paper not in (ink, line)
    picture(page, f"trend-forced-{scheme}")
    page.goto("/trusts/RKE/dashboard/")
    picture(page, f"dashboard-forced-{scheme}")


def test_on_paper_the_numbers_of_a_chart_stand_open(eyes, trust, people):
    page = eyes.open("dashboard", people["executive"], "/trusts/RKE/dashboard/")
    expect(page.locator("#part-trend ~ div figure")).to_be_visible()
    expect(page.locator(".app-chart__table")).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".app-chart__table")).to_be_visible()
    expect(page.locator(".app-board__filter")).not_to_be_visible()
    picture(page, "dashboard-print")


# How a part of the chart is painted, and what is behind it.
COLOURS = """kind => {
  const chart = document.querySelector('.app-chart');
  if (kind === 'svg') return getComputedStyle(document.body).backgroundColor;
  const style = getComputedStyle(chart.querySelector(kind));
  return kind === 'text' ? style.fill : style.stroke;
}"""
