"""Pages of figures in the states that their addresses alone do not show: on their way, refused, undone, very long."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from feedback.models import FeedbackImport, Reading
from feedback.rules import ImportState
from feedback.services.remarks import add_remark
from tests.feedback.cast import A_PROBLEM, make_import, make_place, make_reading, make_unconfirmed
from tests.journeys.eyes import DESK, PHONE, Eyes

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Friends_and_Family_" * 12
SIGN = {"kind": "nhs_number", "page": 1, "line": 7, "masked": "NHS number ending 919", "sheet": "Wards"}
ANSWERS = {"very_good": 80, "good": 14, "neither": 3, "poor": None, "very_poor": None, "dont_know": 1}


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    eyes.axe_at = (DESK, PHONE)
    yield eyes
    eyes.close()


def of_import(brought: FeedbackImport) -> str:
    return reverse("feedback:import", args=[brought.pk])


def test_a_file_at_every_state(eyes, people, here, measures):
    keeper = people["administrator"]
    unknown = make_unconfirmed(here.trust, keeper, unknown=True)
    eyes.open("import, unknown", keeper, of_import(unknown))
    brought = make_unconfirmed(here.trust, keeper, rows=60)
    rows = FeedbackImport.objects.filter(pk=brought.pk)
    for state in (ImportState.WAITING, ImportState.READING):
        rows.update(state=state)
        eyes.open(f"import, {state}", keeper, of_import(brought))
    rows.update(state=ImportState.REFUSED, name=f"{LONG}.xlsx", problem="", mapping={"figures": []})
    eyes.open("import, refused", keeper, of_import(brought))
    rows.update(state=ImportState.TO_CONFIRM, patient_signs=[SIGN] * 12, problem="Nothing of it is here. Try again.")
    eyes.open("import, may name patients", keeper, of_import(brought))
    rows.update(state=ImportState.GIVEN_UP, problem="These figures are here already.")
    eyes.open("import, given up", keeper, of_import(brought))
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_a_file_that_came_in_and_what_became_of_it(eyes, people, here, services_and_sites, measures):
    keeper = people["administrator"]
    old = make_import(here.trust, keeper, name="first.xlsx")
    brought = make_import(here.trust, keeper, name=f"{LONG}.xlsx")
    for number in range(30):
        place = make_place(here.trust, f"{LONG[:40]} {number}", of=services_and_sites[0] if number % 2 else None)
        last = make_reading(brought, place=place, suppressed=True, positive=None, responses=None, detail=ANSWERS)
    FeedbackImport.objects.filter(pk=brought.pk).update(replaces=old, rows_total=30)
    FeedbackImport.objects.filter(pk=old.pk).update(state=ImportState.REPLACED)
    eyes.open("imports", keeper, reverse("feedback:imports", args=["RKE"]))
    eyes.open("import, imported", keeper, of_import(brought))
    eyes.open("import, replaced", keeper, of_import(old))
    eyes.open("undo a correction", keeper, reverse("feedback:undo", args=[brought.pk]))
    eyes.open("reading, suppressed", people["executive"], reverse("feedback:reading", args=[last.pk]))
    eyes.open("places, many", keeper, reverse("feedback:places", args=["RKE"]))
    eyes.open("places, decided", keeper, reverse("feedback:places", args=["RKE"]) + "?show=decided")
    FeedbackImport.objects.filter(pk=brought.pk).update(
        state=ImportState.UNDONE, undone_by=keeper, undone_at=timezone.now()
    )
    Reading.objects.update(current=False)
    eyes.open("import, undone", keeper, of_import(brought))
    eyes.open("reading, undone", people["executive"], reverse("feedback:reading", args=[last.pk]))
    assert eyes.complaints == [], "\n".join(eyes.complaints)


def test_problems_and_remarks_by_the_page(eyes, people, here, measures):
    brought = make_unconfirmed(here.trust, people["administrator"])
    FeedbackImport.objects.filter(pk=brought.pk).update(found={"rows": [], "problems": [A_PROBLEM] * 120})
    eyes.open("problems, many", people["administrator"], reverse("feedback:problems", args=[brought.pk]))
    for number in range(30):
        add_remark(
            department=here.department, kind="comment", theme="waiting", words=f"{LONG} {number}",
            said_on=date(2026, 9, 3), by=people["lead"],
        )  # fmt: skip
    eyes.open("remarks, many", people["lead"], reverse("feedback:remarks", args=[here.department.pk]))
    assert eyes.complaints == [], "\n".join(eyes.complaints)
