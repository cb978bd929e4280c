"""Reads a checked file in the worker: the text and the pictures of its pages, and whether it may name a patient."""

import io
import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.models import Blob
from departments.services.files import open_blob, store
from departments.services.jobs import publish
from files.child import ChildFailed, run_limited
from files.models import File, Page
from files.patients import MOST_SIGNS, find_identifiers
from files.reading import reader
from files.reading.office import to_pdf
from files.rules import PASSED, PatientData
from files.services.above import tell_who_counts
from files.services.checking import READ_TASK, SILENT, beat

MOST_ATTEMPTS = 3
# PostgreSQL refuses to index a text whose words fill more than a megabyte.
MOST_CHARACTERS = 200_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReadPage:
    """One page as the child wrote it; pictures are files in its folder."""

    number: int
    label: str
    text: str
    picture: Path | None
    thumbnail: Path | None
    width: int
    height: int


def read_file(*, pk: int) -> None:
    """Read a checked file once. Safe to run twice: pages are stored together, and replace what was there.

    A content that was read for another file is not read again. What cannot be read has no pages, and is no less
    evidence for that.
    """
    file = take(pk)
    if file is None:
        return
    assert file.blob is not None
    # One without pages may have been given up unread: what it says of patients is nothing.
    twin = File.objects.filter(blob=file.blob, read_at__isnull=False, pages__gt=0).first()
    if twin is None:
        with TemporaryDirectory(prefix="portal-read-") as folder:
            read = pages_of(file, Path(folder), pictured=file.read_attempts < MOST_ATTEMPTS)
            keep(file.blob, read.pages)
            finish(file, signs=signs_in(read), cut=read.cut)
    else:
        finish(file, signs=twin.patient_signs, cut=twin.cut)


@dataclass(frozen=True)
class Read:
    """What was read of a content. `hidden` is text of a document that its pages do not show."""

    pages: list[ReadPage]
    cut: bool
    hidden: str = ""


def take(pk: int) -> File | None:
    """The right to read this file: it is checked and not read, and nobody has been reading it lately."""
    with transaction.atomic():
        now = timezone.now()
        free = Q(read_attempts=0) | Q(beaten_at__lt=now - SILENT)
        rows = File.objects.select_for_update(skip_locked=True, of=("self",)).select_related("blob")
        file = rows.filter(free, pk=pk, state__in=PASSED, read_at=None).first()
        if file is not None:
            file.read_attempts, file.beaten_at = file.read_attempts + 1, now
            file.save(update_fields=["read_attempts", "beaten_at"])
    return file


def pages_of(file: File, folder: Path, *, pictured: bool) -> Read:
    """The pages of a file; none when it cannot be read. What LibreOffice made pages of is read as it is written, too:
    hidden text is in no picture, and may name a patient all the same."""
    assert file.blob is not None
    content = folder / "content"
    with open_blob(blob=file.blob) as stored, content.open("wb") as copy:
        shutil.copyfileobj(stored, copy, 1024 * 1024)
    rendered = to_pdf(content, file.content_type, folder) if pictured else None
    beat(file)
    if rendered is None:
        return read_in_child(file, content, folder / "pages", *([] if pictured else ["--text-only"]))
    read = read_in_child(file, content, folder / "pages", str(rendered))
    written = read_in_child(file, content, folder / "written", "--text-only")
    return replace(read, hidden=not_among(written.pages, read.pages))


def not_among(written: list[ReadPage], shown: list[ReadPage]) -> str:
    """The lines of a document that none of its pages shows, whatever the spaces in them."""
    seen = "".join("".join(page.text.split()) for page in shown)
    lines = [line for page in written for line in page.text.splitlines()]
    return "\n".join(line for line in lines if "".join(line.split()) not in seen)


