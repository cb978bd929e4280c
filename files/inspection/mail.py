"""E-mails: whether it is one, and whether programs, archives or documents with macros are attached to it."""

import email
import email.policy
from collections.abc import Iterator
from email.message import Message
from typing import IO

from files.inspection import disguises
from files.inspection.kinds import ARCHIVES, MACROS, MARKUP, PROGRAMS, extension_of
from files.inspection.problems import Problem, problem

# Parsing takes several times the size in memory.
MOST_OF_AN_EMAIL = 35 * 2**20
MOST_PARTS = 500
# An e-mail without one of these is text that happens to have a colon in its first line.
HEADERS = ("From", "To", "Date", "Subject", "Received", "Message-ID", "MIME-Version")


def is_unwelcome(name: str, head: bytes) -> str:
    """What an attachment is, in words, if it is one that nobody should open here; otherwise empty."""
    extension = extension_of(name)
    if extension in PROGRAMS or disguises.program(head):
        return "a program"
    if extension in ARCHIVES or disguises.archive(head):
        return "an archive"
    if head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in head and b"mimetype" not in head[:64]:
        return "an archive"
    if extension in MACROS:
        return "a document with macros"
    return "a web page" if extension in MARKUP else ""


def check_email(file: IO[bytes]) -> Iterator[Problem]:
    """Documents attached to it are not looked into: it is kept and shown as one text, and they stay inside."""
    if file.seek(0, 2) > MOST_OF_AN_EMAIL:
        yield problem("too_large_to_check")
        return
    file.seek(0)
    message = email.message_from_binary_file(file, policy=email.policy.compat32)
    if not any(header in message for header in HEADERS):
        yield problem("unknown", what="an e-mail", extension="eml")
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            yield problem("too_large_to_check")
            return
        yield from check_attachment(part)


def check_attachment(part: Message) -> Iterator[Problem]:
    if part.is_multipart():
        return
    name = part.get_filename() or ""
    content = part.get_payload(decode=True)
    head = content[: disguises.HEAD] if isinstance(content, bytes) else b""
    if unwelcome := is_unwelcome(name, head if name else b""):
        yield problem("email_attachment", what=unwelcome)
