"""Plain text and tables as text: that it is text, in which encoding, and that no cell starts a program."""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from files.inspection.problems import Problem, problem

BLOCK = 2**20
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Tab, line ends, the form feed between pages, and the mark with which DOS ended a file are text.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
# =cmd|'/C calc'!A1 in a cell asks Excel to start a program.
STARTS_A_PROGRAM = re.compile(r"""(?:^|[,;\t"'])\s*[=+@-]\s*\w{1,40}\s*\|[^\n]{0,300}!""", re.MULTILINE)


def encoding_of(file: IO[bytes]) -> str:
    """How the text is written; empty if this is no text."""
    file.seek(0)
    head = file.read(4)
    for bom, encoding in BOMS.items():
        if head.startswith(bom):
            return encoding if is_text_in(file, encoding) else ""
    return next((encoding for encoding in ("utf-8", "cp1252") if is_text_in(file, encoding)), "")


def is_text_in(file: IO[bytes], encoding: str) -> bool:
    try:
        return not any(CONTROL.search(text) for text in pieces(file, encoding))
    except UnicodeDecodeError:
        return False


def pieces(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The text in pieces; raises `UnicodeDecodeError`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while block := file.read(BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def check_text(file: IO[bytes], extension: str) -> Iterator[Problem]:
    encoding = encoding_of(file)
    if not encoding:
        yield problem("not_text")
    elif extension == "csv" and any(starts_a_program(text) for text in pieces(file, encoding)):
        yield problem("data_links", what="table", save_as="csv")


def starts_a_program(text: str) -> bool:
    return "|" in text and "!" in text and STARTS_A_PROGRAM.search(text) is not None
