"""An executive's story: from the dashboard to the leaders' view, and what all leaders said."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from assessments.leading import ChangeNeeded
from assessments.models import LeadersView
from tests.assessments.test_leaders import several
from tests.journeys.eyes import Eyes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    yield eyes
    eyes.close()


def test_an_executive_gives_their_view_and_finds_it_beside_all_others(eyes, people, here, elsewhere, standard):
    several(here.trust, "ours", ["fundamental", "significant", "significant", "some"])
    several(elsewhere.trust, "theirs", ["none", "some", "some", "some", "significant"], "disagree")
    page = eyes.open("dashboard", people["executive"], reverse("portal:dashboard", args=[here.trust.ods_code]))
    page.get_by_role("link", name="Leaders’ view").click()
    eyes.look(page, "leaders_asked")
    eyes.press("leaders_refused", page, "Send my answers")
    assert page.locator(".nhsuk-error-summary li").count() == page.locator("main fieldset").count()
    for group in page.locator("main fieldset").all():
        words = "Some change" if group.get_by_label("Some change").count() else "Agree"
        group.get_by_label(words, exact=True).check()
    eyes.press("leaders_results", page, "Send my answers")
    assert LeadersView.objects.get(answered_by=people["executive"]).change_needed == ChangeNeeded.SOME
    shown = page.locator("main").inner_text()
    assert "60% of your leaders think that significant or fundamental change is needed" in shown
    assert "more than elsewhere (20%)" in shown
    page.get_by_role("link", name="Your own answers").click()
    eyes.look(page, "leaders_answered")
    assert "Next year you are asked again" in page.locator("main").inner_text()
    assert eyes.complaints == [], "\n".join(eyes.complaints)
