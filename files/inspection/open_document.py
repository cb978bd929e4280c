"""What an OpenDocument text, spreadsheet or presentation may not hold: macros, links that load by themselves, DDE."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from files.inspection import markup
from files.inspection.archives import Archive
from files.inspection.kinds import Kind
from files.inspection.office import shortened
from files.inspection.parts import Inside, Part, look_at_binary, parts
from files.inspection.problems import NoFurther, Problem, problem

# A library of macros that holds none has these two lists only.
EMPTY_LIBRARY = re.compile(r"(?:basic|dialogs)/(?:[^/]+/)?(?:script|dialog)-l[bc]\.xml", re.IGNORECASE)
LIBRARY = re.compile(r"(?:basic|scripts|dialogs)/.+", re.IGNORECASE)
CONTENT = re.compile(r"(?:.*/)?(?:content|styles)\.xml")
OUTSIDE = re.compile(r"(?!vnd\.sun\.star\.Package:)[a-z][a-z0-9+.-]*:|[/\\]|\.\./", re.IGNORECASE)
LOADED = {"image", "object", "object-ole", "plugin", "applet", "floating-frame", "fill-image", "background-image"} | {
    "section-source", "table-source", "cell-range-source", "database-source", "script", "sound", "font-face-uri"
}  # fmt: skip


@dataclass
class Seen:
    """What one part's XML told, while it streamed past."""

    link: str = ""
    dde: bool = False
    macros: bool = False
    password: bool = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        address = attributes.get("href", "").strip()
        if name in LOADED and OUTSIDE.match(address):
            self.link = self.link or address
        self.dde |= name in ("dde-source", "dde-link", "dde-connection-decl")
        self.macros |= name == "event-listener" and (
            address.startswith("vnd.sun.star.script") or "macro-name" in attributes
        )
        self.macros |= name == "script" and bool(attributes.get("language"))
        self.password |= name == "encryption-data"


def check_open_document(archive: Archive, kind: Kind, inside: Inside) -> Iterator[Problem]:
    """Every part is unpacked once, in pieces; raises `NoFurther` where that must stop."""
    what = {"what": kind.words.partition(" ")[2], "save_as": kind.extension}
    if any(is_macro(name) for name in archive.names if not name.endswith("/")):
        yield problem("macros", **what)
    for part in sorted_parts(archive):
        if not part.is_xml:
            yield from look_at_binary(part, inside, **what)
            continue
        seen = read(part)
        if seen.password:
            raise NoFurther(problem("password"))
        if seen.macros:
            yield problem("macros", **what)
        if seen.dde:
            yield problem("data_links", **what)
        if seen.link:
            yield problem("external_links", **what, where=shortened(seen.link))


def sorted_parts(archive: Archive) -> Iterator[Part]:
    """The list of parts first: it tells that the others are encrypted, and then they look damaged."""
    archive.entries.sort(key=lambda entry: entry.filename != "META-INF/manifest.xml")
    return parts(archive)


def read(part: Part) -> Seen:
    seen = Seen()
    if CONTENT.fullmatch(part.name):
        markup.listen(part.chunks, element=seen.element)
    elif part.name == "META-INF/manifest.xml":
        markup.listen(part.chunks, element=seen.element, may_name_its_type=True)
    else:
        of_library = EMPTY_LIBRARY.fullmatch(part.name) is not None
        markup.listen(part.chunks, may_name_its_type=part.is_drawing or of_library)
    return seen


def is_macro(name: str) -> bool:
    return LIBRARY.fullmatch(name) is not None and EMPTY_LIBRARY.fullmatch(name) is None
