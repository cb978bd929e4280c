"""Whether what is stored is what was sent: everything hashed again, and both ends of every reference looked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from departments.models import CHUNK_BYTES, Blob
from departments.services.files import hashed, open_blob
from departments.services.places import Damaged
from files.models import File, IntegrityCheck
from files.services import orphans
from files.services.above import what_rests_on
from files.services.contents import references

MOST_PROBLEMS = 1000  # that a row keeps; all of them are told
SLICE_BYTES = 2 * 1024**3  # of one hour: a terabyte in three weeks
MOST_NAMED = 5  # users of one content that a problem names

# One statement sees one moment, also while an upload grows.
MEASURE = """
    SELECT b.sha256, b.size, b.kept_in, count(c.blob_id), coalesce(sum(octet_length(c.data)), 0)
    FROM departments_blob b LEFT JOIN departments_blobchunk c ON c.blob_id = b.id WHERE b.id = %s GROUP BY b.id
"""

log = structlog.get_logger(__name__)


@dataclass
class Look:
    """What a check has come to so far. `tell` is given each problem as it is found."""

    tell: Callable[[str], None]
    began_at: datetime = field(default_factory=timezone.now)
    blobs: int = 0
    bytes: int = 0
    found: int = 0
    problems: list[str] = field(default_factory=list)

    def differs(self, words: str) -> None:
        self.found += 1
        if self.found <= MOST_PROBLEMS:
            self.problems.append(words)
        log.error("evidence_differs", problem=words)
        self.tell(words)


def quietly(words: str) -> None:
    """Tells nobody: the log has it."""


def check_everything(*, tell: Callable[[str], None] = quietly) -> IntegrityCheck:
    """Hash everything that is stored, wherever it lies, and look for orphans both ways."""
    look = Look(tell)
    for pk, size in every_blob():
        check_blob(look, pk, size)
    for words in orphans.every_one(younger_are_fine=timedelta(0)):
        look.differs(words)
    return remember(look, whole=True)


def check_slice(*, most_bytes: int, tell: Callable[[str], None] = quietly) -> IntegrityCheck:
    """Hash so many bytes, and one content at least: those that were hashed longest ago. Orphans that the daily
    clearing would remove are left to it."""
    look = Look(tell)
    oldest = Blob.objects.order_by(F("verified_at").asc(nulls_first=True), "pk")
    for pk, size in list(oldest.values_list("pk", "size")[:5000]):
        if look.blobs and look.bytes + size > most_bytes:
            break
        check_blob(look, pk, size)
    for words in orphans.every_one(younger_are_fine=timedelta(days=3)):
        look.differs(words)
    return remember(look, whole=False)


def remember(look: Look, *, whole: bool) -> IntegrityCheck:
    return IntegrityCheck.objects.create(
        began_at=look.began_at, at=timezone.now(), whole=whole, blobs=look.blobs, bytes=look.bytes,
        problems=look.problems,
    )  # fmt: skip


def every_blob() -> Iterator[tuple[int, int]]:
    """The ids and sizes of all contents, a thousand at a time."""
    last = 0
    while some := list(Blob.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "size")[:1000]):
        yield from some
        last = some[-1][0]


def check_blob(look: Look, pk: int, size: int) -> None:
    """Count, measure and hash one content. What moved or was destroyed meanwhile is no difference."""
    look.blobs, look.bytes = look.blobs + 1, look.bytes + size
    wrong = what_is_wrong(pk)
    if wrong and what_is_wrong(pk) and Blob.objects.filter(pk=pk).exists():
        look.differs(f"{wrong} Used by: {used_by(pk)}.")
    Blob.objects.filter(pk=pk).update(verified_at=timezone.now())


def what_is_wrong(pk: int) -> str:
    """In a sentence; empty when all is well, and when the content is not there any more."""
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, [pk])
        row = cursor.fetchone()
    if row is None:
        return ""
    sha256, size, kept_in, count, length = row
    if sha256 is None:
        return "" if length == size else f"Blob {pk} is arriving with {length} bytes, and says {size}."
    name = f"Blob {pk} ({sha256})"
    expected = 0 if kept_in else -(-size // CHUNK_BYTES)
    if count > expected:
        return f"{name} has {count - expected} chunks too many."
    if not kept_in and (count < expected or length != size):
        return f"{name} has {count} of its {expected} chunks, {length} of its {size} bytes."
    return hash_again(name, Blob(pk=pk, sha256=sha256, size=size, kept_in=kept_in))


def hash_again(name: str, blob: Blob) -> str:
    try:
        with open_blob(blob=blob) as content:
            found = hashed(content)
            if blob.kept_in and content.tell() == blob.size and one_more(blob):
                return f"{name} has more bytes than {blob.size}."
    except Damaged as damaged:
        return f"{name} is not whole: {damaged}"
    except Exception as error:  # a storage that is away, or refuses
        return f"{name} cannot be read: {error!r}."
    return "" if found == blob.sha256 else f"{name} has the hash {found}: its bytes were changed."


def one_more(blob: Blob) -> bool:
    """Whether an object goes on after its end."""
    try:
        longer = Blob(pk=blob.pk, sha256=blob.sha256, size=blob.size + 1, kept_in=blob.kept_in)
        with open_blob(blob=longer) as content:
            content.seek(blob.size)
            return bool(content.read(1))
    except Damaged:
        return False


@transaction.atomic
def used_by(pk: int) -> str:
    """Whose bytes these are, in words: files with what rests on them, reports, pages."""
    named = []
    for foreign_key in references():
        rows: list[Any] = list(foreign_key.model._base_manager.filter(**{foreign_key.name: pk})[: MOST_NAMED + 1])
        uses = what_rests_on(rows) if foreign_key.model is File else {}
        for row in rows[:MOST_NAMED]:
            resting = "".join(f", {use.words}" for use in uses.get(row.pk, [])[:MOST_NAMED])
            part = "" if foreign_key.name == "blob" else f"the {foreign_key.verbose_name} of "
            named.append(f"{part}{row._meta.verbose_name} {row.pk} “{row}”{resting}")
        if len(rows) > MOST_NAMED:
            named.append("and more")
    return "; ".join(named) or "nothing"
