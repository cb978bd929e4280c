"""Brings the figures of a confirmed file in, in the worker: all of them in one transaction, or none."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pghistory
import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.models import Trust, User
from departments.services.history import remembered_as_theirs
from departments.services.jobs import enqueue, publish
from departments.services.refusals import Refused
from feedback.models import FeedbackImport, Measure, Place, Reading
from feedback.rules import ImportState
from feedback.services.above import tell_who_compares
from feedback.services.places import Key, key_of_row, places_for
from feedback.services.reading import MOST_ATTEMPTS, SILENT, period_of
from feedback.services.replacing import make_room
from feedback.services.sending import let_go, locked
from feedback.services.twins import already_here

IMPORT_TASK = "feedback.tasks.import_figures"
NO_PERIOD = {"starts_on": None, "ends_on": None}
A_STEP = 200  # figures between two signs of progress
FIVE_PLACES = Decimal("0.00001")

GAVE_UP = (
    "The import was begun several times and stopped part-way each time. Nothing of it is here. Confirm it again; if it "
    "stops once more, ask whoever runs the portal to look into the worker’s log."
)

log = structlog.get_logger(__name__)


@transaction.atomic
@remembered_as_theirs
def confirm_import(
    *,
    brought: FeedbackImport,
    starts_on: date | None = None,
    ends_on: date | None = None,
    names_no_patient: bool = False,
    by: User,
    at: datetime | None = None,
) -> FeedbackImport:
    """Have the figures of a file that was read imported. The period is asked for where the file does not say.

    `at` is when it was confirmed: now, unless in the past.

    Raises Refused for one that is confirmed already, lacks its period, or may name a patient and nobody has looked.
    """
    row = locked(brought.pk)
    if row.state != ImportState.TO_CONFIRM:
        raise Refused(f"This file is not to be confirmed any more. It is: {row.get_state_display().lower()}.")
    if not row.layout:
        raise Refused("Say first which columns of this file are which measures.")
    if row.starts_on is None:
        if starts_on is None or ends_on is None:
            raise Refused("Enter the period that the figures are of.", field="starts_on")
        if ends_on < starts_on:
            raise Refused("The period ends before it starts.", field="ends_on")
        row.starts_on, row.ends_on = starts_on, ends_on
    if row.patient_signs and not names_no_patient:
        raise Refused("Look at what may name a patient, and say that it does not.", field="names_no_patient")
    row.confirmed_by, row.confirmed_at = by, at or timezone.now()
    row.state, row.rows_done, row.attempts, row.beaten_at, row.problem = ImportState.IMPORTING, 0, 0, None, ""
    row.save()
    enqueue(IMPORT_TASK, row.pk)
    return row


def import_figures(*, pk: int) -> None:
    """Import a confirmed file. Safe to run twice, and by two workers at once: only one takes it."""
    brought = take(pk)
    if brought is None:
        return
    try:
        drafts = drafts_of(brought)
        with pghistory.context(user=brought.confirmed_by_id):
            bring_in(brought=brought, drafts=drafts)
    except TurnLost:
        log.warning("import_taken_by_another_worker", feedback_import=pk)
    except Refused as no:
        # Of a period that somebody typed, it may be what is wrong.
        back_to_confirm(brought, no.reason, **({} if period_of(brought.found) else NO_PERIOD))
    except Exception:  # whatever stops it: nothing is here, and the sweep tries again
        log.exception("figures_not_imported", feedback_import=pk)
        if brought.attempts >= MOST_ATTEMPTS:
            back_to_confirm(brought, GAVE_UP)


class TurnLost(Exception):
    """Another worker has taken over: this one's work counts no more."""


def to_import(now: datetime) -> Q:
    alone = Q(beaten_at=None) | Q(beaten_at__lt=now - SILENT)
    return Q(alone, state=ImportState.IMPORTING)


def take(pk: int) -> FeedbackImport | None:
    """The right to import this file: it is confirmed, and nobody works on it or its worker has gone silent."""
    with transaction.atomic():
        rows = FeedbackImport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("trust")
        brought = rows.filter(to_import(timezone.now()), pk=pk).first()
        if brought is None:
            return None
        brought.attempts, brought.beaten_at = brought.attempts + 1, timezone.now()
        brought.save(update_fields=["attempts", "beaten_at"])
    return brought


@dataclass(frozen=True)
class Draft:
    """One figure before it is stored: the place is known by its key, since places are made with the figures."""

    key: Key | None
    values: dict[str, Any]


