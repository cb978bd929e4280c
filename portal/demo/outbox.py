"""Reads the e-mails of a demo, which are files in a folder instead of messages on their way."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"\d{8}-\d{6}-\d+\.log")  # as Django's file backend names them, by the second
MOST = 100
END = "-" * 79  # which it writes after each message


@dataclass(frozen=True)
class Mail:
    """One e-mail as its reader would see it."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    body: str


def newest() -> list[Mail]:
    """The last hundred e-mails, newest first."""
    folder = outbox()
    files = [file for file in folder.iterdir() if NAME.fullmatch(file.name)] if folder and folder.is_dir() else []
    return [read(file) for file in sorted(files, key=when, reverse=True)[:MOST]]


def one(name: str) -> Mail | None:
    """The e-mail in the file of this name; None for any name that the portal would not have given."""
    folder = outbox()
    if folder is None or not NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    return read(folder / name)


def outbox() -> Path | None:
    path: str | None = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(path) if path else None


def when(file: Path) -> float:
    return file.stat().st_mtime


def read(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    words = body.get_content() if body else ""
    sent_at = datetime.fromtimestamp(when(file), tz=UTC)
    return Mail(file.name, message["To"], message["Subject"], sent_at, words.strip().removesuffix(END).strip())
