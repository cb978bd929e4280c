"""The day of a visit in a browser: no note is lost or doubled without signal, session or tab."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assessments.models import VisitNote, VisitPerson, VisitStop
from tests.conftest import PASSWORD
from tests.journeys.eyes import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tablet(browser: Browser, live_server, people) -> Iterator[Page]:
    """A tablet on which the assessor has signed in. Its browser may say that a line is down, and nothing else."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 768, "height": 1024}, base_url=live_server.url)
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "sessionid", "value": session_of(people["assessor"]), "url": live_server.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def go_to(page: Page, visit, number: str = "4.3.4") -> None:
    page.goto(f"{reverse('assessments:visit_day', args=[visit.pk])}?element={number}")


def note(page: Page, words: str) -> None:
    page.get_by_label("Note", exact=True).fill(words)
    page.get_by_role("button", name="Save the note").click()


def line(page: Page):
    return page.locator("[data-line]")


def test_notes_made_without_signal_arrive_once(tablet, visit, visit_stop, visit_person):
    page = tablet
    go_to(page, visit)
    expect(line(page)).to_have_text("Everything is saved.")
    note(page, "The sister knew the complaints of the month.")
    expect(line(page)).to_have_text("Everything is saved.")
    page.context.set_offline(True)
    note(page, "Call bells were answered at once.")
    page.get_by_role("link", name=re.compile("^Next")).click()
    expect(page.get_by_role("heading", name="4.3.5")).to_be_visible()
    note(page, "The board shows what was changed. 👍")
    page.get_by_role("link", name=re.compile("^Previous")).click()
    note(page, "الممرضة لطيفة")
    page.get_by_role("button", name=re.compile("^Seen")).click()
    page.get_by_role("button", name=re.compile("^Met")).click()
    expect(line(page)).to_contain_text("3 notes and 2 marks wait for signal.")
    assert VisitNote.objects.count() == 1
    page.context.set_offline(False)
    expect(line(page)).to_have_text("Everything is saved.")
    page.reload()
    expect(page.locator("article:visible li")).to_have_count(3)
    said = {(row.element.number, row.text) for row in VisitNote.objects.select_related("element")}
    assert said == {
        ("4.3.4", "The sister knew the complaints of the month."),
        ("4.3.4", "Call bells were answered at once."),
        ("4.3.5", "The board shows what was changed. 👍"),
        ("4.3.4", "الممرضة لطيفة"),
    }
    assert VisitNote.objects.count() == 4
    assert set(VisitNote.objects.values_list("stop", "person")) == {(visit_stop.pk, visit_person.pk)}
    assert VisitStop.objects.get().seen == "yes"
    assert VisitPerson.objects.get().met == "yes"


def test_an_answer_that_is_lost_on_its_way_makes_no_second_note(tablet, visit):
    page = tablet
    go_to(page, visit)
    address = f"**{reverse('assessments:visit_note', args=[visit.pk])}"
    lost: list[str] = []

    def lose_the_answer(route) -> None:
        route.fetch()
        lost.append("an answer")
        route.fulfill(status=503)

    page.route(address, lose_the_answer)
    note(page, "The answer was lost.")
    expect(line(page)).to_contain_text("1 note waits for signal.")
    assert (len(lost), VisitNote.objects.count()) == (1, 1)
    page.unroute(address)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(line(page)).to_have_text("Everything is saved.")
    assert VisitNote.objects.count() == 1


def test_notes_outlive_the_tab_and_the_session(tablet, visit, people):
    page = tablet
    go_to(page, visit)
    Session.objects.all().delete()
    note(page, "The session had ended.")
    expect(page.get_by_role("link", name="Sign in again in a new tab.")).to_be_visible()
    page.get_by_label("Note", exact=True).fill("Half a thou")
    other = page.context.new_page()
    page.close()
    other.goto("/accounts/login/")
    other.locator("input[name=login]").fill(people["assessor"].email)
    other.locator("input[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    go_to(other, visit)
    expect(line(other)).to_have_text("Everything is saved.")
    expect(other.get_by_label("Note", exact=True)).to_have_value("Half a thou")
    assert [row.text for row in VisitNote.objects.all()] == ["The session had ended."]


def test_a_note_that_may_name_a_patient_comes_back_to_be_changed(tablet, visit):
    page = tablet
    go_to(page, visit)
    note(page, "NHS number 943 476 5919 was called by name.")
    expect(page.get_by_text("This may identify a patient")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    note(page, "A patient was called by name.")
    expect(line(page)).to_have_text("Everything is saved.")
    assert [row.text for row in VisitNote.objects.all()] == ["A patient was called by name."]
