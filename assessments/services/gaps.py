"""The stored gaps of an assessment: written by whatever changes a band or a figure, read by pages and dashboards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, TypedDict

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from assessments.gap import Difference, Figure, Levels, compare, speaks_most, together, typical
from assessments.hearing import Question, told
from assessments.models import Assessment, Finding, Gap, MeasureLink, Reworking, Statement, SubCriterion
from assessments.models.gaps import newest_assessments
from assessments.services.patients_view import links_of, questions_of
from departments.models import Department, Trust
from departments.services.jobs import publish
from feedback.rules import Voice

WORKED_OUT = ("own", "found", "score", "low", "high", "responses", "leads", "difference", "figures")
A_BATCH = 25

Bands = dict[int, dict[str, tuple[str, str]]]  # sub-criterion → element's number → own band, found band


class StoredFigure(TypedDict):
    """One figure in a gap's row. Scores are on the scale from 0 to 100 in hundredths; None is unknown."""

    code: str
    title: str
    voice: str
    element: str  # the number of the one element that it speaks of; "" for the whole sub-criterion
    score: float | None
    low: float | None
    high: float | None
    responses: int | None
    withheld: int
    levels: list[float] | None
    difference: str  # from the band of what it speaks of
    whole_trust: bool
    raw: float | None  # the newest score in the measure's own units
    out_of: float
    benchmark: float | None
    starts_on: str
    ends_on: str
    reading: int  # the newest, where a look at the file begins


@transaction.atomic
def work_out(*, assessment: Assessment, links: Sequence[MeasureLink] | None = None) -> None:
    """Store the gaps of an assessment from its bands and from what is said of its department now."""
    held = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("department")
    row = held.only("standard", "department").get(pk=assessment.pk)
    _store(row, work_out_rows(row, links_of(row.standard_id) if links is None else links))


def work_out_rows(assessment: Assessment, links: Sequence[MeasureLink]) -> dict[int, dict[str, Any]]:
    """What a gap's row should hold, by sub-criterion."""
    questions = questions_of(assessment.department, links)
    bands = bands_of(assessment)
    return {
        pk: with_bands([as_stored(one) for one in questions.get(pk, [])], bands.get(pk, {}))
        for pk in subcriteria_of(assessment.standard_id)
    }


def bands_have_changed(assessment: Assessment) -> None:
    """Hold the figures that are stored against the bands as they are now. Call with the assessment's row locked."""
    rows = {gap.subcriterion_id: gap for gap in Gap.objects.filter(assessment=assessment)}
    if not rows:
        _store(assessment, work_out_rows(assessment, links_of(assessment.standard_id)), rows)
        return
    bands = bands_of(assessment)
    _store(assessment, {pk: with_bands(gap.figures, bands.get(pk, {})) for pk, gap in rows.items()}, rows)


# The gap of an element's sub-criterion, with the bands of all its elements. Each save of a band asks this, and Django
# takes longer to put it together than the database to answer.
BESIDE_A_ROW = """
    SELECT gap.id, (
        SELECT jsonb_object_agg(element.number, jsonb_build_array(statement.band, coalesce(finding.band, '')))
        FROM assessments_element element
        JOIN assessments_statement statement
            ON statement.assessment_id = gap.assessment_id AND statement.element_id = element.id
        LEFT JOIN assessments_finding finding
            ON finding.assessment_id = gap.assessment_id AND finding.element_id = element.id
        WHERE element.subcriterion_id = gap.subcriterion_id
    ), gap.figures, own, found, score, low, high, responses, leads, difference
    FROM assessments_gap gap
    WHERE gap.assessment_id = %s AND gap.subcriterion_id = (
        SELECT subcriterion_id FROM assessments_element WHERE id = %s
    )
"""