def read_in_child(file: File, content: Path, out: Path, *words: str) -> Read:
    """What the child wrote before it ended, well or not."""
    out.mkdir()
    arguments = [str(content), file.content_type, str(out), *words]
    try:
        run_limited("files.reading", *arguments, seconds=reader.SECONDS, megabytes=reader.MEGABYTES)
    except ChildFailed as failure:
        log.warning("file_not_read_to_its_end", file=file.pk, reason=failure.reason)
    return written_in(out)


def written_in(folder: Path) -> Read:
    """The pages in a child's folder; cut short when its last line is missing."""
    pages, cut = [], True
    listed = folder / "pages.jsonl"
    for line in listed.read_text(encoding="utf-8").splitlines() if listed.exists() else ():
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:  # the child died in the middle of a line
            break
        if "done" in said:
            cut = said["cut"]
        else:
            pages.append(one_page(said, folder))
    return Read(pages, cut and bool(pages))


def one_page(said: dict[str, Any], folder: Path) -> ReadPage:
    return ReadPage(
        number=said["number"],
        label=said["label"][:200],
        text=said["text"][:MOST_CHARACTERS],
        picture=folder / Path(said["picture"]).name if said["picture"] else None,
        thumbnail=folder / Path(said["thumbnail"]).name if said["thumbnail"] else None,
        width=said["width"] or 0,
        height=said["height"] or 0,
    )


@transaction.atomic
def keep(blob: Blob, pages: list[ReadPage]) -> None:
    """Store the pages of a content instead of any that are there; whoever else reads it now waits."""
    Blob.objects.select_for_update().get(pk=blob.pk)
    Page.objects.filter(blob=blob).delete()
    rows = (
        Page(
            blob=blob,
            number=page.number,
            label=page.label,
            text=page.text,
            picture=stored(page.picture),
            thumbnail=stored(page.thumbnail),
            width=page.width,
            height=page.height,
        )
        for page in pages
    )
    Page.objects.bulk_create(rows, batch_size=100)


def stored(picture: Path | None) -> Blob | None:
    return store(file=io.BytesIO(picture.read_bytes()), by=None) if picture and picture.is_file() else None


@transaction.atomic
def finish(file: File, *, signs: list[dict[str, Any]], cut: bool) -> None:
    """Tell on the row what was read, and what looks like a patient's identifier: its sender must decide about that."""
    held = File.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if held.read_at is not None or held.state not in PASSED:
        return
    pages = Page.objects.filter(blob__files=held)
    held.read_at, held.pages, held.cut = timezone.now(), pages.count(), cut
    held.has_thumbnail = pages.filter(thumbnail__isnull=False).exists()
    held.patient_signs = signs
    if signs and not held.patient_data:
        held.patient_data = PatientData.FOUND
    held.save()
    tell_who_counts(held)


def signs_in(read: Read) -> list[dict[str, Any]]:
    """Signs of patients in the first pages that have any, as the row keeps them: never the identifier itself."""
    signs: list[dict[str, Any]] = []
    for page in read.pages:
        left = MOST_SIGNS - len(signs)
        signs += [asdict(sign) for sign in find_identifiers(page.text, page=page.number, most=left)] if left else []
    for sign in find_identifiers(read.hidden, page=1, most=MOST_SIGNS - len(signs)) if len(signs) < MOST_SIGNS else ():
        signs.append(asdict(sign) | {"context": f"hidden text: {sign.context}"})
    return signs


def sweep() -> None:
    """Queue again whatever is checked and was not read, or was left behind; what failed for good is told as unread."""
    left_behind = Q(beaten_at=None) | Q(beaten_at__lt=timezone.now() - SILENT) | Q(read_attempts=0)
    rows = File.objects.filter(left_behind, state__in=PASSED, read_at=None)
    rows.filter(read_attempts__gte=MOST_ATTEMPTS).update(read_at=timezone.now())
    for pk in rows.filter(read_attempts__lt=MOST_ATTEMPTS).order_by("sent_at").values_list("pk", flat=True)[:100]:
        publish(READ_TASK, pk)
