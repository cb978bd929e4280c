"""What a Word, Excel or PowerPoint file may not hold: macros, links that load by themselves, controls, packed files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from files.inspection import markup
from files.inspection.archives import Archive
from files.inspection.kinds import EXCEL_MACRO, Kind
from files.inspection.packages import ContentTypes, content_types
from files.inspection.parts import Inside, Part, look_at_binary, parts
from files.inspection.problems import Problem, problem

MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheet|intlmacro|dialogsheet|xlvba")
MACRO_TYPES = re.compile(r"vbaproject|vbadata|macrosheet|dialogsheet|intlmacrosheet")
FIELDS_OF_WORD = re.compile(r"word/[^/]*\.xml|word/glossary/[^/]*\.xml")
DDE = re.compile(r'[\s"]*DDE(?:AUTO)?\b', re.IGNORECASE)
INCLUDED = re.compile(r'\s*INCLUDE(?:PICTURE|TEXT)\s+"?\s*((?:https?|ftp)://[^\s"]*)', re.IGNORECASE)
LONGEST_FIELD = 4000
PAGES = (".htm", ".html", ".xhtml", ".mht", ".mhtml")

# Documents remember the template that they were made with and pictures that were linked from a disk of their author.
# A reader cannot reach those, so only an address beyond the NHS network is a link that loads.
MAY_BE_LOCAL = {"attachedTemplate", "image"}
OUR_NETWORK = ".nhs.uk"


@dataclass
class Seen:
    """What one part's XML told, while it streamed past."""

    links: list[str] = field(default_factory=list)
    dde: bool = False
    controls: bool = False
    fields: list[str] = field(default_factory=list)

    def relationship(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship":
            return
        kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
        target = attributes.get("Target", "")
        if attributes.get("TargetMode", "").casefold() == "external" and loads_by_itself(kind, target):
            self.links.append(target)
        self.controls |= "activex" in kind.casefold()

    def word(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fldChar":
            mark = attributes.get("fldCharType")
            if mark == "begin":
                self.fields.append("")
            elif self.fields:
                self.field(self.fields[-1])
                if mark == "end":
                    self.fields.pop()
        elif name == "fldSimple":
            self.field(attributes.get("instr", ""))

    def word_text(self, name: str, text: str) -> None:
        if name == "instrText" and self.fields and len(self.fields[-1]) < LONGEST_FIELD:
            self.fields[-1] += text

    def field(self, instruction: str) -> None:
        self.dde |= DDE.match(instruction) is not None
        if included := INCLUDED.match(instruction):
            self.links.append(included[1])

    def workbook_link(self, name: str, attributes: dict[str, str]) -> None:
        self.dde |= name == "ddeLink"

    def connection(self, name: str, attributes: dict[str, str]) -> None:
        if name == "connection" and attributes.get("refreshOnLoad") in ("1", "true"):
            self.links.append(attributes.get("name", "a data connection"))

    def problems(self, **what: str) -> Iterator[Problem]:
        if self.controls:
            yield problem("controls", **what)
        if self.dde:
            yield problem("data_links", **what)
        if self.links:
            yield problem("external_links", **what, where=shortened(self.links[0]))


def loads_by_itself(kind: str, target: str) -> bool:
    """Whether what is elsewhere is loaded without somebody following a link."""
    if kind == "hyperlink":
        return False
    if kind not in MAY_BE_LOCAL:
        return True
    address = unquote(target).replace("\\", "/")
    host = re.match(r"(?:[a-z]{2,}:)?/{2,}(?!/)([^/]*)", address, re.IGNORECASE)
    is_file = re.match(r"file:|/{2}|[a-z]:/|[^:]*$", address, re.IGNORECASE) is not None
    name = host[1].casefold() if host else ""
    return not is_file or ("." in name and not name.endswith(OUR_NETWORK)) or "@" in name


def check_office(archive: Archive, kind: Kind, inside: Inside) -> Iterator[Problem]:
    """Every part is unpacked once, in pieces; raises `NoFurther` where that must stop."""
    what = {"what": kind.words.partition(" ")[2], "save_as": "xlsx" if kind is EXCEL_MACRO else kind.extension}
    types = content_types(archive)
    if has_macros(archive, types, kind):
        yield problem("macros", **what)
    if any("activex" in name.casefold() for name in archive.names):
        yield problem("controls", **what)
    for part in parts(archive):
        if part.name.casefold().endswith(PAGES):
            yield problem("embedded_file", **what)
        elif not part.is_xml:
            yield from look_at_binary(part, inside, **what)
        else:
            yield from read(part).problems(**what)


def read(part: Part) -> Seen:
    name, seen = part.name.casefold(), Seen()
    if name.endswith(".rels"):
        markup.listen(part.chunks, element=seen.relationship)
    elif FIELDS_OF_WORD.fullmatch(name):
        markup.listen(part.chunks, element=seen.word, text=seen.word_text)
    elif name.startswith("xl/externallinks/"):
        markup.listen(part.chunks, element=seen.workbook_link)
    elif name == "xl/connections.xml":
        markup.listen(part.chunks, element=seen.connection)
    else:
        markup.listen(part.chunks, may_name_its_type=part.is_drawing)
    return seen


def has_macros(archive: Archive, types: ContentTypes, kind: Kind) -> bool:
    """A workbook may be of the kind that could hold macros and hold none; a document or presentation then has them."""
    declared = types.all()
    return (
        any(MACRO_PARTS.search(name.casefold()) for name in archive.names)
        or any(MACRO_TYPES.search(each) for each in declared)
        or (kind is not EXCEL_MACRO and any("macroenabled" in each for each in declared))
    )


def shortened(address: str) -> str:
    shown = "".join(character for character in address if character.isprintable())
    return shown if len(shown) <= 80 else shown[:77] + "…"
