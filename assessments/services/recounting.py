"""Counts that differ from the rows that they count: found for many assessments at once, and put right."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Count

from assessments.models import Assessment, EvidenceUse, Statement
from assessments.models.standard import element_places
from assessments.services.evidence import count_evidence
from assessments.services.tallies import Tallies, counts_of
from files.rules import REFUSED

AT_ONCE = 500


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads within see the same moment, whoever writes meanwhile. Inside a transaction, that one's reads."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def in_parts() -> Iterator[list[Assessment]]:
    """Every assessment with what its reference says, some hundreds at a time, by key."""
    last = 0
    rows = Assessment.objects.select_related("department__trust").order_by("pk").defer(
        "method", "strengths", "recommendation"
    )  # fmt: skip
    while part := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield part
        last = part[-1].pk


def differing(assessments: list[Assessment]) -> dict[int, list[str]]:
    """What is stored wrongly of these, in words, by the assessment's id."""
    pks = [row.pk for row in assessments]
    counts, evidence = counts_of(pks), wrong_evidence(pks)
    found: dict[int, list[str]] = {}
    for row in assessments:
        places = element_places(row.standard_id)
        words = []
        if elements := evidence.get(row.pk):
            in_order = sorted(elements, key=list(places).index)
            words.append(f"the evidence count of {', '.join(places[pk].number for pk in in_order)}")
        words += in_words(row.tallies, counts.get(row.pk, {}))
        if words:
            found[row.pk] = words
    return found


def in_words(stored: Tallies, fresh: Tallies) -> list[str]:
    return [
        f"criterion {number} stores {stored.get(number)} and has {fresh.get(number)}"
        for number in sorted({*fresh, *stored})
        if stored.get(number) != fresh.get(number)
    ]


def wrong_evidence(assessments: Collection[int]) -> dict[int, set[int]]:
    """The elements, by assessment, whose evidence count is not the number of uses that count."""
    uses = EvidenceUse.objects.filter(assessment__in=assessments).exclude(version__file__state__in=REFUSED)
    counted = {
        (assessment, element): number
        for assessment, element, number in uses.order_by()
        .values_list("assessment_id", "element_id")
        .annotate(n=Count("pk"))
    }
    rows = Statement.objects.filter(assessment__in=assessments, evidence_count__gt=0)
    stored = {(one, other): n for one, other, n in rows.values_list("assessment_id", "element_id", "evidence_count")}
    wrong: dict[int, set[int]] = {}
    for assessment, element in {key for key in {*counted, *stored} if counted.get(key, 0) != stored.get(key, 0)}:
        wrong.setdefault(assessment, set()).add(element)
    return wrong


@transaction.atomic
def put_right(assessment: Assessment) -> bool:
    """Store the right counts, as the rows stand now; False of a decided or withdrawn one, which nobody may change."""
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if locked.is_fixed:
        return False
    count_evidence(locked)
    return True
