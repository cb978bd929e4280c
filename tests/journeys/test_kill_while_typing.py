"""Somebody types while the server is killed and started again: the text is still on the page, and then it is saved."""

import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.launcher.home import open_home
from portal.launcher.run import applications, defaults
from tests.files.portal_of_its_own import ask, do, free_port, own_databases, wait_for
from tests.files.test_kill_of_the_web import answers, kill_all_of

# One portal of its own.
pytestmark = pytest.mark.xdist_group("kill_while_typing")

SAVED = re.compile(r"Saved \d\d:\d\d ✓")


@pytest.fixture
def databases():
    with own_databases() as running:
        do(running, "open_an_assessment")
        do(running, "hand_to_an_assessor")
        yield running


def test_kill_9_while_somebody_types_a_finding(databases, browser: Browser, tmp_path: Path):
    port = free_port()
    env = {**os.environ, **databases.environment, **defaults(port), "PORTAL_DEMO": "0"}
    (web,) = [child for child in applications(env, port, open_home(tmp_path).root) if child.name == "web server"]
    web.start()
    wait_for(lambda: answers(port))
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    context.set_default_timeout(60_000)
    try:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill("assessor@example.org")
        page.locator("input[name=password]").fill("right-horse-battery")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"http://127.0.0.1:{port}/")
        ((assessment,),) = ask(databases, "SELECT id FROM assessments_assessment")
        page.goto(f"/assessments/{assessment}/elements/4.3.4/")
        finding = page.get_by_label("Finding", exact=True)
        finding.type("Before the power failed. ")
        expect(page.get_by_text(SAVED)).to_be_visible()

        kill_all_of(web)
        finding.type("While it was gone. ")
        expect(page.get_by_text("kept in this browser, will be saved")).to_be_visible()

        web.watch()
        time.sleep(max(web.again_at - time.monotonic(), 0))
        web.watch()
        wait_for(lambda: answers(port))
        finding.type("And after.")
        expect(page.get_by_text(SAVED)).to_be_visible()
        whole = "Before the power failed. While it was gone. And after."
        expect(finding).to_have_value(whole)
        query = "SELECT narrative FROM assessments_finding WHERE narrative <> ''"
        wait_for(lambda: ask(databases, query) == [(whole,)])
        page.reload()
        expect(finding).to_have_value(whole)
    finally:
        context.close()
        web.stop()
