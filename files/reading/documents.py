"""The text of written documents and of slides: docx, pptx, odt, odp and rtf."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from defusedxml.ElementTree import fromstring
from striprtf.striprtf import rtf_to_text

from files.reading.flow import OFFICE, OPEN_DOCUMENT, NewPage, Words, flowing
from files.reading.pages import CannotRead, CutShort, Page, in_parts

MOST_BYTES_OF_A_LIST = 5 * 2**20
MOST_BYTES_OF_RTF = 8 * 2**20
# Bytes of a picture are written out in letters.
PICTURE_IN_RTF = re.compile(r"[0-9a-fA-F\r\n]{400,}")
OLE = b"\xd0\xcf\x11\xe0"
# What is read of a Word file, in this order: the kinds of the relations that lead to it.
BEFORE = ("header",)
AFTER = ("footer", "footnotes", "endnotes", "comments")
PASSWORD = "It is protected with a password."  # noqa: S105 - none, but words about one
SLIDE = replace(OPEN_DOCUMENT, page="page", page_name="name")


@dataclass(frozen=True)
class Relation:
    """One part of an Office file leads to another."""

    key: str
    kind: str
    member: str


def opened(path: Path) -> zipfile.ZipFile:
    """An Office file as the archive that it is; one with a password is none, or says that it is encrypted."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as failure:
        with path.open("rb") as file:
            shut = file.read(4) == OLE
        raise CannotRead(PASSWORD if shut else "The file is damaged.") from failure
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist():
        with archive.open(manifest) as member:
            if b"encryption-data" in member.read(MOST_BYTES_OF_A_LIST):
                raise CannotRead(PASSWORD)
    return archive


def docx_pages(path: Path) -> Iterator[Page]:
    """A Word file's text has no pages of its own: one, or several where it is very long."""
    return as_one(docx_lines(path))


def docx_lines(path: Path) -> Iterator[str]:
    with opened(path) as archive:
        main = main_member(archive)
        beside = relations(archive, main)
        before = [relation.member for kind in BEFORE for relation in beside if relation.kind == kind]
        after = [relation.member for kind in AFTER for relation in beside if relation.kind == kind]
        repeated: set[str] = set()
        for member in [*before, main, *after]:
            for line in lines(archive, member, OFFICE):
                if member == main or line not in repeated:
                    yield line
                if member != main:
                    repeated.add(line)


def pptx_pages(path: Path) -> Iterator[Page]:
    """A slide a page, with what its notes say."""
    with opened(path) as archive:
        main = main_member(archive)
        members = {relation.key: relation.member for relation in relations(archive, main)}
        for number, key in enumerate(slide_keys(archive, main), start=1):
            beside = relations(archive, members[key])
            notes = [relation.member for relation in beside if relation.kind == "notesSlide"]
            yield from as_one(slide_lines(archive, [members[key], *notes]), f"Slide {number}", only_one=True)


def slide_lines(archive: zipfile.ZipFile, members: list[str]) -> Iterator[str]:
    for member in members:
        yield from lines(archive, member, OFFICE)


def slide_keys(archive: zipfile.ZipFile, main: str) -> list[str]:
    """The keys of the relations to the slides, in the order of the show."""
    show = fromstring(small_member(archive, main))
    slides = [element for element in show.iter() if element.tag.endswith("}sldId")]
    return [value for slide in slides for name, value in slide.items() if name.endswith("}id")]


def odt_pages(path: Path) -> Iterator[Page]:
    """As a Word file; headers and footers stand among the styles."""
    with opened(path) as archive:
        both = (line for member in ("content.xml", "styles.xml") for line in lines(archive, member, OPEN_DOCUMENT))
        yield from as_one(both)


def odp_pages(path: Path) -> Iterator[Page]:
    with opened(path) as archive:
        for number, (_, said) in enumerate(by_page(flowing(archive, "content.xml", SLIDE)), start=1):
            yield from as_one(said, f"Slide {number}", only_one=True)


def rtf_pages(path: Path) -> Iterator[Page]:
    """striprtf wants all of it at once: pictures are taken out first, and what is longer then is cut."""
    held: list[str] = []
    size = 0
    with path.open(encoding="latin-1") as file:
        while size <= MOST_BYTES_OF_RTF and (data := file.read(2**20)):
            held.append(PICTURE_IN_RTF.sub("", data))
            size += len(held[-1])
    if not held or not held[0].lstrip().startswith("{\\rtf"):
        raise CannotRead("The file is damaged.")
    yield from as_one(rtf_to_text("".join(held), errors="ignore").split("\n"))  # type: ignore[no-untyped-call]
    if size > MOST_BYTES_OF_RTF:
        raise CutShort


def as_one(said: Iterator[str], label: str = "", *, only_one: bool = False) -> Iterator[Page]:
    """One page of all the lines; what is too long for one goes on further ones, or is left out."""
    empty = True
    for number, part in enumerate(in_parts(said), start=1):
        if number > 1 and only_one:
            raise CutShort
        yield Page(label if number == 1 else f"Part {number}", part.text)
        empty = False
    if empty:
        yield Page(label, "")


def by_page(flow: Iterator[str | NewPage]) -> Iterator[tuple[str, Iterator[str]]]:
    """The name of each page and its lines, which have to be taken before the next page is."""
    begun: list[str] = []

    def until_the_next() -> Iterator[str]:
        for said in flow:
            if isinstance(said, NewPage):
                begun.append(said.name)
                return
            yield said

    for _ in until_the_next():
        continue  # what stands before the first page belongs to none
    while begun:
        name, rest = begun.pop(), until_the_next()
        yield name, rest
        for _ in rest:
            continue


def lines(archive: zipfile.ZipFile, member: str, words: Words) -> Iterator[str]:
    return (said for said in flowing(archive, member, words) if isinstance(said, str))


def main_member(archive: zipfile.ZipFile) -> str:
    """The part in which an Office file begins; it is mostly called the same, and need not be."""
    mains = [relation.member for relation in relations(archive, "") if relation.kind == "officeDocument"]
    return mains[0]


def relations(archive: zipfile.ZipFile, member: str) -> list[Relation]:
    """What a part leads to within the file, in the order in which it says so."""
    folder, name = posixpath.split(member)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in archive.namelist():
        return []
    return [
        Relation(
            key=element.get("Id", ""),
            kind=element.get("Type", "").rpartition("/")[2],
            member=posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/"),
        )
        for element in fromstring(small_member(archive, listed))
        if element.get("TargetMode") != "External"
    ]


def small_member(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as stream:
        data = stream.read(MOST_BYTES_OF_A_LIST + 1)
    if len(data) > MOST_BYTES_OF_A_LIST:
        raise CannotRead("The file is damaged.")
    return data
