"""Checks a file in the worker: what it is, what it holds, what the scanner says. The row tells how far it has come."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from departments.services.files import open_blob
from departments.services.jobs import enqueue, publish
from files.child import ChildFailed, run_limited
from files.inspection import MEGABYTES, SECONDS
from files.models import File
from files.rules import PASSED, FileState
from files.scanner import ScannerAway, TooLargeToScan, scan
from files.services.above import tell_who_counts
from files.services.intake import CHECK_TASK

SILENT = timedelta(minutes=5)  # a check or a reading that showed no life for this long has died
SCAN_AGAIN = timedelta(minutes=1)  # how often a file that waits for the scanner is tried
MOST_ATTEMPTS = 4
MOST_COUNTED = 30_000
READ_TASK = "files.tasks.read_file"

log = structlog.get_logger(__name__)


@dataclass
class Found:
    """What the check found: the state that the file comes to, and what goes onto its row with it."""

    state: FileState
    said: dict[str, Any]


def check(*, pk: int) -> None:
    """Check a file that waits. Safe to run twice, and by two workers at once: only one takes it.

    Fails closed: whatever cannot be looked into is kept from everybody, and says so.
    """
    turn = take(pk)
    if turn is None:
        return
    file, attempt = turn
    try:
        found = look_into(file)
    except Exception:  # whatever stops it: the file stays shut, and its sender is told
        log.exception("check_failed", file=pk)
        if attempt < MOST_ATTEMPTS or file.state == FileState.NOT_SCANNED:
            return  # the sweep tries again; what waits for the scanner was looked into, and goes on waiting
        found = Found(FileState.UNCHECKED, {"problems": [COULD_NOT_BE_CHECKED]})
    finish(file, attempt, found)


COULD_NOT_BE_CHECKED = (
    "This file could not be checked. Open it on your own computer, save it again under a new name, and upload that."
)


def take(pk: int) -> tuple[File, int] | None:
    """The right to check this file: it waits, or waits for the scanner, or its worker has gone silent."""
    with transaction.atomic():
        row = File.objects.select_for_update(skip_locked=True, of=("self",)).filter(to_check(timezone.now()), pk=pk)
        file = row.select_related("blob").first()
        if file is None:
            return None
        if file.state != FileState.NOT_SCANNED:
            file.state = FileState.CHECKING
        # A scanner may be away for weeks, and a try a minute would outgrow the column.
        file.attempts, file.beaten_at = file.attempts % MOST_COUNTED + 1, timezone.now()
        file.save(update_fields=["state", "attempts", "beaten_at"])
    return file, file.attempts


def to_check(now: datetime) -> Q:
    return (
        Q(state=FileState.WAITING)
        | Q(state=FileState.CHECKING, beaten_at__lt=now - SILENT)
        | Q(state=FileState.NOT_SCANNED, beaten_at__lt=now - SCAN_AGAIN)
    )


def look_into(file: File) -> Found:
    """Inspect the content in a process of its own, then have it scanned."""
    assert file.blob is not None
    with TemporaryDirectory(prefix="portal-check-") as folder:
        path = Path(folder) / "content"
        with open_blob(blob=file.blob) as stored, path.open("wb") as copy:
            shutil.copyfileobj(stored, copy, 1024 * 1024)
        said: dict[str, Any] = {"checked_at": timezone.now()}
        if file.state != FileState.NOT_SCANNED:
            beat(file)
            try:
                seen = inspect(path, file.name)
            except ChildFailed as failure:
                log.warning("inspection_failed", file=file.pk, reason=failure.reason)
                return Found(FileState.UNCHECKED, said | {"problems": [COULD_NOT_BE_CHECKED]})
            said |= {"content_type": seen["content_type"]}
            if seen["problems"]:
                return Found(FileState.QUARANTINED, said | {"problems": [one["words"] for one in seen["problems"]]})
        beat(file)
        return have_scanned(path, said)


def beat(file: File) -> None:
    """Show that somebody works on this file: no single step takes as long as SILENT."""
    File.objects.filter(pk=file.pk).update(beaten_at=timezone.now())


def inspect(path: Path, name: str) -> dict[str, Any]:
    """What the inspection says: `{"content_type": str, "problems": [{"code", "words"}]}`. Raises ChildFailed."""
    arguments = (str(path), name.encode(errors="replace").decode())
    answer = run_limited("files.inspection", *arguments, seconds=SECONDS, megabytes=MEGABYTES)
    seen: dict[str, Any] = json.loads(answer)
    return seen


def have_scanned(path: Path, said: dict[str, Any]) -> Found:
    """Ask the scanner; without one, or when it is away, the file is not scanned, and is asked for again."""
    if not settings.CLAMD_URL:
        return Found(FileState.NOT_SCANNED, said)
    try:
        with path.open("rb") as content:
            result = scan(content, url=settings.CLAMD_URL)
    except TooLargeToScan:
        words = "This file is larger than the virus scanner takes. Upload it in smaller parts."
        return Found(FileState.UNCHECKED, said | {"problems": [words]})
    except ScannerAway as away:
        log.warning("scanner_away", reason=str(away))
        return Found(FileState.NOT_SCANNED, said)
    said["scanned_at"] = timezone.now()
    if result.found:
        words = (
            "The virus scanner found something in this file. Ask your IT service to look at the computer it is from."
        )
        return Found(FileState.QUARANTINED, said | {"virus": result.found[:200], "problems": [words]})
    return Found(FileState.CLEAN, said)


@transaction.atomic
def finish(file: File, attempt: int, found: Found) -> None:
    """Store what was found, unless another worker took over, and tell whoever counts files."""
    held = File.objects.select_for_update(of=("self",)).filter(pk=file.pk, attempts=attempt).first()
    if held is None or held.state not in (FileState.CHECKING, FileState.NOT_SCANNED):
        log.warning("check_taken_by_another_worker", file=file.pk)
        return
    news = held.state != found.state
    held.state, held.beaten_at = found.state, timezone.now()
    for name, value in found.said.items():
        setattr(held, name, value)
    held.save()
    if not news:
        return
    tell_who_counts(held)
    if held.read_at is None and held.state in PASSED:
        enqueue(READ_TASK, held.pk)


def sweep() -> None:
    """Queue again whatever waits to be checked, or was left behind."""
    for pk in due(timezone.now()).values_list("pk", flat=True)[:200]:
        publish(CHECK_TASK, pk)


def due(now: datetime) -> QuerySet[File]:
    """Files that nobody checks now and somebody should; those that no scanner is set up for are not asked again."""
    rows = File.objects.filter(to_check(now)).exclude(state=FileState.WAITING, sent_at__gt=now - timedelta(seconds=30))
    if not settings.CLAMD_URL:
        rows = rows.exclude(state=FileState.NOT_SCANNED)
    return rows.order_by("sent_at")
