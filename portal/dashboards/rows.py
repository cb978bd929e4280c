"""The rows behind a trust's dashboard: two queries, made once, as putting them together takes longer than running them.

The second looks the trust's departments up as one array, so that it reads each page of the index and of the table once
and not once a department; its SQL is as long for two departments as for two hundred.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import JSONObject, RowNumber
from django.utils import timezone

from assessments.models import Assessment, CorrectiveAction, Gap, PracticeCase
from assessments.services.gap_actions import GAPS
from assessments.workflow import DECISION_STANDS, Stage
from departments.models import Department, Site
from reports.models import Report, ReportState

THE_TRUST = -1  # stands for the trust while a query is built
UNDER_WAY = 0  # the era of what is not decided
MOST_KEPT = 128


class Place(NamedTuple):
    """A site."""

    pk: int
    name: str


class DepartmentRow(NamedTuple):
    """What is asked of a department itself."""

    pk: int
    name: str
    is_corporate: bool
    code: str | None
    function: str | None
    sites: Sequence[Place]
    actions_due: Sequence[date]
    reports: Sequence[int]
    practice: Sequence[int]
    gaps: Sequence[int]


class AssessmentRow(NamedTuple):
    """What is asked of an assessment. Only the last of its department and era (`place` 1) has its tallies."""

    department: int
    pk: int
    title: str
    kind: str
    stage: str
    outcome: str
    standard: int
    due_on: date | None
    certified_until: date | None
    opened_at: datetime
    decided_at: datetime | None
    era: int
    place: int
    tallies: dict[str, Any] | None


class Decided(NamedTuple):
    """A decision: its department, the year in which it was made, and what was found."""

    department: int
    year: int
    standard: int
    bands: dict[str, dict[str, int]]


class AnyOf(Func):
    """`column = ANY (array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def departments(trust: int) -> list[DepartmentRow]:
    """The departments of a trust, by name."""
    return [
        DepartmentRow._make([*row[:5], [Place(**json.loads(one)) for one in row[5]], *row[6:]])
        for row in fetched(departments_query(), trust)
    ]


def assessments(trust: int, years: tuple[int, ...] = ()) -> list[AssessmentRow]:
    """The assessments of a trust. Eras: 0 is under way, 1 decided by the end of the first of `years`, and so on."""
    return [
        AssessmentRow._make([*row[:-1], json.loads(row[-1]) if row[-1] else None])
        for row in fetched(assessments_query(years), trust)
    ]


def decisions(trust: int) -> list[Decided]:
    """All decisions that stand for a trust's departments, in the order in which they were made."""
    return [
        Decided(department, timezone.localtime(at).year, standard, found_of(json.loads(tallies)))
        for department, at, standard, tallies in fetched(decisions_query(), trust)
    ]


def found_of(tallies: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {number: tally["found"] for number, tally in tallies.items()}


def fetched(query: tuple[str, tuple[Any, ...]], trust: int) -> list[tuple[Any, ...]]:
    sql, params = query
    with connection.cursor() as cursor:
        cursor.execute(sql, [trust if value == THE_TRUST else value for value in params])
        return list(cursor.fetchall())


def made(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """SQL and what fills it."""
    sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, tuple(params)


@lru_cache(maxsize=1)
def departments_query() -> tuple[str, tuple[Any, ...]]:
    own = {"department": OuterRef("pk")}
    sites = Site.objects.filter(services__department=OuterRef("pk")).order_by().distinct()
    ready = Report.objects.filter(assessment__department=OuterRef("pk"), state=ReportState.READY).order_by()
    practice = PracticeCase.objects.filter(**own).published().order_by()
    gaps = Gap.objects.filter(assessment__department=OuterRef("pk")).of_today().filter(difference__in=sorted(GAPS))
    rows = Department.objects.filter(trust=THE_TRUST).order_by("name", "pk")
    return made(
        rows.values_list(
            *("pk", "name", "is_corporate", "treatment_function_id", "treatment_function__short_name"),
            ArraySubquery(sites.values(row=JSONObject(pk="pk", name="name"))),
            ArraySubquery(CorrectiveAction.objects.filter(**own).to_do().days_due()),
            ArraySubquery(ready.values("assessment_id")),
            ArraySubquery(practice.values("pk")),
            ArraySubquery(gaps.values("assessment_id")),
        )
    )


@lru_cache(maxsize=MOST_KEPT)
def assessments_query(years: tuple[int, ...]) -> tuple[str, tuple[Any, ...]]:
    ended = [When(decided_at__lt=begins(year + 1), then=Value(era)) for era, year in enumerate(years, start=1)]
    undecided = When(decided_at=None, then=Value(UNDER_WAY))
    rows = (
        of_the_trust()
        .exclude(stage=Stage.WITHDRAWN)
        .annotate(era=Case(undecided, *ended, default=Value(len(years) + 1), output_field=IntegerField()))
        .annotate(
            place=Window(
                RowNumber(), partition_by=[F("department_id"), F("era")],
                order_by=[F("decided_at").desc(), F("pk").desc()],
            )
        )
        .annotate(told=Case(When(place=1, then=F("tallies")), default=None, output_field=JSONField()))
        .order_by()
    )  # fmt: skip
    return made(
        rows.values_list(
            *("department_id", "pk", "title", "kind", "stage", "outcome", "standard_id", "due_on"),
            *("certified_until", "opened_at", "decided_at", "era", "place", "told"),
        )
    )


@lru_cache(maxsize=1)
def decisions_query() -> tuple[str, tuple[Any, ...]]:
    rows = of_the_trust().filter(stage__in=sorted(DECISION_STANDS)).order_by("decided_at", "pk")
    return made(rows.values_list("department_id", "decided_at", "standard_id", "tallies"))


def of_the_trust() -> QuerySet[Assessment]:
    departments = Department.objects.filter(trust=THE_TRUST).order_by().values("pk")
    return Assessment.objects.filter(AnyOf(F("department_id"), ArraySubquery(departments)))


def begins(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())
