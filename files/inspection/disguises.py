"""Signs of programs, archives and web pages: at the start of a file, behind its end, or anywhere in a picture."""

import re
from collections.abc import Iterator
from typing import IO

from files.inspection.archives import directory
from files.inspection.problems import Problem, problem

HEAD = 2**16
BLOCK, OVERLAP = 2**20, 2**10

PROGRAM_STARTS = {
    b"\x7fELF": "a Linux program",
    b"\xfe\xed\xfa\xce": "a Mac program",
    b"\xfe\xed\xfa\xcf": "a Mac program",
    b"\xce\xfa\xed\xfe": "a Mac program",
    b"\xcf\xfa\xed\xfe": "a Mac program",
    b"\xca\xfe\xba\xbe": "a Java program",
    b"\0asm": "a web program",
    b"dex\n": "an Android program",
    b"L\0\0\0\x01\x14\x02\0": "a Windows shortcut",
    b"#!/": "a script",
    b"#! /": "a script",
    b"@echo off": "a script",
}
ARCHIVE_STARTS = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"MSCF\0\0\0\0": "CAB",
    b"xar!": "xar",
}
BLANK_OR_COMMENT = re.compile(rb"(?:\xef\xbb\xbf|\s|<!--.*?-->)*", re.DOTALL)
MARKUP = re.compile(
    rb"<!doctype\s+(?:html|svg)|<html[\s>]|<head[\s>]|<body[\s>]|<svg[\s>]|<script[\s>]|<iframe[\s>]|<\?php|<\?xml|<%|<\w+:svg[\s>]",
    re.IGNORECASE,
)
# What a quick search finds first, and what must then be there for it to count.
HIDDEN = {
    b"rar!\x1a\x07": (re.compile(rb"Rar!\x1a\x07"), "a RAR archive"),
    b"7z\xbc\xaf\x27\x1c": (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
    b"%pdf-": (re.compile(rb"%PDF-\d"), "a PDF"),
    b"\x7felf": (re.compile(rb"\x7fELF[\x01\x02]\x01\x01"), "a program"),
    b"pe\0\0": (re.compile(rb"MZ[\x00-\xff]{76,1000}?PE\0\0[\x4c\x64]"), "a program"),
    b"<script": (re.compile(rb"<script[\s>]", re.IGNORECASE), "a web page"),
    b"<html": (re.compile(rb"<html[\s>]", re.IGNORECASE), "a web page"),
    b"<iframe": (re.compile(rb"<iframe[\s>]", re.IGNORECASE), "a web page"),
    b"<!doctype": (re.compile(rb"<!doctype\s+html", re.IGNORECASE), "a web page"),
    b"<?php": (re.compile(rb"<\?php\s", re.IGNORECASE), "a script"),
}


def program(head: bytes) -> str:
    """Which program or script starts so, in words; empty for none. Text may well begin with the letters MZ."""
    if head.startswith(b"MZ") and b"\0" in head[:64]:
        return "a Windows program"
    return next((words for start, words in PROGRAM_STARTS.items() if head.lower().startswith(start.lower())), "")


def archive(head: bytes) -> str:
    """Which archive other than a ZIP starts so; empty for none."""
    if head[257:262] == b"ustar":
        return "TAR"
    if head[0x8001:0x8006] == b"CD001":
        return "a disk image"
    return next((words for start, words in ARCHIVE_STARTS.items() if head.startswith(start)), "")


def markup(head: bytes) -> str:
    """Which web page, drawing or other XML text begins with; empty for none. UTF-16 hides none of it."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:8:2].strip(b"\0") == b"" or head[1:8:2].strip(b"\0") == b"":
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    blank = BLANK_OR_COMMENT.match(head)
    found = MARKUP.match(head, blank.end() if blank else 0)
    if found is None:
        return ""
    drawing = re.search(rb"<(?:\w+:)?svg[\s>]|<!doctype\s+svg", head[:4096], re.IGNORECASE)
    page = re.search(rb"<html[\s>]|<!doctype\s+html|<script|<body|<head|<iframe", head[:4096], re.IGNORECASE)
    return "SVG" if drawing else "HTML" if page else "PHP" if found[0].lower() == b"<?php" else "XML"


def hidden_zip(file: IO[bytes]) -> Iterator[Problem]:
    """A file that is no ZIP must not open as one."""
    if directory(file) is not None:
        yield problem("two_kinds", what="a ZIP archive")


def hidden_between(file: IO[bytes], start: int, stop: int) -> Iterator[Problem]:
    """Something else in bytes where nothing of it belongs, such as behind the end of a picture."""
    for at in range(start, stop, BLOCK):
        file.seek(at)
        block = file.read(min(BLOCK + OVERLAP, stop - at))
        lower = block.lower()
        for sign, (whole, words) in HIDDEN.items():
            if sign in lower and whole.search(block):
                yield problem("two_kinds", what=words)
                return
