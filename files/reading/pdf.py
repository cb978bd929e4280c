"""The pages of a PDF, and of what LibreOffice made a PDF of, by PDFium."""

import contextlib
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw

from files.reading.pages import MOST_CHARACTERS_OF_A_PAGE, CannotRead, CutShort, Page, clean
from files.reading.pictures import LONG_SIDE, WIDTH

LARGEST_SCALE = 4.0  # pixels a point: a visiting card need not fill the screen
# LibreOffice shrinks a page that is longer than the 14,400 points which a PDF allows.
SHRUNK_FROM = 14_000
MARGIN = 16  # pixels around a sheet, whose page has no margins of its own
LINE_OF_A_SHEET = 12.0  # points from the lowest to the highest of a line of a spreadsheet in its usual size
# What PDFium gives for a hyphen at the end of a line, whose other half it puts right behind.
HYPHENS = dict.fromkeys((0x02, 0xFFFE), "-")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A PDF document, closed at the end."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as failure:
        shut = failure.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise CannotRead("It is protected with a password." if shut else "The file is damaged.") from failure
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def pdf_pages(path: Path, *, label: str = "Page {}") -> Iterator[Page]:
    """Text and picture of every page; a page that cannot be opened is an empty one."""
    cut = False
    with opened(path) as document:
        for index in range(len(document)):
            name = label.format(index + 1)
            try:
                page = flat(document, index)
            except pypdfium2.PdfiumError:
                yield Page(name, "")
                continue
            try:
                text, whole = page_text(page)
                cut = cut or not whole
                yield Page(name, text, lambda page=page: drawn(page))  # type: ignore[misc]
            finally:
                page.close()
    if cut:
        raise CutShort


def flat(document: Any, index: int) -> Any:
    """A page, with what is filled into its form made part of it."""
    page = document[index]
    if not page.formenv:
        return page
    page.flatten()
    page.close()  # only a page that is opened again has its new content
    return document[index]


def page_text(page: Any) -> tuple[str, bool]:
    """The text of a page line by line, also what lies outside its box, and whether that is all of it."""
    try:
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return "", True
    try:
        count = text_page.count_chars()
        text = text_page.get_text_range(0, min(count, MOST_CHARACTERS_OF_A_PAGE)) if count > 0 else ""
    finally:
        text_page.close()
    return clean(text.translate(HYPHENS)), count <= MOST_CHARACTERS_OF_A_PAGE


def drawn_page(document: Any, index: int, by: Callable[[Any], Image.Image | None] | None = None) -> Image.Image | None:
    """The picture of one page, by `drawn` unless told otherwise; nothing where the document has no such page."""
    if index >= len(document):
        return None
    page = document[index]
    try:
        return (by or drawn)(page)
    finally:
        page.close()


def drawn(page: Any) -> Image.Image | None:
    """A whole page, its short side 1,100 px or its long side 1,600; nothing of a page without a size."""
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        return None
    wide, tall = (LONG_SIDE, WIDTH) if width > height else (WIDTH, LONG_SIDE)
    return window(page, min(wide / width, tall / height, LARGEST_SCALE))


def drawn_top(page: Any) -> Image.Image | None:
    """The upper left of a page that is a whole sheet, at a size that can be read; nothing of an empty sheet."""
    width, height = page.get_size()
    shrunk = line_height(page) / LINE_OF_A_SHEET if max(width, height) > SHRUNK_FROM else 1.0
    width, height = width / shrunk, height / shrunk
    if not (width > 5 and height > 5):
        return None
    most = LONG_SIDE - 2 * MARGIN
    top = window(page, max(1.25, min(most / width, 2.0)) / shrunk, most)
    return ImageOps.expand(top, MARGIN, "white")


def line_height(page: Any) -> float:
    """How high the first letters of a page are, in points."""
    text_page = page.get_textpage()
    try:
        boxes = [text_page.get_charbox(at, loose=True) for at in range(min(text_page.count_chars(), 20))]
    finally:
        text_page.close()
    heights = [top - bottom for _, bottom, _, top in boxes if top > bottom]
    return sorted(heights)[len(heights) // 2] if heights else LINE_OF_A_SHEET


def window(page: Any, scale: float, most: int = LONG_SIDE) -> Image.Image:
    """The upper left of a page by `scale` pixels a point: at most `most` either way, whatever the page's box says."""
    width, height = page.get_size()
    left_out = (0, max(0, height - most / scale), max(0, width - most / scale), 0)
    bitmap = page.render(scale=scale, crop=left_out, rev_byteorder=True, prefer_bgrx=True, limit_image_cache=True)
    try:
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    finally:
        bitmap.close()
