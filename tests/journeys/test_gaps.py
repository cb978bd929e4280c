"""A lead sees what patients say while writing and makes an action of it; an executive follows a figure to the file."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import CorrectiveAction
from assessments.services.gaps import figures_have_changed
from feedback.services.remarks import add_remark
from tests.feedback.cast import make_import, make_place, make_reading
from tests.journeys.eyes import Eyes

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = {4: 97, 5: 93, 6: 90, 7: 84, 8: 80, 9: 71}  # of a hundred, month by month


@pytest.fixture
def eyes(browser, live_server):
    eyes = Eyes(browser, live_server.url)
    yield eyes
    eyes.close()


@pytest.fixture
def told(written, measures, people, here):
    """Half a year of a ward whose patients were ever less content; August is held back."""
    long = "Montuschi Ward (Cardiology and coronary care, including the day unit for pacing and angiography)"
    ward = make_place(here.trust, long, of=here.department)
    for month, content in CONTENT.items():
        brought = make_import(here.trust, people["administrator"], name=f"FFT {month}.xlsx", month=date(2026, month, 1))
        hidden = {"positive": None, "responses": None} if month == 8 else {"positive": content, "responses": 100}
        make_reading(brought, place=ward, suppressed=month == 8, row=20 + month, **hidden)
    staff = make_import(here.trust, people["administrator"], name="Staff survey 2025.xlsx", month=date(2026, 3, 1))
    make_reading(
        staff, "staff_engagement", positive=None, responses=None, score=Decimal("6.4"), benchmark=Decimal("6.9")
    )
    add_remark(
        department=here.department, kind="comment", theme="friendlier_staff", said_on=date(2026, 9, 1),
        words="Nobody looked up when I came to the desk.", by=people["lead"],
    )  # fmt: skip
    figures_have_changed(trust=here.trust)
    return written


def test_a_lead_sees_the_gap_while_writing_and_makes_an_action_of_it(eyes, told, people):
    page = eyes.open("element with figures", people["lead"], reverse("assessments:element", args=[told.pk, "1.3.1"]))
    say = page.get_by_role("region", name="Patients say")
    expect(say.get_by_text("You rate this higher than your patients do.")).to_be_visible()
    eyes.look(page, "element with figures, all there")
    expect(say.get_by_role("img")).to_have_count(1)
    say.get_by_text("Every figure, and the file that it is from").click()
    expect(say.get_by_role("link", name="held back")).to_be_visible()
    eyes.look(page, "element with every figure open")
    page.get_by_label("Statement").first.fill("We ask every patient, and act on what they say.")
    say.get_by_role("button", name="Make an action of it").click()
    expect(page.get_by_role("heading", name="Plan the action")).to_be_visible()
    action = CorrectiveAction.objects.get()
    assert action.improvement.startswith("You rate this higher than your patients do: 1.3.1")
    page.goto(reverse("assessments:element", args=[told.pk, "1.3.1"]))
    expect(page.get_by_role("link", name="The action that was made of it")).to_be_visible()
    page.goto(reverse("assessments:element", args=[told.pk, "2.2.2"]))
    expect(page.get_by_text("Nobody looked up when I came to the desk.")).to_be_visible()
    expect(page.get_by_text("0.5 below trusts like this one")).to_be_visible()
    eyes.look(page, "element with staff and remarks")
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_an_executive_follows_a_figure_down_to_the_row_of_its_file(eyes, told, people, here):
    page = eyes.open(
        "department with the three views", people["executive"], reverse("departments:detail", args=[here.department.pk])
    )
    expect(page.get_by_role("region", name="The three views by sub-criterion")).to_be_visible()
    eyes.look(page, "department with the three views, all there")
    page.get_by_role("link", name="2 of 15 sub-criteria").click()
    expect(page.get_by_text("The department rates this higher than its patients do").first).to_be_visible()
    eyes.look(page, "only gaps")
    page.get_by_role("link", name="87 Friends and Family Test, inpatients, 1.3").click()
    expect(page.get_by_text("FFT 9.xlsx").first).to_be_visible()
    expect(page.get_by_text("29").first).to_be_visible()
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_the_screens_of_links_are_looked_at(eyes, measure_link, people):
    """As they stand, and refused."""
    eyes.open("measures", people["certifier"], reverse("assessments:measures", args=[measure_link.standard_id]))
    page = eyes.open(
        "add a link", people["certifier"], reverse("assessments:measure_add", args=[measure_link.standard_id])
    )
    page.get_by_label("Compliance Plus from").fill("90")
    eyes.press("add a link, refused", page, "Add the link")
    page = eyes.open(
        "change a link", people["certifier"], reverse("assessments:measure_change", args=[measure_link.pk])
    )
    page.get_by_label("Compliant from", exact=True).fill("99")
    eyes.press("change a link, refused", page, "Save")
    assert eyes.complaints == [], "\n".join(eyes.complaints)
