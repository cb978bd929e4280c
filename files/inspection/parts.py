"""The parts of an Office or OpenDocument file, one after the other, and what may not be packed into one of them."""

import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from files.inspection import disguises
from files.inspection.archives import Archive
from files.inspection.ole import OLE, packed_in_ole
from files.inspection.problems import Problem, problem

HEAD = 4096
# Metafiles that Office itself packs with gzip.
PACKED_PICTURES = (".emz", ".wmz", ".svgz")

Inside = Callable[[IO[bytes]], Iterator[Problem]]


@dataclass
class Part:
    """A part with its first bytes; `chunks` gives all of it, once."""

    name: str
    head: bytes
    chunks: Iterable[bytes]

    @property
    def is_xml(self) -> bool:
        start = self.head[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        return start.startswith(b"<") or self.name.casefold().endswith((".xml", ".rels"))

    @property
    def is_drawing(self) -> bool:
        return self.name.casefold().endswith(".svg") or disguises.markup(self.head) == "SVG"


def parts(archive: Archive) -> Iterator[Part]:
    """Each part that has content; what a reader leaves unread of it is unpacked here, so that all is counted."""
    for entry in archive.entries:
        chunks = archive.chunks(entry)
        head = b""
        first: list[bytes] = []
        for chunk in chunks:
            first.append(chunk)
            head += chunk
            if len(head) >= HEAD:
                break
        if head:
            yield Part(entry.filename, head[: disguises.HEAD], itertools.chain(first, chunks))
        for _ in chunks:
            pass


def look_at_binary(part: Part, inside: Inside, **what: str) -> Iterator[Problem]:
    """Programs and archives in a part; `inside` looks into a ZIP, as the workbook behind a chart is one."""
    if disguises.program(part.head):
        yield problem("embedded_file", **what)
    elif disguises.archive(part.head) and not part.name.casefold().endswith(PACKED_PICTURES):
        yield problem("nested")
    elif part.head.startswith((b"PK\x03\x04", OLE)):
        with tempfile.TemporaryFile() as copy:
            for chunk in part.chunks:
                copy.write(chunk)
            yield from (packed_in_ole(copy, inside, **what) if part.head.startswith(OLE) else inside(copy))
