"""What a page is, what is left out of it, and how its text is cleaned, whatever kind of file it comes from."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

MOST_PAGES = 2_000
MOST_PICTURES = 100
MOST_TEXT_BYTES = 20 * 2**20
# PostgreSQL refuses a tsvector of more than a megabyte, which this many characters cannot come to.
MOST_CHARACTERS_OF_A_PAGE = 100_000

# Control characters but tab and newline, halves of characters, and what is no character at all; PostgreSQL refuses
# the first of them, UTF-8 the second. A zero-width space or a soft hyphen within a word hides the word from a search.
NOTHING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u200b]|\u00ad(?!\n)")
NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
SPACES = re.compile(r"[^\S\n\t]+")
TABS = re.compile(r" ?\t ?")
EMPTY_LINES = re.compile(r"\n{3,}")


class CannotRead(Exception):
    """A file that has no pages for us: damaged, or shut by a password. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CutShort(Exception):
    """Raised after the last page that is read when a limit leaves the rest of the file unread."""


@dataclass(frozen=True)
class Page:
    """One page. `draw` makes its picture, and works only until the next page is asked for."""

    label: str
    text: str
    draw: Callable[[], Image.Image | None] | None = None


@dataclass(frozen=True)
class Part:
    """Lines of a text that go on one page; the first of all lines is 1."""

    first: int
    last: int
    text: str


def clean(text: str) -> str:
    """Text that can be stored, searched and read: composed, without what cannot be seen, spaces and lines kept few."""
    text = NOTHING.sub("", NEWLINE.sub("\n", text))
    text = TABS.sub("\t", SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    # By the line, since a pattern for spaces before a newline takes the square of the time on a long row of tabs.
    lines = (line.rstrip().lstrip(" ") for line in text.split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def in_parts(lines: Iterable[str], *, most_lines: int | None = None) -> Iterator[Part]:
    """The lines by the page: as many as go on one by `most_lines` and by the characters that a page may have.

    Of empty lines only the first is kept, and none makes a page: many a sheet is coloured down to its last row.
    """
    held: list[str] = []
    characters, first, last = 0, 1, 0
    for number, line in enumerate(lines, start=1):
        if not line.strip() and (not held or not held[-1].strip()):
            continue
        for piece in pieces(line):
            if held and (characters + len(piece) >= MOST_CHARACTERS_OF_A_PAGE or len(held) == most_lines):
                yield Part(first, last, clean("\n".join(held)))
                held, characters = [], 0
            if not held and last:
                first = number
            held.append(piece)
            characters += len(piece) + 1
            last = number
    if held:
        yield Part(first, last, clean("\n".join(held)))


def pieces(line: str) -> Iterator[str]:
    """A line that is longer than a page in pieces that are not."""
    most = MOST_CHARACTERS_OF_A_PAGE - 1
    for start in range(0, max(len(line), 1), most):
        yield line[start : start + most]
