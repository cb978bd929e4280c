"""What a journey needs: a real browser, a real server, and a real worker process on the same database and broker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page

from departments.models import User
from tests.conftest import PASSWORD

QUIET = 3  # looks in a row, 50 ms apart, at which the database has nothing to do


@pytest.fixture(autouse=True)
def the_server_has_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page asks for its parts after a test has seen what it came for: tables are emptied when those are answered."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    looks = 0
    for _ in range(200):
        looks = 0 if others_at_work() else looks + 1
        if looks == QUIET:
            return
        time.sleep(0.05)
    raise AssertionError("Ten seconds after the test the server still asks the database.")


def others_at_work() -> int:
    """How many other sessions of this database are in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker of its own process, on the database and the broker of this test."""
    database = connection.settings_dict
    host = database["OPTIONS"].get("host") or database["HOST"]
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={quote(str(host))}"
    if database["PORT"]:
        address += f"&port={database['PORT']}"
    log = (tmp_path / "worker.log").open("wb")
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--loglevel=INFO", "--concurrency=1"]
    process = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": address}, cwd=settings.BASE_DIR, stdout=log, stderr=log
    )
    yield process
    process.terminate()
    process.wait(timeout=30)
    log.close()


@pytest.fixture
def complaints() -> list[str]:
    """What browsers complain of during a test; at its end there must be nothing left."""
    return []


@pytest.fixture
def arrive(
    browser: Browser, live_server, people: dict[str, User], complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    """`arrive("lead")` is a browser window in which the lead has typed their password and come in."""
    contexts = []

    def sign_in(who: str, width: int = 1280) -> Page:
        person = people[who]
        person.set_password(PASSWORD)
        person.save()
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(person.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == [], "The browser complained."
