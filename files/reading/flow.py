"""The text of a part of an Office or OpenDocument file, line by line as its XML goes by, so that no part is held whole.

python-docx, python-pptx and odfpy hold a file in memory with every picture in it, which does not fit into the child.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.sax import make_parser

from files.reading.pages import CutShort

BYTES_AT_A_TIME = 2**16
MOST_BYTES_OF_A_MEMBER = 300 * 2**20
# Characters of a line that goes on, and cells of a row, that are held before what is there is a line.
MOST_HELD = 50_000


@dataclass(frozen=True)
class Words:
    """The names that an XML vocabulary has for what matters here, without their namespaces."""

    paragraph: frozenset[str]
    row: str
    cell: frozenset[str]
    breaks: frozenset[str]
    left_out: frozenset[str]
    tab: str = "tab"
    space: str = ""
    text: str = ""  # what text stands in; empty where it stands in the paragraph itself
    page: str = ""
    page_name: str = ""


OFFICE = Words(
    paragraph=frozenset({"p"}),
    row="tr",
    cell=frozenset({"tc"}),
    breaks=frozenset({"br", "cr"}),
    # Properties hold tab stops by the name of a tab; a fallback says again what stands beside it.
    left_out=frozenset({"pPr", "rPr", "sectPr", "tblPr", "Fallback"}),
    text="t",
)
OPEN_DOCUMENT = Words(
    paragraph=frozenset({"p", "h"}),
    row="table-row",
    cell=frozenset({"table-cell", "covered-table-cell"}),
    breaks=frozenset({"line-break"}),
    left_out=frozenset({"tracked-changes", "automatic-styles", "scripts", "font-face-decls"}),
    space="s",
)


@dataclass(frozen=True)
class NewPage:
    """Between lines: here a sheet or a slide of this name begins."""

    name: str


@dataclass
class Flow(ContentHandler):
    """Turns XML that goes by into lines; a table's row is one line with tabs between its cells."""

    words: Words
    said: list[str | NewPage] = field(default_factory=list)
    paragraphs: list[list[str]] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=list)
    skipped: int = 0  # how deep within something that is left out
    texts: int = 0
    pages: int = 0
    held: int = 0

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:
        local, words = name[1], self.words
        if self.skipped or local in words.left_out:
            self.skipped += 1
        elif local in words.paragraph:
            self.paragraphs.append([])
        elif local == words.text:
            self.texts += 1
        elif local in words.cell and self.rows:
            self.hold(1)
            self.rows[-1].append([])
        elif local == words.row:
            self.rows.append([])
        elif local == words.tab:
            self.say("\t")
        elif local in words.breaks:
            self.say("\n")
        elif local == words.space:
            self.say(" ")
        elif local == words.page:
            self.pages += 1
            if self.pages == 1:
                self.said.append(NewPage(attribute(attrs, words.page_name)))

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        local, words = name[1], self.words
        if self.skipped:
            self.skipped -= 1
        elif local in words.paragraph:
            self.emit("".join(self.paragraphs.pop()))
        elif local == words.text:
            self.texts -= 1
        elif local == words.row:
            cells = [" ".join(filter(None, cell)).replace("\n", " ") for cell in self.rows.pop()]
            self.emit("\t".join(cells).rstrip("\t"))
        elif local == words.page:
            self.pages -= 1

    def characters(self, content: str) -> None:
        if not self.skipped and (self.texts or not self.words.text):
            self.say(content)

    def say(self, text: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1].append(text)
            self.hold(len(text))

    def hold(self, size: int) -> None:
        """Count what is held; too much of it becomes a line before its end."""
        self.held += size
        if self.held <= MOST_HELD:
            return
        for paragraph in self.paragraphs:
            self.said.append("".join(paragraph))
            paragraph.clear()
        for row in self.rows:
            self.said.append("\t".join(" ".join(cell) for cell in row))
            row[:] = [[]]
        self.held = 0

    def emit(self, line: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].append(line)
            return
        self.said.append(line)
        self.held = 0


def attribute(attrs: Any, local: str) -> str:
    return next((str(value) for (_, name), value in attrs.items() if name == local), "")


def flowing(archive: zipfile.ZipFile, member: str, words: Words) -> Iterator[str | NewPage]:
    """The lines of one member, with a mark where a page of it begins. Entities and DTDs of our own are refused."""
    handler = Flow(words)
    parser = make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    with archive.open(member) as stream:
        read = 0
        while data := stream.read(BYTES_AT_A_TIME):
            read += len(data)
            parser.feed(data)
            yield from handler.said
            handler.said.clear()
            if read > MOST_BYTES_OF_A_MEMBER:
                raise CutShort
    parser.close()
    yield from handler.said
