"""What a file is, by its content alone; the ending of its name only tells one kind of text from another."""

import io
import re
from typing import IO

import puremagic

from files.inspection import disguises
from files.inspection.archives import Archive, Budget
from files.inspection.kinds import (
    GIF,
    HEIC,
    JPEG,
    M4A,
    MOV,
    MP3,
    MP4,
    OF_TEXT,
    PDF,
    PNG,
    RTF,
    TEXT,
    WEBP,
    Found,
    Kind,
)
from files.inspection.ole import OLE, kind_of_ole
from files.inspection.packages import kind_of_package
from files.inspection.problems import NoFurther
from files.inspection.text import encoding_of

STARTS = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    rb"{\rtf": RTF,
    b"ID3": MP3,
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
MP4_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"mmp4"} | {
    b"M4V ", b"M4VH", b"M4VP", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"MSNV", b"f4v ", b"XAVC", b"mp71"
}  # fmt: skip
SOUND_BRANDS = {b"M4A ", b"M4B "}
OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
# Two bytes that start a frame of MPEG sound of layer III: synchronised, a bit rate, a sampling rate.
MPEG_FRAME = re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xeb]")


def recognise(file: IO[bytes], extension: str) -> Found:
    """Never raises because of the content."""
    file.seek(0)
    head = file.read(disguises.HEAD)
    if what := disguises.program(head):
        return Found(refused="executable", what=what)
    if what := disguises.archive(head):
        return Found(refused="archive", what=what)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return of_zip(file)
    if head.startswith(OLE):
        return kind_of_ole(file)
    if kind := of_head(head):
        return Found(kind)
    if what := disguises.markup(head):
        return Found(refused="markup", what=what)
    if encoding_of(file):
        return Found(OF_TEXT.get(extension, TEXT))
    return Found(refused="not_taken", what=guessed(head))


def of_head(head: bytes) -> Kind | None:
    """Kinds that have a mark of their own in their first bytes; a PDF may have it within the first kilobyte."""
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return of_brands(head)
    if head[4:8] in OLD_QUICKTIME:
        return MOV
    if MPEG_FRAME.match(head):
        return MP3
    return PDF if re.search(rb"%PDF-\d", head[:1024]) else None


def of_brands(head: bytes) -> Kind | None:
    """Film, sound and HEIC pictures share a container, which tells by brands what it holds: its own one first."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    for brand in brands:
        if brand in HEIC_BRANDS:
            return HEIC
        if brand in SOUND_BRANDS:
            return M4A
        if brand in MP4_BRANDS:
            return MP4
        if brand == b"qt  ":
            return MOV
        if brand in (b"avif", b"avis"):
            return None
    return None


def of_zip(file: IO[bytes]) -> Found:
    """The Office or OpenDocument kind that is inside; any other ZIP is an archive."""
    try:
        return kind_of_package(Archive(file, Budget())) or Found(refused="archive", what="ZIP")
    except NoFurther as stop:
        return Found(refused=stop.problem.code)


def guessed(head: bytes) -> str:
    """What it might be, for words alone: the ending that such files have."""
    try:
        return next(
            (f".{match.extension.strip('.')}" for match in puremagic.magic_string(head) if match.extension), "unknown"
        )
    except (puremagic.PureError, ValueError, io.UnsupportedOperation):
        return "unknown"
