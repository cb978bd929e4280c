"""What patients and staff say of a department, by what it speaks of in the standard: figures of the floor below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Max, Window

from assessments.gap import Levels, Scale
from assessments.hearing import YEAR, Heard, Question, asks_the_same, counted_once, last_year
from assessments.models import MeasureLink
from departments.models import Department
from feedback.models import Measure, Reading
from feedback.rules import MeasureKind, Source, Voice

# A count has no best and no worst, so it stands on no common scale.
ON_THE_SCALE = [MeasureKind.SHARE, MeasureKind.SCORE]


class Row(NamedTuple):
    """A reading as the query gives it."""

    pk: int
    measure: int
    place: int | None
    site: str | None
    site_name: str | None
    ward: str | None
    starts_on: date
    ends_on: date
    positive: int | None
    responses: int | None
    score: Decimal | None
    benchmark: Decimal | None


def links_of(standard: int) -> list[MeasureLink]:
    """What speaks of what in a version, measures and themes, in one query."""
    return list(MeasureLink.objects.filter(standard=standard).in_order())


def questions_of(department: Department, links: Sequence[MeasureLink]) -> dict[int, list[Question]]:
    """What was asked and answered over the last year, by the id of the sub-criterion that it speaks of. Two queries."""
    codes = {link.measure for link in links if link.measure}
    measures = {one.pk: one for one in Measure.objects.filter(code__in=codes, kind__in=ON_THE_SCALE)}
    if not measures:
        return {}
    rows = counted_once(last_year(heard(row, measures[row.measure]) for row in rows_of(department, measures)))
    by_code: dict[str, list[Heard]] = defaultdict(list)
    for row in rows:
        by_code[row.code].append(row)
    of_code = {one.code: one for one in measures.values()}
    found: dict[int, dict[tuple[object, ...], list[MeasureLink]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        if by_code.get(link.measure):
            found[link.subcriterion_id][belongs_with(link, of_code[link.measure])].append(link)
    return {
        subcriterion: [question(group, of_code, by_code) for group in groups.values()]
        for subcriterion, groups in found.items()
    }


def rows_of(department: Department, measures: Iterable[int]) -> list[Row]:
    newest = Window(Max("ends_on"), partition_by="measure")
    rows = (
        Reading.objects.speaking_of(department)
        .filter(measure__in=list(measures))
        .order_by()
        .annotate(newest=newest)
        .filter(ends_on__gt=F("newest") - YEAR)
        .values_list(
            "pk", "measure_id", "place_id", "place__site_code", "place__site_name", "place__ward", "starts_on",
            "ends_on", "positive", "responses", "score", "benchmark",
        )
    )  # fmt: skip
    return [Row(*row) for row in rows]


def heard(row: Row, measure: Measure) -> Heard:
    return Heard(
        pk=row.pk,
        code=measure.code,
        place=row.place,
        site=row.site or (row.site_name or "").lower(),  # as places are told apart
        site_name=row.site_name or "",
        ward=row.ward or "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        positive=row.positive,
        responses=row.responses,
        score=None if row.score is None else float(row.score),
        benchmark=None if row.benchmark is None else float(row.benchmark),
    )


def belongs_with(link: MeasureLink, measure: Measure) -> tuple[object, ...]:
    """What measures must share to be added up: the question, how it is read and compared, and what it speaks of."""
    return (
        measure.voice, asks_the_same(measure.source, measure.code), scale_of(measure), link.levels, link.element_id,
    )  # fmt: skip


def scale_of(measure: Measure) -> Scale:
    return Scale(float(measure.out_of or 1), measure.higher_is_better)


def question(group: list[MeasureLink], measures: dict[str, Measure], rows: dict[str, list[Heard]]) -> Question:
    first, link = measures[group[0].measure], group[0]
    levels: Levels | None = link.levels
    return Question(
        code=asks_the_same(first.source, first.code) if len(group) > 1 else first.code,
        title=first.title if len(group) == 1 else str(Source(first.source).label),
        voice=first.voice,
        scale=scale_of(first),
        levels=levels,
        element=link.element.number if link.element else "",
        readings=tuple(row for one in group for row in rows[one.measure]),
    )


def of_patients(questions: Iterable[Question]) -> list[Question]:
    return [one for one in questions if one.voice == Voice.PATIENTS]


def of_staff(questions: Iterable[Question]) -> list[Question]:
    return [one for one in questions if one.voice == Voice.STAFF]
