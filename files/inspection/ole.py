"""Files in Microsoft's older container: Outlook messages, old Office files, and objects embedded in new ones."""

import re
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import olefile

from files.inspection import disguises
from files.inspection.kinds import OUTLOOK, Found
from files.inspection.mail import is_unwelcome
from files.inspection.problems import NoFurther, Problem, problem

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INSTALLER = "000C1084-0000-0000-C000-000000000046"
OLD_STREAMS = {
    "worddocument": ("a Word document", "docx"),
    "workbook": ("an Excel workbook", "xlsx"),
    "book": ("an Excel workbook", "xlsx"),
    "powerpoint document": ("a PowerPoint presentation", "pptx"),
}
MESSAGE = "__properties_version1.0"
# Properties of an attachment: its long and its short name, in Unicode or not, and its bytes.
ATTACHED_NAME = re.compile(r"__substg1\.0_(?:3707|3704)00(?:1F|1E)", re.IGNORECASE)
ATTACHED_BYTES = re.compile(r"__substg1\.0_37010102", re.IGNORECASE)
MOST_OF_A_NAME = 4096
UNREADABLE = (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, struct.error, RecursionError)


@contextmanager
def opened(file: IO[bytes]) -> Iterator["olefile.OleFileIO[str]"]:
    """Raises `NoFurther` when the container is broken."""
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as container:
            yield container
    except UNREADABLE as broken:
        raise NoFurther(problem("damaged")) from broken


def streams(container: "olefile.OleFileIO[str]") -> list[list[str]]:
    found: list[list[str]] = container.listdir(streams=True, storages=False)
    return found


def kind_of_ole(file: IO[bytes]) -> Found:
    try:
        with opened(file) as container:
            names = {path[0].casefold() for path in streams(container) if len(path) == 1}
            installer = container.root is not None and container.root.clsid == INSTALLER
    except NoFurther as stop:
        return Found(refused=stop.problem.code)
    if "encryptedpackage" in names:
        return Found(refused="password")
    if installer:
        return Found(refused="executable", what="an installer")
    for name, (what, save_as) in OLD_STREAMS.items():
        if name in names:
            return Found(refused="old_office", what=what, save_as=save_as)
    return Found(OUTLOOK) if MESSAGE in names else Found(refused="not_taken", what="an old Office format")


def check_outlook(file: IO[bytes]) -> Iterator[Problem]:
    """What is attached to a message, by name and by first bytes; documents attached to it are not looked into."""
    with opened(file) as container:
        for path in streams(container):
            unwelcome = ""
            if ATTACHED_NAME.fullmatch(path[-1]):
                raw = container.openstream(path).read(MOST_OF_A_NAME)
                name = raw.decode("utf-16-le" if path[-1].upper().endswith("F") else "cp1252", "replace")
                unwelcome = is_unwelcome(name.rstrip("\0"), b"")
            elif ATTACHED_BYTES.fullmatch(path[-1]):
                unwelcome = is_unwelcome("", container.openstream(path).read(disguises.HEAD))
            if unwelcome:
                yield problem("email_attachment", what=unwelcome)


def packed_in_ole(file: IO[bytes], inside: Callable[[IO[bytes]], Iterator[Problem]], **what: str) -> Iterator[Problem]:
    """An embedded object: a package is any file at all, and old formats may hold macros."""
    with opened(file) as container:
        for path in streams(container):
            name = path[-1].casefold()
            if name == "\x01ole10native":
                yield problem("embedded_file", **what)
            if name in ("_vba_project", "_vba_project_cur", "dir") and any("vba" in step.casefold() for step in path):
                yield problem("macros", **what)
            if name == "package":
                with tempfile.TemporaryFile() as copy:
                    copy.write(container.openstream(path).read())
                    yield from inside(copy)
