"""The text of files that are text: txt, csv and Markdown, sixty lines a page."""

import codecs
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from files.reading.pages import MOST_CHARACTERS_OF_A_PAGE, Page, in_parts

LINES_OF_A_PAGE = 60
BYTES_AT_A_TIME = 2**18
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def plain_pages(path: Path) -> Iterator[Page]:
    """A short file is one page without a label; a longer one says which lines a page has."""
    parts = in_parts(lines(path), most_lines=LINES_OF_A_PAGE)
    begin = list(islice(parts, 2))
    if len(begin) < 2:
        yield Page("", begin[0].text if begin else "")
        return
    for part in chain(begin, parts):
        yield Page(f"Lines {part.first:,}–{part.last:,}", part.text)


def lines(path: Path) -> Iterator[str]:
    """The lines; a line without an end does not fill the memory but goes on as the next."""
    with path.open(encoding=encoding(path), errors="replace", newline=None) as file:
        while line := file.readline(MOST_CHARACTERS_OF_A_PAGE // 2):
            yield line.removesuffix("\n")


def encoding(path: Path) -> str:
    """UTF-8 unless it cannot be; then what Windows writes in this country."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        begin = file.read(4)
        marked = next((name for mark, name in MARKS.items() if begin.startswith(mark)), None)
        if marked:
            return marked
        file.seek(0)
        try:
            while data := file.read(BYTES_AT_A_TIME):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"
