"""Every address that answers with a page, and every form when it is refused, in a real browser on phone and desk."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from departments.models import User
from tests.journeys.eyes import Eyes, repeated
from tests.test_doors import DOORS

pytestmark = pytest.mark.django_db(transaction=True)

# Who is shown most, first; nobody signed in comes last, and first where a signed-in person is sent on.
MOST_SHOWN = ["assessor", "lead", "administrator", "certifier", "executive", "contributor"]
TOO_LONG = "Far too long. " * 8000

# What is typed into each form so that it is refused; a name with spaces is the button that is pressed.
REFUSED: dict[str, dict[str, str]] = {
    "account_login": {"login": "nobody@example.org", "password": "wrong-wrong-wrong"},
    "account_reset_password": {"email": "nobody"},
    "account_change_password": {"oldpassword": "wrong", "password1": "one", "password2": "other"},
    "account_reauthenticate": {"password": "wrong"},
    "assessments:open": {"title": "Recertification 2026"},
    "assessments:return": {},
    "assessments:assign": {},
    "assessments:declare": {"details": "My sister is a nurse there.", "signed_name": "Somebody"},
    "assessments:conflict": {},
    "assessments:summary": {"method": TOO_LONG, "press": "Save"},
    "assessments:call_off_visit": {},
    "assessments:reopen_visit": {},
    "assessments:take_back": {},
    "assessments:appeal": {},
    "assessments:withdraw": {},
    "assessments:pause": {},
    "assessments:element": {"narrative": TOO_LONG, "strengths": "Commitment."},
    "assessments:challenge_make": {"text": TOO_LONG},
    "assessments:challenge": {"answer": "The figure was misread."},
    "assessments:query_ask": {"text": "When were the signs put up?", "due_on": "2020-01-01"},
    "assessments:query": {"text": "When were the signs put up?", "due_on": "2020-01-01"},
    "assessments:private_note": {"note": TOO_LONG},
    "assessments:evidence_add": {"title": "Minutes of the patients’ forum", "dated": "2999-01-01"},
    "assessments:evidence_choose": {},
    "assessments:corporate": {"note": "Ours are answered in ten days."},
    "assessments:use_note": {"shows": "How long people waited.", "place": "Page 4"},
    "assessments:version_add": {"change": "Figures for 2026.", "dated": "2999-01-01"},
    "assessments:scope": {"reason": ""},
    "assessments:carry_forward": {},
    "assessments:patient_data": {"reason": "These are made-up numbers."},
    "assessments:evidence_edit": {"title": "", "owner": "The ward clerk"},
    "assessments:evidence_elements": {},
    "assessments:action_plan": {"plan": "Ask every patient.", "due_on": "2020-01-01"},
    "assessments:action_done": {"done": "We put up signs.", "codes": "ES 999"},
    "assessments:action_check": {"reason": ""},
    "assessments:plan_visit": {"day": "2020-01-01"},
    "assessments:close_visit": {"front_line": "They speak up."},
    "assessments:visit_arrangements": {"arrangements": TOO_LONG},
    "assessments:visit_stop_add": {"purpose": "The waiting room."},
    "assessments:visit_stop": {"purpose": TOO_LONG},
    "assessments:visit_person_add": {"name": "Ama Boateng"},
    "assessments:visit_person": {"post": ""},
    "assessments:measure_add": {"compliance_plus": "90", "compliant": "95"},
    "assessments:measure_change": {"compliance_plus": "90", "compliant": "95"},
    "assessments:practice_add": {"organisation": "A supermarket", "title": "A quiet hour"},
    "assessments:practice_edit": {"title": "A clear board", "contact": "Ask Lead"},
    "assessments:practice_decide": {"reason": ""},
    "assessments:practice_nominate": {"on": "2999-01-01", "outcome": "Shown in Leeds."},
    "assessments:leaders": {},
    "feedback:send": {},
    "feedback:import": {"starts_on": "2026-09-01"},
    "feedback:columns": {"title_0": "Staff were friendly"},
    "feedback:add_remark": {"words": "The mother of NHS number 943 476 5919 was not called back."},
    "files:set_hold": {"reason": ""},
    "files:lift_hold": {"reason": ""},
    "reports:appeal": {"reason": ""},
    "reports:decide": {"reason": "Please look at 4.3.4 again."},
    "departments:add_department": {"about": "Founded in 1848."},
    "departments:add_corporate": {"name": "", "about": "Complaints, estates and information governance."},
    "departments:edit_department": {"name": "", "about": "Founded in 1848."},
    "departments:add_service": {"name": "Chest pain clinic"},
    "departments:edit_service": {"name": ""},
    "departments:add_site": {"name": "River Place Surgery", "town": "London"},
    "departments:edit_site": {"name": "", "town": "London"},
    "departments:add_partner": {"name": "Islington GP Federation"},
    "departments:edit_partner": {"name": ""},
    "departments:invite": {"email": "new@"},
    "departments:invitation": {"name": "Rosa New"},
    "departments:end_role": {},
}

# Choices that each have an answer already, and notes that the page itself keeps: nobody can fill these in wrongly.
NEVER_REFUSED = {
    "feedback:places",
    *("departments:your_emails", "assessments:visit_elements", "assessments:visit_day", "assessments:propose"),
}


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    yield eyes
    eyes.close()


@pytest.mark.parametrize("world", sorted({door.world for door in DOORS.values()}))
def test_every_page_and_every_refused_form(world, eyes, people, request):
    stage = request.getfixturevalue(world)
    for name, door in DOORS.items():
        if door.world != world:
            continue
        url = reverse(name, kwargs=door.kwargs(stage))
        found = who_is_shown_a_page(url, door.opens, people)
        if found:
            page = eyes.open(name, found[0], url)
            if has_a_form(page) and name not in NEVER_REFUSED:
                refuse(eyes, page, name)
    titles = [title for name, title in eyes.titles.items() if "refused" not in name]
    assert eyes.complaints == [], "\n".join(eyes.complaints)
    assert sorted(repeated(titles)) == []


def who_is_shown_a_page(url: str, opens: list[str], people: dict[str, User]) -> tuple[User | None] | None:
    """The person whom this address answers with a page, as `(None,)` for nobody signed in; None for no page at all."""
    for person in [people[who] for who in MOST_SHOWN if who in opens] + [None]:
        client = Client()
        if person:
            client.force_login(person)
        answer = client.get(url)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            whole = b"<!doctype html" in answer.content[:200].lower() if not answer.streaming else False
            return (person,) if whole else None
    return None


def has_a_form(page: Page) -> bool:
    """A form to fill in; a button to be sure of is none."""
    return page.locator("main form[method=post]").locator("input:not([type=hidden]), textarea, select").count() > 0


def refuse(eyes: Eyes, page: Page, name: str) -> None:
    """Send the form with something wrong in it: what is wrong is said, led to, and nothing typed is lost."""
    assert name in REFUSED, f"{name} has a form: say in REFUSED how it is refused."
    typed = {field: words for field, words in REFUSED[name].items() if field != "press"}
    form = page.locator("main form[method=post]:has(input:not([type=hidden]), textarea, select)").first
    for field, words in typed.items():
        form.locator(f"[name={field}]").fill(words)
    button = REFUSED[name].get("press") or form.locator("button[type=submit]").first.inner_text()
    eyes.press(f"{name} refused", page, button)
    if not page.title().startswith("Error: "):
        eyes.complain(f"the title of a refused form is “{page.title()}”")
    links = page.locator(".nhsuk-error-summary a")
    if not links.count():
        eyes.complain("no error summary with links")
    for link in links.all():
        target = link.get_attribute("href") or ""
        if page.locator(f"[id='{target.removeprefix('#')}']").count() != 1:
            eyes.complain(f"the error summary leads to {target}, which is not there")
    for field, words in typed.items():
        box = page.locator(f"main [name={field}]")
        kept = box.input_value().strip() == words.strip()
        if box.get_attribute("type") != "password" and not kept:
            eyes.complain(f"what was typed into {field} is lost")
