"""Reads a file of figures in the worker, in a child with limits; the row tells how far it has come."""

import json
import shutil
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.services.files import open_blob
from departments.services.jobs import publish
from feedback import reading
from feedback.models import FeedbackImport, Measure
from feedback.rules import ImportState
from feedback.services.sending import READ_TASK, let_go
from feedback.services.twins import already_here
from files.child import ChildFailed, run_limited

SILENT = timedelta(minutes=5)  # a reading or an import that showed no life for this long has died
MOST_ATTEMPTS = 3

CANNOT_BE_READ = (
    "This file could not be read: it is damaged, or holds far more than such a file should. Open it in Excel, save "
    "only the sheet with the figures under a new name, and send that."
)
NOTHING_OF_YOURS = "This file was read, and holds no figures of {trust} ({code})."

log = structlog.get_logger(__name__)


def read_import(*, pk: int) -> None:
    """Read a file that waits. Safe to run twice, and by two workers at once: only one takes it."""
    brought = take(pk)
    if brought is None:
        return
    try:
        with TemporaryDirectory(prefix="portal-figures-") as folder:
            said = look_into(brought, Path(folder))
    except Exception:  # whatever stops it: the sweep tries again, and at last its sender is told
        log.exception("figures_not_read", feedback_import=pk)
        if brought.attempts < MOST_ATTEMPTS:
            return
        said = {"state": ImportState.REFUSED, "problem": CANNOT_BE_READ}
    finish(brought, said)


def take(pk: int) -> FeedbackImport | None:
    """The right to read this file: it waits, or its worker has gone silent."""
    with transaction.atomic():
        rows = FeedbackImport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("blob", "trust")
        brought = rows.filter(to_read(timezone.now()), pk=pk).first()
        if brought is None:
            return None
        brought.state, brought.attempts = ImportState.READING, brought.attempts + 1
        brought.beaten_at = timezone.now()
        brought.save(update_fields=["state", "attempts", "beaten_at"])
    return brought


def to_read(now: datetime) -> Q:
    return Q(state=ImportState.WAITING) | Q(state=ImportState.READING, beaten_at__lt=now - SILENT)


def look_into(brought: FeedbackImport, folder: Path) -> dict[str, Any]:
    """What the row is to say: what the file holds, and where it may name a patient."""
    assert brought.blob is not None
    path = folder / "content"
    with open_blob(blob=brought.blob) as stored, path.open("wb") as copy:
        shutil.copyfileobj(stored, copy, 1024 * 1024)
    try:
        found = read_in_child(brought, path)
    except ChildFailed as failure:
        log.warning("figures_not_read", feedback_import=brought.pk, reason=failure.reason)
        return refused(CANNOT_BE_READ)
    return what_it_says(brought, found)


def refused(words: str) -> dict[str, Any]:
    return {"state": ImportState.REFUSED, "problem": words}


def read_in_child(brought: FeedbackImport, path: Path) -> dict[str, Any]:
    """What `feedback.reading` found. Raises ChildFailed."""
    name = brought.name.encode(errors="replace").decode()
    arguments = [str(path), name, brought.trust.ods_code]
    if brought.mapping:
        arguments.append(json.dumps(brought.mapping))
    found: dict[str, Any] = json.loads(
        run_limited("feedback.reading", *arguments, seconds=reading.SECONDS, megabytes=reading.MEGABYTES)
    )
    return found


def what_it_says(brought: FeedbackImport, found: dict[str, Any]) -> dict[str, Any]:
    """The fields of the row that follow from what was found."""
    figures = sum(len(row["figures"]) for row in found["rows"])
    said: dict[str, Any] = {
        "state": ImportState.TO_CONFIRM,
        "found": found,
        "layout": layout_of(brought, found)[:60],
        "title": title_of(brought, found)[:200],
        "digest": found["digest"],
        "rows_total": figures,
        "rows_done": 0,
        "problem": "",
        "patient_signs": found.pop("patient_signs"),
    }
    period = period_of(found)
    if period:
        said |= {"starts_on": period[0], "ends_on": period[1]}
    if any(problem["stops"] for problem in found["problems"]):
        said["state"] = ImportState.REFUSED
    elif found["layout"] and not figures:
        words = NOTHING_OF_YOURS.format(trust=brought.trust.name, code=brought.trust.ods_code)
        said |= refused(words)
    return said


def title_of(brought: FeedbackImport, found: dict[str, Any]) -> str:
    """What kind of file it is; of a survey of one's own also what it asks."""
    said = {figure["measure"] for row in found["rows"] for figure in row["figures"]} if brought.mapping else ()
    asked = [one.title for one in Measure.objects.of_trust(brought.trust).filter(code__in=said)]
    return f"{found['title']}: {', '.join(asked)}" if asked else str(found["title"])


def layout_of(brought: FeedbackImport, found: dict[str, Any]) -> str:
    """Two surveys of one's own are of one kind when they speak of the same measures: then one can replace the other."""
    if not (found["layout"] and brought.mapping):
        return str(found["layout"])
    measures = sorted({figure["measure"] for row in found["rows"] for figure in row["figures"]})
    return f"{found['layout']} {sha256(' '.join(measures).encode()).hexdigest()[:16]}"


def period_of(found: dict[str, Any]) -> tuple[date, date] | None:
    """From the first day to the last that the file speaks of; None when some of it does not say."""
    periods: list[list[str] | None] = [row.get("period") or found["period"] for row in found["rows"]]
    periods = periods or [found["period"]]
    if None in periods:
        return None
    days = [period for period in periods if period]
    return date.fromisoformat(min(first for first, _ in days)), date.fromisoformat(max(last for _, last in days))


@transaction.atomic
def finish(brought: FeedbackImport, said: dict[str, Any]) -> None:
    """Store what was read, unless another worker took over. The same figures as before are told to be here already."""
    rows = FeedbackImport.objects.select_for_update(of=("self",)).select_related("trust")
    held = rows.filter(pk=brought.pk, state=ImportState.READING, attempts=brought.attempts).first()
    if held is None:
        log.warning("reading_taken_by_another_worker", feedback_import=brought.pk)
        return
    if "found" in said and not said["found"].get("tables"):
        said["found"]["tables"] = held.found.get("tables", [])  # for another try at the columns
    for name, value in said.items():
        setattr(held, name, value)
    held.attempts, held.beaten_at = 0, timezone.now()
    if held.state == ImportState.TO_CONFIRM and held.layout and held.starts_on:
        already_here(held)
    held.save()
    if held.state == ImportState.GIVEN_UP:
        let_go(held)


def left_behind(now: datetime) -> Iterable[int]:
    """Files that nobody reads now and somebody should."""
    just_sent = Q(state=ImportState.WAITING, sent_at__gt=now - timedelta(seconds=30))
    rows = FeedbackImport.objects.filter(to_read(now)).exclude(just_sent).order_by("sent_at")
    return rows.values_list("pk", flat=True)[:100]


def sweep() -> None:
    """Queue again whatever waits to be read, or was left behind; one that killed its worker again and again is told."""
    now = timezone.now()
    worn = FeedbackImport.objects.filter(
        state=ImportState.READING, attempts__gte=MOST_ATTEMPTS, beaten_at__lt=now - SILENT
    )
    worn.update(state=ImportState.REFUSED, problem=CANNOT_BE_READ)
    for pk in left_behind(now):
        publish(READ_TASK, pk)