def band_has_changed(row: Statement | Finding) -> None:
    """The same for a row that was saved, of its sub-criterion alone: one question, and a write where it differs."""
    with connection.cursor() as cursor:
        cursor.execute(BESIDE_A_ROW, [row.assessment_id, row.element_id])
        told = cursor.fetchone()
    if told is None:
        work_out(assessment=row.assessment)
        return
    pk, bands, figures, *others = told
    fresh = with_bands(json.loads(figures), json.loads(bands))
    if [fresh["figures"], *(fresh[name] for name in WORKED_OUT[:-1])] != [json.loads(figures), *others]:
        Gap.objects.filter(pk=pk).update(**fresh, worked_out_at=timezone.now())


def figures_have_changed(*, trust: Trust) -> None:
    """What is said of a trust's departments is different now. Called by the floor below (FEEDBACK_TELLS), in the
    transaction that changed it."""
    departments_again(Department.objects.filter(trust=trust))


def departments_again(departments: Iterable[Department]) -> None:
    """Work out what these departments' newest assessments store, in the order in which jobs take them too: whoever
    locks several takes them by their ids, so that no two wait for each other."""
    links: dict[int, list[MeasureLink]] = {}
    for assessment in sorted(of_now(departments), key=lambda one: one.pk):
        if assessment.standard_id not in links:
            links[assessment.standard_id] = links_of(assessment.standard_id)
        work_out(assessment=assessment, links=links[assessment.standard_id])


def of_now(departments: Iterable[Department]) -> Iterator[Assessment]:
    """The newest assessment of each department that has one."""
    for department in departments:
        assessment = newest_assessments().filter(department=department).first()
        if assessment is not None:
            yield assessment


@transaction.atomic
def rework_a_batch(*, job: int) -> bool:
    """Work out the next assessments of a job, and say whether any may be left. Somebody else at it: nothing to do."""
    row = Reworking.objects.select_for_update(skip_locked=True).filter(pk=job, finished_at=None).first()
    if row is None:
        return False
    links = links_of(row.standard_id)
    newest = newest_assessments().order_by("department_id", "-opened_at", "-pk").distinct("department_id").values("pk")
    due = Assessment.objects.filter(standard=row.standard_id, pk__gt=row.reached, pk__in=newest).order_by("pk")
    batch = list(due.only("pk")[:A_BATCH])
    for assessment in batch:
        work_out(assessment=assessment, links=links)
    if batch:
        row.reached = batch[-1].pk
    else:
        row.finished_at = timezone.now()
    row.save()
    return bool(batch)


def send_what_was_left() -> None:
    """Jobs that are not finished, whatever became of their worker: each is safe to send again."""
    for job in Reworking.objects.filter(finished_at=None).values_list("pk", flat=True):
        publish("assessments.tasks.work_out_gaps", job)


def gaps_that_differ() -> list[str]:
    """Where a newest assessment's stored gaps are not what its bands and figures say now: one sentence for each row."""
    found = []
    links: dict[int, list[MeasureLink]] = {}
    for assessment in newest_of_all():
        if assessment.standard_id not in links:
            links[assessment.standard_id] = links_of(assessment.standard_id)
        stored = {gap.subcriterion_id: gap for gap in assessment.gaps.select_related("subcriterion")}
        for pk, fresh in work_out_rows(assessment, links[assessment.standard_id]).items():
            if pk not in stored:
                found.append(f"Assessment {assessment.pk} stores no gap for sub-criterion {pk}.")
            elif wrong := [name for name in WORKED_OUT if getattr(stored[pk], name) != fresh[name]]:
                found.append(f"Assessment {assessment.pk}, {stored[pk].subcriterion}: {', '.join(wrong)} differ.")
    return found


def newest_of_all() -> Iterator[Assessment]:
    """Of every department, in one query, however many there are."""
    rows = newest_assessments().order_by("department_id", "-opened_at", "-pk").distinct("department_id")
    yield from rows.select_related("department").only("standard", "department").iterator(chunk_size=500)


