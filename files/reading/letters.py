"""The text of e-mails: eml by the standard library, and what Outlook saves (msg) by its named streams."""

import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import olefile

from files.reading.documents import as_one
from files.reading.pages import CannotRead, CutShort, Page

HEADERS = ("From", "To", "Cc", "Date", "Subject")
# Attachments stand after the letter, and take more memory than they are long.
MOST_BYTES_OF_A_LETTER = 8 * 2**20
BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"})
UNSEEN = frozenset({"script", "style", "title"})
# The numbers that Outlook has for what a message says (MS-OXPROPS); each stream's name ends with how it is written.
MESSAGE = {"From": ("0C1A", "5D01", "0C1F"), "To": ("0E04",), "Cc": ("0E03",), "Subject": ("0037",)}
BODY, HTML_BODY = "1000", "1013"
ENCODINGS = {"001F": "utf-16-le", "001E": "cp1252", "0102": "utf-8"}


class Words(HTMLParser):
    """The words of an HTML letter, with a new line where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if tag in BLOCKS or tag == "td":
            self.said.append("\t" if tag == "td" else "\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.said.append(" ".join(data.split("\n")))


def eml_pages(path: Path) -> Iterator[Page]:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES_OF_A_LETTER)
        whole = not file.read(1)
    message = BytesParser(EmailMessage, policy=email.policy.default).parse(BytesIO(data))
    if not message.keys():
        raise CannotRead("The file is damaged.")
    yield from as_one(iter(eml_lines(message)))
    if not whole:
        raise CutShort


def eml_lines(message: EmailMessage) -> list[str]:
    body = message.get_body(("plain", "html"))
    text = ""
    if body is not None:
        payload = body.get_payload(decode=True)
        text = decoded(payload if isinstance(payload, bytes) else b"", body.get_content_charset("utf-8"))
        if body.get_content_subtype() == "html":
            text = without_html(text)
    attached = [part.get_filename() or "" for part in message.iter_attachments()] if message.is_multipart() else []
    said = [f"{name}: {value}" for name in HEADERS if (value := header(message, name))]
    return [*said, *(f"Attached: {name}" for name in attached if name), "", *text.split("\n")]


def header(message: EmailMessage, name: str) -> str:
    """A header, or nothing where the standard library stumbles over it."""
    try:
        return str(message[name] or "")
    except Exception:
        return ""


def decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def without_html(text: str) -> str:
    words = Words()
    words.feed(text)
    words.close()
    return "".join(words.said)


def msg_pages(path: Path) -> Iterator[Page]:
    """Who wrote to whom about what, and the letter; one whose body is only Rich Text has its headers."""
    if not olefile.isOleFile(str(path)):
        raise CannotRead("The file is damaged.")
    with olefile.OleFileIO(str(path)) as message:
        said = [
            f"{name}: {', '.join(dict.fromkeys(filter(None, (stream(message, number) for number in numbers))))}"
            for name, numbers in MESSAGE.items()
            if any(stream(message, number) for number in numbers)
        ]
        text = stream(message, BODY) or without_html(stream(message, HTML_BODY))
    if not said and not text:
        raise CannotRead("The file is damaged.")
    yield from as_one(iter([*said, "", *text.split("\n")]))


def stream(message: Any, number: str) -> str:
    """What a message says under a number, or nothing."""
    for ending, encoding in ENCODINGS.items():
        name = f"__substg1.0_{number}{ending}"
        if message.exists(name):
            with message.openstream(name) as data:
                text: bytes = data.read(MOST_BYTES_OF_A_LETTER)
            return text.decode(encoding, "replace").rstrip("\0")
    return ""