def drafts_of(brought: FeedbackImport) -> list[Draft]:
    """Every figure of what was read, with a sign of progress now and then. Raises Refused, TurnLost."""
    measures = {one.code: one for one in Measure.objects.of_trust(brought.trust)}
    drafts: list[Draft] = []
    for row in brought.found["rows"]:
        period = row.get("period") or [brought.starts_on, brought.ends_on]
        for figure in row["figures"]:
            if figure["measure"] not in measures:
                raise Refused(f"This file speaks of a measure that is not here: {figure['measure']}.")
            drafts.append(Draft(key_of_row(row), values_of(row, figure, period, measures[figure["measure"]])))
            if len(drafts) % A_STEP == 0:
                reach(brought, len(drafts))
    reach(brought, len(drafts))
    return drafts


def values_of(row: dict[str, Any], figure: dict[str, Any], period: list[Any], measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure,
        "starts_on": day(period[0]),
        "ends_on": day(period[1]),
        "positive": figure["positive"],
        "responses": figure["responses"],
        "score": decimal(figure["score"]),
        "benchmark": decimal(figure.get("benchmark")),
        "suppressed": figure["suppressed"],
        "detail": figure["detail"],
        "sheet": row["sheet"][:100],
        "row": row["row"],
        "column": figure["column"][:10],
    }


def day(said: str | date) -> date:
    return date.fromisoformat(said) if isinstance(said, str) else said


def decimal(number: float | None) -> Decimal | None:
    """A number of a file as it is stored; what is not known stays so."""
    return None if number is None else Decimal(str(number)).quantize(FIVE_PLACES)


def reach(brought: FeedbackImport, done: int) -> None:
    """Show the progress, and that this worker lives. Raises TurnLost."""
    rows = FeedbackImport.objects.filter(pk=brought.pk, state=ImportState.IMPORTING, attempts=brought.attempts)
    if not rows.update(rows_done=done, beaten_at=timezone.now()):
        raise TurnLost


@transaction.atomic
def bring_in(*, brought: FeedbackImport, drafts: list[Draft]) -> None:
    """Store every figure, with the places that are new, instead of those of the file that it corrects.

    The trust is held, so that two imports of it wait for each other. Raises TurnLost, Refused.
    """
    trust = Trust.objects.select_for_update(no_key=True).get(pk=brought.trust_id)
    row = locked(brought.pk)
    if row.state != ImportState.IMPORTING or row.attempts != brought.attempts:
        raise TurnLost
    if already_here(row):
        let_go(row)
        return
    now = timezone.now()
    places = places_for(trust=trust, rows=brought.found["rows"], at=now)
    row.replaces = make_room(brought=row, slots={slot_of(draft, places) for draft in drafts})
    Reading.objects.bulk_create(
        (
            Reading(trust=trust, feedback_import=row, place=places[one.key] if one.key else None, **one.values)
            for one in drafts
        ),
        batch_size=500,
    )
    row.state, row.imported_at, row.rows_done, row.rows_total = ImportState.IMPORTED, now, len(drafts), len(drafts)
    row.found.pop("tables", None)  # the first rows of every column, for the page that asks which is which
    row.save()
    tell_who_compares(trust)


def slot_of(draft: Draft, places: dict[Key, Place]) -> tuple[int, int | None, date, date]:
    """What one figure may count for: a measure, a place and a period."""
    place = places[draft.key].pk if draft.key else None
    return draft.values["measure"].pk, place, draft.values["starts_on"], draft.values["ends_on"]


def back_to_confirm(brought: FeedbackImport, problem: str, **more: None) -> None:
    """Nothing came of it: the person reads why, and may try again."""
    rows = FeedbackImport.objects.filter(pk=brought.pk, state=ImportState.IMPORTING, attempts=brought.attempts)
    rows.update(
        state=ImportState.TO_CONFIRM, problem=problem, confirmed_by=None, confirmed_at=None, rows_done=0, attempts=0,
        **more,
    )  # fmt: skip


def sweep() -> None:
    """Queue again whatever is confirmed and was not imported, or was left behind; what is worn out is told."""
    now = timezone.now()
    for brought in FeedbackImport.objects.filter(to_import(now), attempts__gte=MOST_ATTEMPTS).defer("found"):
        back_to_confirm(brought, GAVE_UP)
    waited = Q(beaten_at=None, confirmed_at__gt=now - timedelta(seconds=30))
    rows = FeedbackImport.objects.filter(to_import(now)).exclude(waited).order_by("confirmed_at")
    for pk in rows.values_list("pk", flat=True)[:100]:
        publish(IMPORT_TASK, pk)