@cache
def subcriteria_of(standard: int) -> tuple[int, ...]:
    """The ids of a stored version's sub-criteria. A version is never altered, so they are read once."""
    return tuple(SubCriterion.objects.filter(criterion__standard=standard).values_list("pk", flat=True))


def bands_of(assessment: Assessment) -> Bands:
    """Own and found bands of every element, in one query."""
    found = Finding.objects.filter(assessment=assessment, element=OuterRef("element")).values("band")[:1]
    rows = Statement.objects.filter(assessment=assessment).order_by().annotate(found=Subquery(found))
    bands: Bands = defaultdict(dict)
    for pk, number, own, band in rows.values_list("element__subcriterion_id", "element__number", "band", "found"):
        bands[pk][number] = own, band or ""
    return bands


def as_stored(question: Question) -> StoredFigure:
    figure = told(question) if question.voice == Voice.STAFF else question.figure
    newest = question.newest
    return StoredFigure(
        code=question.code,
        title=question.title,
        voice=question.voice,
        element=question.element,
        score=hundredths(figure.score),
        low=hundredths(figure.low),
        high=hundredths(figure.high),
        responses=figure.responses,
        withheld=figure.withheld,
        levels=[float(level) for level in question.levels] if question.levels else None,
        difference=Difference.UNKNOWN.value,
        whole_trust=question.whole_trust,
        raw=newest.score,
        out_of=question.scale.out_of,
        benchmark=newest.benchmark,
        starts_on=question.starts_on.isoformat(),
        ends_on=question.ends_on.isoformat(),
        reading=newest.pk,
    )


def with_bands(figures: Sequence[StoredFigure], bands: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """The fields of a gap's row. Staff stand beside: they are not held against the department's band."""
    own = typical(band for band, _ in bands.values())
    held = [
        StoredFigure({**one, "difference": difference_of(one, bands.get(one["element"], (own, ""))[0])})
        for one in figures
    ]
    patients = [one for one in held if one["voice"] == Voice.PATIENTS]
    pairs = [(figure_of(one), Difference(one["difference"])) for one in patients]
    at = speaks_most(pairs)
    leads = patients[at] if at is not None else None
    return {
        "own": own,
        "found": typical(band for _, band in bands.values()),
        "score": decimal(leads["score"]) if leads else None,
        "low": decimal(leads["low"]) if leads else None,
        "high": decimal(leads["high"]) if leads else None,
        "responses": leads["responses"] if leads else None,
        "leads": leads["title"] if leads else "",
        "difference": together(difference for _, difference in pairs).value,
        "figures": held,
    }


def difference_of(figure: StoredFigure, band: str) -> str:
    if figure["voice"] != Voice.PATIENTS:
        return Difference.UNKNOWN.value
    levels = Levels(*figure["levels"]) if figure["levels"] else None
    return compare(band, figure_of(figure), levels).value


def figure_of(stored: StoredFigure) -> Figure:
    return Figure(stored["score"], stored["low"], stored["high"], stored["responses"], stored["withheld"])


def hundredths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


def _store(assessment: Assessment, fresh: dict[int, dict[str, Any]], stored: dict[int, Gap] | None = None) -> None:
    """Write what is new or different; a row that is right already stays untouched."""
    if stored is None:
        stored = {gap.subcriterion_id: gap for gap in Gap.objects.filter(assessment=assessment)}
    now, new, changed = timezone.now(), [], []
    for pk, fields in fresh.items():
        gap = stored.get(pk)
        if gap is None:
            new.append(Gap(assessment=assessment, subcriterion_id=pk, worked_out_at=now, **fields))
        elif any(getattr(gap, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(gap, name, value)
            gap.worked_out_at = now
            changed.append(gap)
    if new:
        Gap.objects.bulk_create(new)
    if changed:
        Gap.objects.bulk_update(changed, [*WORKED_OUT, "worked_out_at"])
