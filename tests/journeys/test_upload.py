"""Files on their way from a real browser to a real server: progress, pause, cut lines, several at once, refusals."""

import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assessments.models import Evidence, EvidenceUse
from departments.models import Blob
from departments.services.files import read
from files.models import File
from files.rules import FileState
from tests.journeys.eyes import Eyes, session_of
from tests.journeys.lines import Line, line_to

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024


@pytest.fixture
def line(live_server) -> Iterator[Line]:
    with line_to(live_server.url) as line:
        yield line


@pytest.fixture
def page(browser: Browser, line: Line, people) -> Iterator[Page]:
    """The lead, signed in, at the end of a line that may be cut."""
    context = browser.new_context(base_url=line.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "sessionid", "value": session_of(people["lead"]), "url": line.url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def add_page(preparing) -> str:
    return reverse("assessments:evidence_add", args=[preparing.pk, "4.3.4"])


def write(path: Path, megabytes: int) -> str:
    """A file of so many megabytes, no two alike; its hash."""
    block, digest = random.Random(2009).randbytes(MEGABYTE), hashlib.sha256()
    with path.open("wb") as file:
        for number in range(megabytes):
            data = number.to_bytes(4, "big") + block[4:]
            file.write(data)
            digest.update(data)
    return digest.hexdigest()


def the_blob() -> Blob:
    """What is here of the only file."""
    blob = File.objects.get().blob
    assert blob is not None
    return blob


def kept_hash() -> str:
    """Of the only file, read back."""
    digest = hashlib.sha256()
    for piece in read(blob=the_blob()):
        digest.update(piece)
    return digest.hexdigest()


def describe(page: Page, owner: str = "PALS manager") -> None:
    page.get_by_label("Who keeps it").fill(owner)
    page.get_by_label("Date of the document").fill("2026-03-01")


def test_300_megabytes_over_a_line_that_is_cut_half_way(page, line, add_page, tmp_path):
    film = tmp_path / "Visit to the ward.mp4"
    told = write(film, 300)
    page.goto(add_page)
    line.cut_after = line.sent + 150 * MEGABYTE
    page.get_by_label("Drop files here, or choose them").set_input_files(film)
    card = page.locator(".app-send__file")
    expect(card).to_contain_text("The line dropped: trying again…", timeout=40_000)
    at_the_cut = File.objects.get()
    assert at_the_cut.state == FileState.ARRIVING
    expect(card).to_contain_text("Waiting to be checked", timeout=60_000)
    assert line.cuts == 1
    # What was here before the cut was not sent again: hardly more than the file itself went over the line.
    assert line.sent < 320 * MEGABYTE
    describe(page)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 “Visit to the ward” is added.")).to_be_visible()
    file = File.objects.get()
    assert file.size == 300 * MEGABYTE
    assert the_blob().sha256 == told == kept_hash()
    assert Evidence.objects.get().current.file == file


def test_two_files_at_once_are_evidence_of_their_own(page, add_page, preparing, tmp_path):
    for name in ("complaints_report-2025.pdf", "You said.txt"):
        (tmp_path / name).write_bytes(name.encode())
    page.goto(add_page)
    page.get_by_label("Drop files here, or choose them").set_input_files(sorted(tmp_path.iterdir()))
    expect(page.get_by_text("Waiting to be checked")).to_have_count(2)
    expect(page.get_by_label("What it is", exact=True)).to_be_hidden()
    assert page.get_by_label("What it is: complaints_report-2025.pdf").input_value() == "Complaints report 2025"
    page.get_by_label("What it is: You said.txt").fill("")
    describe(page)
    page.get_by_text("It supports other elements too").click()
    page.get_by_label(re.compile(r"1\.1\.1 ")).check()
    page.get_by_role("button", name="Add evidence").click()
    # One of them has no name yet: it is said beside that file, and neither has to be sent again.
    page.locator(".nhsuk-error-summary").get_by_role("link", name="Enter what it is").click()
    assert Evidence.objects.count() == 0
    page.keyboard.type("You said, we did")
    expect(page.get_by_label("Who keeps it")).to_have_value("PALS manager")
    File.objects.update(state=FileState.CLEAN)
    expect(page.locator("[data-words]", has_text="Checked")).to_have_count(2)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 and ES 2 are added.")).to_be_visible()
    assert set(Evidence.objects.values_list("title", flat=True)) == {"Complaints report 2025", "You said, we did"}
    assert EvidenceUse.objects.count() == 4


def test_pause_a_page_that_closes_and_the_same_file_chosen_again(page, line, add_page, tmp_path):
    film = tmp_path / "Visit.mp4"
    told = write(film, 60)
    page.goto(add_page)
    chooser = page.get_by_label("Drop files here, or choose them")
    chooser.set_input_files(film)
    page.get_by_role("button", name="Pause Visit.mp4").click()
    card = page.locator(".app-send__file")
    expect(card).to_contain_text("Paused at")
    page.wait_for_timeout(500)
    sent = line.sent
    page.wait_for_timeout(700)
    assert line.sent - sent < 10_000
    describe(page)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("Not every file has arrived yet.")).to_be_visible()
    page.get_by_role("button", name="Resume Visit.mp4").click()
    while the_blob().size < 24 * MEGABYTE:
        page.wait_for_timeout(50)
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    page.goto(add_page)
    expect(page.get_by_role("heading", name="Finish sending")).to_be_visible()
    expect(page.locator("[data-unfinished]")).to_contain_text("Visit.mp4")
    before = line.sent
    page.get_by_label("Drop files here, or choose them").set_input_files(film)
    expect(card).to_contain_text("Waiting to be checked", timeout=30_000)
    assert line.sent - before < 45 * MEGABYTE
    expect(page.get_by_role("heading", name="Finish sending")).to_be_hidden()
    assert the_blob().sha256 == told == kept_hash()


