"""People come and go: invited by e-mail, at work on a phone, and out again, in a real browser with a real worker."""

import re
import time
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from assessments.models import Statement
from departments.models import OutgoingEmail, User

pytestmark = pytest.mark.django_db(transaction=True)


def link_in_the_e_mail(to: str) -> str:
    """The path of the invitation's link, once the worker has sent it."""
    for _ in range(60):
        if OutgoingEmail.objects.filter(to=to, state="sent").exists():
            break
        time.sleep(0.5)
    sent = [file.read_text() for file in Path(settings.EMAIL_FILE_PATH).iterdir() if to in file.read_text()]
    found = re.search(r"/invitations/\S+", sent[-1].replace("=\n", ""))
    assert found, "The e-mail holds no link."
    return found.group()


def invite(page: Page, email: str) -> None:
    page.get_by_role("link", name="Departments", exact=True).click()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name=re.compile("Invite")).first.click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Contributor", exact=True).check()
    page.get_by_label("Department, for a lead or a contributor").select_option(label="Cardiology")
    page.get_by_role("button", name=re.compile("invitation|Invite", re.I)).click()
    expect(page.get_by_text(email).first).to_be_visible()


def join(browser: Browser, address: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}, base_url=address).new_page()
    page.goto(path)
    page.get_by_label(re.compile("name", re.I)).first.fill("Ngozi Adébáyọ̀-O’Neill")
    for field in page.locator("input[type=password]").all():
        field.fill("a-quiet-clinic-on-tuesday")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    return page


def test_a_contributor_is_invited_writes_on_a_phone_and_leaves(arrive, worker, browser, live_server, preparing):
    administrator = arrive("administrator")
    invite(administrator, "ngozi@example.org")
    contributor = join(browser, live_server.url, link_in_the_e_mail("ngozi@example.org"))
    person = User.objects.get(email="ngozi@example.org")
    assert person.name == "Ngozi Adébáyọ̀-O’Neill"

    contributor.goto(f"/assessments/{preparing.pk}/elements/4.3.4/")
    contributor.get_by_label("How you meet this element").fill("We ring everybody who complains within two days.")
    contributor.get_by_role("button", name="Save", exact=True).click()
    expect(contributor.get_by_text("Saved at")).to_be_visible()
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").edited_by == person

    contributor.goto(f"/assessments/{preparing.pk}/submit/")
    expect(contributor.get_by_role("heading", level=1)).to_be_visible()
    expect(contributor.get_by_role("button", name=re.compile("^Submit"))).to_have_count(0)

    administrator.reload()
    row = administrator.get_by_role("row").filter(has_text="Ngozi")
    row.get_by_role("link", name=re.compile("End")).click()
    administrator.get_by_role("button", name=re.compile("End")).click()
    contributor.goto(f"/assessments/{preparing.pk}/elements/4.3.4/")
    expect(contributor.get_by_text("We ring everybody")).to_have_count(0)
    contributor.goto("/")
    expect(contributor.get_by_role("heading", name="You have no role yet")).to_be_visible()
    contributor.context.close()
