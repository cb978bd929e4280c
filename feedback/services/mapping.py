"""A survey of the trust's own: which of its columns is which measure, and new measures where there is none yet."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from departments.models import Trust, User
from departments.services.history import remembered_as_theirs
from departments.services.jobs import enqueue
from departments.services.refusals import Refused
from feedback.models import FeedbackImport, Measure
from feedback.rules import ImportState, MeasureKind, Source, Voice
from feedback.services.sending import READ_TASK, locked

FIRST_LOCAL = 1000  # national measures come before those of trusts


@dataclass(frozen=True)
class NewMeasure:
    """A measure of the trust's own that is not here yet."""

    title: str
    voice: Voice
    kind: MeasureKind
    out_of: Decimal | None
    higher_is_better: bool


@dataclass(frozen=True)
class Mapped:
    """One column with the measure that it is. `is_count`: it counts those who were satisfied, of `responses_column`."""

    column: str
    measure: Measure | NewMeasure
    is_count: bool = False
    responses_column: str = ""


@transaction.atomic
@remembered_as_theirs
def map_columns(
    *,
    brought: FeedbackImport,
    sheet: str,
    header_row: int,
    places: dict[str, str],
    figures: list[Mapped],
    by: User,
) -> FeedbackImport:
    """Say which columns of a file are which measures; it is read again by that.

    `places` names the columns that say where and when: `site_code`, `site`, `ward`, `period`. Raises Refused for one
    that is confirmed, and for a new measure whose name the trust uses already.
    """
    row = locked(brought.pk)
    if row.state not in (ImportState.TO_CONFIRM, ImportState.REFUSED) or (row.layout and not row.mapping):
        raise Refused(f"The columns of this file are not asked for any more. It is: {row.get_state_display().lower()}.")
    if not figures:
        raise Refused("Say of at least one column which measure it is.", field="measure_0")
    row.mapping = {
        "sheet": sheet,
        "header_row": header_row,
        **{name: places.get(name) or None for name in ("site_code", "site", "ward", "period")},
        "figures": [said_of(one, row.trust) for one in figures],
    }
    row.state, row.layout, row.problem, row.attempts, row.beaten_at = ImportState.WAITING, "", "", 0, None
    row.starts_on = row.ends_on = None
    row.save()
    enqueue(READ_TASK, row.pk)
    return row


def said_of(one: Mapped, trust: Trust) -> dict[str, Any]:
    """One column as the child is told of it."""
    measure = one.measure if isinstance(one.measure, Measure) else add_measure(one.measure, trust)
    kind = "count" if one.is_count else str(measure.kind)
    return {
        "column": one.column,
        "measure": measure.code,
        "kind": kind,
        "out_of": float(measure.out_of) if measure.out_of is not None else None,
        "responses_column": one.responses_column or None,
        "benchmark_column": None,
    }


def add_measure(new: NewMeasure, trust: Trust) -> Measure:
    """A measure of the trust's own, with a code that nobody else has."""
    words = re.sub(r"[^a-z0-9]+", "_", new.title.lower()).strip("_")[:30]
    last = Measure.objects.aggregate(last=Max("position"))["last"] or 0
    position = max(last, FIRST_LOCAL) + 1
    try:
        with transaction.atomic():
            return Measure.objects.create(
                code=f"local_{trust.ods_code.lower()}_{words}_{position}",
                title=new.title,
                source=Source.LOCAL,
                voice=new.voice,
                kind=new.kind,
                out_of=new.out_of,
                higher_is_better=new.higher_is_better,
                trust=trust,
                position=position,
            )
    except IntegrityError as error:
        raise Refused(f"Your trust has a measure called “{new.title}” already: choose that one.") from error