def test_what_cannot_be_taken_is_said_beside_that_file_before_a_byte_is_sent(page, line, add_page, settings, tmp_path):
    settings.EVIDENCE_MAX_BYTES = 5 * MEGABYTE
    for name, size in [("program.exe", 2 * MEGABYTE), ("film.mp4", 8 * MEGABYTE), ("empty.txt", 0), ("fine.txt", 5)]:
        (tmp_path / name).write_bytes(b"x" * size)
    page.goto(add_page)
    before = line.sent
    page.get_by_label("Drop files here, or choose them").set_input_files(sorted(tmp_path.iterdir()))
    for name, words in [
        ("program.exe", "Choose a file of another kind."),
        ("film.mp4", "The file is larger than 5 MB."),
        ("empty.txt", "The file is empty."),
        ("fine.txt", "Waiting to be checked"),
    ]:
        expect(page.locator(".app-send__file", has_text=name)).to_contain_text(words)
    assert line.sent - before < 100_000
    describe(page)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 “Fine” is added.")).to_be_visible()
    assert File.objects.get().name == "fine.txt"


def test_a_session_that_ends_while_a_file_is_on_its_way(page, line, add_page, people, tmp_path):
    film = tmp_path / "Visit.mp4"
    told = write(film, 40)
    page.goto(add_page)
    page.get_by_label("Drop files here, or choose them").set_input_files(film)
    page.get_by_role("button", name="Pause Visit.mp4").click()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Resume Visit.mp4").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.context.add_cookies([{"name": "sessionid", "value": session_of(people["lead"]), "url": line.url}])
    page.get_by_role("button", name="Resume Visit.mp4").click()
    expect(page.locator(".app-send__file")).to_contain_text("Waiting to be checked", timeout=30_000)
    assert the_blob().sha256 == told


def test_a_file_dropped_on_the_elements_page_is_named_on_the_next(page, preparing, tmp_path):
    (tmp_path / "Minutes of March.txt").write_text("The ward meeting of 3 March.")
    page.goto(reverse("assessments:element", args=[preparing.pk, "4.3.4"]))
    page.get_by_label("Drop files here, or choose them").set_input_files(tmp_path / "Minutes of March.txt")
    expect(page.get_by_text("Waiting to be checked")).to_be_visible()
    page.get_by_role("button", name="Say what they are").click()
    expect(page.get_by_role("heading", level=1, name="Add evidence")).to_be_visible()
    expect(page.get_by_text("Minutes of March.txt has arrived and waits here.")).to_be_visible()
    describe(page)
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_text("ES 1 “Minutes of March” is added.")).to_be_visible()


def test_what_the_department_has_already_is_used_instead(page, add_page, evidence_in_preparation, preparing, tmp_path):
    (tmp_path / "again.txt").write_bytes(b"You said the clinic was hard to find. We put up signs.")
    page.goto(reverse("assessments:evidence_add", args=[preparing.pk, "1.1.1"]))
    page.get_by_label("Drop files here, or choose them").set_input_files(tmp_path / "again.txt")
    expect(page.get_by_text("You have this already as")).to_be_visible()
    page.get_by_role("button", name="Use ES 1 for this element instead").click()
    expect(page.get_by_text("ES 1 supports this element. This file is left out.")).to_be_visible()
    assert set(EvidenceUse.objects.values_list("element__number", flat=True)) == {"4.3.4", "1.1.1"}


def test_the_page_while_files_are_on_their_way_is_accessible(browser, live_server, people, add_page, tmp_path):
    for name in ("program.exe", "fine.txt"):
        (tmp_path / name).write_bytes(b"x")
    write(tmp_path / "Visit to the ward.mp4", 20)
    eyes = Eyes(browser, live_server.url)
    page = eyes.open("adding", people["lead"], add_page)
    page.get_by_label("Drop files here, or choose them").set_input_files(sorted(tmp_path.iterdir()))
    page.get_by_role("button", name="Pause Visit to the ward.mp4").click()
    expect(page.get_by_text("Waiting to be checked")).to_be_visible()
    eyes.look(page, "files on their way")
    page.goto(add_page)
    eyes.look(page, "files begun before")
    eyes.close()
    assert eyes.complaints == [], "\n".join(eyes.complaints)
