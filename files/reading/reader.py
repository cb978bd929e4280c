"""Any file to its pages: which reader reads it, where it stops, and how the pages are written for the worker."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from PIL import Image

from files.reading import documents, letters, pdf, pictures, plain, sheets
from files.reading.pages import MOST_PAGES, MOST_PICTURES, MOST_TEXT_BYTES, CannotRead, CutShort, Page

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
PDF = "application/pdf"
DOCX = f"{OFFICE}.wordprocessingml.document"
XLSX = f"{OFFICE}.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroenabled.12"
PPTX = f"{OFFICE}.presentationml.presentation"
ODT, ODS, ODP = f"{OPEN}.text", f"{OPEN}.spreadsheet", f"{OPEN}.presentation"
RTF = "application/rtf"

# What the child is to be given: the heaviest file that is read needs it, and 300 MiB then hold all of the child.
MEGABYTES = 270
SECONDS = 120

READERS: dict[str, Callable[[Path], Iterator[Page]]] = {
    PDF: pdf.pdf_pages,
    DOCX: documents.docx_pages,
    ODT: documents.odt_pages,
    RTF: documents.rtf_pages,
    "text/rtf": documents.rtf_pages,
    PPTX: documents.pptx_pages,
    ODP: documents.odp_pages,
    XLSX: sheets.xlsx_pages,
    XLSM: sheets.xlsx_pages,
    ODS: sheets.ods_pages,
    "text/plain": plain.plain_pages,
    "text/csv": plain.plain_pages,
    "text/markdown": plain.plain_pages,
    "message/rfc822": letters.eml_pages,
    "application/vnd.ms-outlook": letters.msg_pages,
    **{kind: lambda path, kind=kind: pictures.image_pages(path, kind) for kind in pictures.TYPES},  # type: ignore[misc]
}


class Reading:
    """The pages of one file, to go through once; `cut` then tells whether a limit left some of it out.

    Each page's picture has to be drawn before the next page is asked for. Going through raises `CannotRead`, also
    after pages that could be read. A type that has no pages, such as sound, gives none.
    """

    def __init__(self, path: Path, content_type: str, rendered: Path | None = None) -> None:
        self.cut = False
        self.source = source(path, content_type, rendered)

    def __iter__(self) -> Iterator[Page]:
        size = 0
        try:
            for number, page in enumerate(self.source, start=1):
                size += len(page.text.encode())
                if number > MOST_PAGES or size > MOST_TEXT_BYTES:
                    self.cut = True
                    return
                yield page
        except CutShort:
            self.cut = True
        except CannotRead:
            raise
        except MemoryError as failure:
            raise CannotRead("The file is too large to be read here.") from failure
        except Exception as failure:
            # The libraries meet a damaged file with whatever they stumble over.
            raise CannotRead("The file is damaged.") from failure


def read_pages(path: Path, content_type: str, rendered: Path | None = None) -> Reading:
    """The pages of a file. `rendered` is the PDF that LibreOffice made of it, if there is one."""
    return Reading(path, content_type, rendered)


def source(path: Path, content_type: str, rendered: Path | None) -> Iterator[Page]:
    reader = READERS.get(content_type)
    if reader is None:
        return iter(())
    if rendered is None:
        return reader(path)
    if reader is sheets.xlsx_pages:
        return sheets.xlsx_pages(path, rendered)
    if reader is sheets.ods_pages:
        return sheets.ods_pages(path, rendered)
    if content_type in (PPTX, ODP):
        return with_pictures(reader(path), rendered)
    return pdf.pdf_pages(rendered)


def with_pictures(pages: Iterator[Page], rendered: Path) -> Iterator[Page]:
    """Slides with their text, which knows their notes, and the pictures of the PDF, which has a page for each slide."""
    with pdf.opened(rendered) as document:
        for index, page in enumerate(pages):
            yield Page(page.label, page.text, lambda index=index: pdf.drawn_page(document, index))  # type: ignore[misc]


def write_pages(
    path: Path, content_type: str, folder: Path, *, rendered: Path | None = None, pictured: bool = True
) -> None:
    """Write `pages.jsonl`, a line a page and one that all is done, and the pictures beside it.

    Each line is on the disk before the next page is begun, and a picture before the line that names it.
    """
    reading = Reading(path, content_type, rendered)
    number = 0
    small: str | None = None
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as file:
        for number, page in enumerate(reading, start=1):
            line: dict[str, object] = {"number": number, "label": page.label, "text": page.text}
            drawn = picture_of(page) if pictured and number <= MOST_PICTURES else None
            line |= {"picture": None, "thumbnail": None, "width": None, "height": None}
            if drawn is not None:
                line |= {"picture": f"{number}.webp", "width": drawn.width, "height": drawn.height}
                pictures.save(drawn, folder / f"{number}.webp")
                if small is None:
                    small = line["thumbnail"] = f"{number}-small.webp"
                    pictures.save(pictures.thumbnail(drawn), folder / small)
            write(file, line)
        write(file, {"done": True, "pages": number, "cut": reading.cut})


def picture_of(page: Page) -> Image.Image | None:
    """A page that cannot be drawn keeps its text."""
    try:
        return page.draw() if page.draw else None
    except Exception:
        return None


def write(file: IO[str], line: dict[str, object]) -> None:
    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    file.flush()
