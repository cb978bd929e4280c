"""Rich text: what it may not carry, told by its control words without unpacking anything."""

import re
from collections.abc import Iterator
from typing import IO

from files.inspection.disguises import hidden_between
from files.inspection.problems import Problem, problem

BLOCK, OVERLAP = 2**20, 2**12
EMBEDDED = re.compile(rb"\\obj(?:data|emb|link|autlink|update|ocx|html|pub|sub)\b")
DDE = re.compile(rb"\\fldinst\b[^\\}]{0,40}(?:\\[a-z]+-?\d*\s?|[{\s\"]){0,20}DDE(?:AUTO)?\b", re.IGNORECASE)
LOADED = re.compile(
    rb"(?:\\\*\\template\b|INCLUDE(?:PICTURE|TEXT)\b)[^}]{0,40}?\s\"?((?:https?|ftp):[^\s}\"]{0,200}|\\\\\\\\[^\s}\"]{1,200})",
    re.IGNORECASE,
)


def check_rtf(file: IO[bytes]) -> Iterator[Problem]:
    size = file.seek(0, 2)
    last = size
    for at in range(0, size, BLOCK):
        file.seek(at)
        block = file.read(BLOCK + OVERLAP)
        if EMBEDDED.search(block):
            yield problem("embedded_file", what="document")
        if DDE.search(block):
            yield problem("data_links", what="document")
        if loaded := LOADED.search(block):
            yield problem("external_links", what="document", where=loaded[1].decode("ascii", "replace")[:80])
        if b"}" in block:
            last = at + block.rindex(b"}") + 1
    file.seek(max(0, size - OVERLAP))
    if b"}" not in file.read():
        yield problem("truncated")
    yield from hidden_between(file, min(last, size), size)
