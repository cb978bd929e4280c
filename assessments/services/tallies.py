"""The counts that overviews and dashboards show, stored on the assessment by whatever changes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from itertools import product
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from assessments.models import Assessment, Finding, Statement
from assessments.models.standard import element_places
from assessments.rules import what_is_missing
from assessments.services.gaps import bands_have_changed

Tallies = dict[str, dict[str, Any]]


def count(assessment: Assessment) -> Tallies:
    """What the rows say, per criterion number:

    `{"1": {"elements": 11, "ready": 9, "supported": 8, "own": {"compliant": 9, "": 2}, "found": {…}}}`, where `""` is
    an element with no band yet and `found` has no entry before an assessor is assigned.
    """
    return counts_of([assessment.pk]).get(assessment.pk, {})


def counts_of(assessments: Collection[int]) -> dict[int, Tallies]:
    """The same of many, in two queries; of one without statements nothing."""
    counts: dict[int, Tallies] = {}
    said = Statement.objects.filter(assessment__in=assessments).order_by().annotate(
        has_text=~Q(text=""), has_evidence=Q(evidence_count__gt=0), has_tell_me=~Q(tell_me="")
    )  # fmt: skip
    rows: Any = said.values(
        "assessment_id", "element__subcriterion__criterion__number", "band", "in_scope", "inherits",
        "element__show_me", "has_text", "has_evidence", "has_tell_me",
    ).annotate(number=Count("pk"))  # fmt: skip
    for row in rows:
        criterion, number = row["element__subcriterion__criterion__number"], row["number"]
        tally = counts.setdefault(row["assessment_id"], {}).setdefault(criterion, nothing())
        tally["elements"] += number
        tally["ready"] += number * is_ready(**{name.removeprefix("element__"): row[name] for name in READY_BY})
        tally["supported"] += number * row["has_evidence"]
        tally["own"][row["band"]] += number
    found = Finding.objects.filter(assessment__in=assessments).order_by().values_list(
        "assessment_id", "element__subcriterion__criterion__number", "band"
    ).annotate(number=Count("pk"))  # fmt: skip
    for assessment, criterion, band, number in found:
        counts[assessment][criterion]["found"][band] += number
    return {pk: {number: plain(tally) for number, tally in tallies.items()} for pk, tallies in counts.items()}


READY_BY = ("band", "in_scope", "inherits", "element__show_me", "has_text", "has_evidence", "has_tell_me")


def nothing() -> dict[str, Any]:
    return {"elements": 0, "ready": 0, "supported": 0, "own": Counter(), "found": Counter()}


def plain(tally: dict[str, Any]) -> dict[str, Any]:
    return {**tally, "own": dict(tally["own"]), "found": dict(tally["found"])}


def is_ready(*, in_scope: bool, **said: Any) -> bool:
    """As `Statement.is_ready` says of a row."""
    return not in_scope or not what_is_missing(**said)


def what_is_counted(row: Statement | Finding) -> tuple[str | bool, ...]:
    """What the counts read of a row, apart from its evidence: a change of other words leaves them as they are."""
    if isinstance(row, Statement):
        return row.band, bool(row.text), bool(row.tell_me)
    return (row.band,)


def recount(assessment: Assessment) -> None:
    """Store the counts. Call with the assessment's row locked, in the transaction that changed what they count."""
    if assessment.is_fixed:
        return
    assessment.tallies = count(assessment)
    assessment.save(update_fields=["tallies"])
    bands_have_changed(assessment)


# Everything but `ready` is told; that also depends on what a colleague may have changed of the statement while this
# save waited for the lock: how it stands in scope, inherits and evidence picks which of eight changes is the right one.
CHANGED = """
    UPDATE assessments_assessment assessment SET tallies = jsonb_set(%s::jsonb, %s, to_jsonb(%s + (%s::int[])[
        1 + statement.in_scope::int + 2 * statement.inherits::int + 4 * (statement.evidence_count > 0)::int]))
    FROM assessments_statement statement WHERE assessment.id = %s AND statement.id = %s
    RETURNING (tallies #>> %s)::int
"""


def count_change(row: Statement | Finding, *, before: tuple[str | bool, ...]) -> None:
    """Store what the change of one row makes of the counts, without counting the others.

    `before` is what `what_is_counted` said of it. Call as `recount`, with the row's `assessment` read by the lock.
    """
    assessment = row.assessment
    place = element_places(assessment.standard_id)[row.element_id]
    tally = assessment.tallies.get(place.criterion)
    if tally is None:
        recount(assessment)
        return
    move(tally["own" if isinstance(row, Statement) else "found"], str(before[0]), row.band)
    told, path = json.dumps(assessment.tallies), [place.criterion, "ready"]
    with connection.cursor() as cursor:
        if isinstance(row, Finding):
            cursor.execute("UPDATE assessments_assessment SET tallies = %s WHERE id = %s", [told, assessment.pk])
            return
        changes = changes_of_ready(before, what_is_counted(row), show_me=place.show_me)
        cursor.execute(CHANGED, [told, path, tally["ready"], changes, assessment.pk, row.pk, path])
        (tally["ready"],) = cursor.fetchone()


def changes_of_ready(before: tuple[Any, ...], now: tuple[Any, ...], *, show_me: bool) -> list[int]:
    """By how much a change of the words changes the number of ready ones, for each way that the statement may stand."""
    return [
        ready(now, *stands, show_me=show_me) - ready(before, *stands, show_me=show_me)
        for has_evidence, inherits, in_scope in product((False, True), repeat=3)
        for stands in [(in_scope, inherits, has_evidence)]
    ]


def ready(said: tuple[Any, ...], in_scope: bool, inherits: bool, has_evidence: bool, *, show_me: bool) -> bool:
    band, has_text, has_tell_me = said
    return is_ready(
        band=band, has_text=has_text, has_tell_me=has_tell_me, in_scope=in_scope, inherits=inherits,
        has_evidence=has_evidence, show_me=show_me,
    )  # fmt: skip


def move(bands: dict[str, int], start: str, end: str) -> None:
    """One element from a band to another; a band that has none left is not named."""
    bands[end] = bands.get(end, 0) + 1
    bands[start] = bands.get(start, 0) - 1
    for band in {start, end}:
        if not bands[band]:
            del bands[band]
