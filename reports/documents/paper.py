"""HTML onto paper: one tagged PDF, the same bytes for the same HTML, with nothing fetched but our own static files."""

import contextlib
import gc
import logging
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import HTML
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC = "https://static.invalid/"  # a name that can never be resolved stands for our folder of static files
LAID_OUT = re.compile(r"Step 5 - Creating layout - Page (\d+)")
OnProgress = Callable[[int], None]


@dataclass(frozen=True)
class Paper:
    """A finished PDF."""

    content: bytes
    pages: int


def print_html(html: str, *, identifier: bytes, expected_pages: int, on_progress: OnProgress) -> Paper:
    """Lay out and write a PDF/UA-1. `on_progress` is told per cent of this work, rising, as WeasyPrint goes on;
    what it raises stops the work. `identifier` becomes the file's own, so that nothing in it depends on the hour."""
    with _told_of_progress(expected_pages, on_progress), _garbage_left_alone():
        document = HTML(string=html, base_url=STATIC, url_fetcher=OurStaticFilesOnly()).render(
            pdf_variant="pdf/ua-1", cache={}
        )
        content = document.write_pdf(pdf_identifier=identifier, pdf_variant="pdf/ua-1")
    return Paper(content=content, pages=len(document.pages))


def find(path: str) -> str | None:
    """Where a static file lies; nowhere when its path leads out of our folders."""
    try:
        return finders.find(path)
    except SuspiciousFileOperation:
        return None


@contextlib.contextmanager
def _told_of_progress(expected_pages: int, on_progress: OnProgress) -> Iterator[None]:
    listener = _Listener(expected_pages, on_progress)
    before = PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate
    PROGRESS_LOGGER.addHandler(listener)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(listener)
        PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate = before


@contextlib.contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """A layout makes millions of objects that live to its end: looking among them for garbage costs a fifth more."""
    was_on = gc.isenabled()
    gc.collect()  # what the last layout left, so that a worker does not grow
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


class _Listener(logging.Handler):
    """Turns what WeasyPrint says of its steps, in this thread, into per cent."""

    def __init__(self, expected_pages: int, on_progress: OnProgress) -> None:
        super().__init__(logging.INFO)
        self.expected_pages = expected_pages
        self.on_progress = on_progress
        self.thread_id = threading.get_ident()
        self.reached = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self.thread_id:
            return
        percent = self.percent_at(record.getMessage())
        if percent > self.reached:
            self.reached = percent
            self.on_progress(percent)

    def percent_at(self, step: str) -> int:
        """Pages take most of the time. A second pass puts the page numbers into the contents."""
        if step.startswith("Step 5 - Creating layout - Repagination"):
            return 80
        if page := LAID_OUT.fullmatch(step):
            return 10 + min(65, 65 * int(page[1]) // self.expected_pages)
        return {"Step 3": 5, "Step 4": 8, "Step 6": 88, "Step 7": 97}.get(step[:6], 0)


class OurStaticFilesOnly(URLFetcher):  # type: ignore[misc]
    """Gives what lies in our static folders, and stops the document when it asks for anything else."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        path = unquote(urlsplit(url).path).lstrip("/")
        found = find(path) if url.startswith(STATIC) else None
        if not found:
            raise FatalURLFetchingError(f"A document may use our own static files only, not {url}")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=Path(found).read_bytes(), headers={"Content-Type": kind})
