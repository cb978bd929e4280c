"""What falls due in an assessment, on which day and for whom, as reminders tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from assessments.days import BEFORE, CATCH_UP, LAST_REMINDER
from assessments.models import Assessment, CorrectiveAction, Query, QueryState, Standard, Visit
from assessments.services.renewal import Next, next_after
from assessments.workflow import QUERIES_ARE_OPEN, Kind, Stage
from departments.access import Action, who_may
from departments.models import User

BEFORE_A_CERTIFICATE_ENDS = (270, 180, 90, 30)
BEFORE_A_VISIT = (7, 1)
BEFORE_THE_NEXT = (60, 14, -1)  # and once when it is overdue


@dataclass(frozen=True)
class Due:
    """One thing that is due. `matter` and `verb` say what: "the self-assessment" "is due" in 14 days.

    `key` names the thing: of each step (14 days before, on the day …) people are told once. A step of `before` that is
    negative comes after the day.
    """

    key: str
    on: date
    who: tuple[User, ...]
    department: str
    matter: str
    path: str
    verb: str = "is due"
    before: tuple[int, ...] = BEFORE
    goes_on: bool = True  # weekly, once it is overdue


def self_assessments(today: date) -> Iterator[Due]:
    """Those still being prepared, for whoever submits them."""
    for row in of_days(Stage.PREPARING, "due_on", today):
        assert row.due_on
        yield of_assessment(row, "self-assessment", row.due_on, Action.SUBMIT, "the self-assessment")


def checks_of_facts(today: date) -> Iterator[Due]:
    """Draft reports that a department has not checked yet."""
    for row in of_days(Stage.FACTUAL_CHECK, "facts_due_on", today):
        if row.facts_due_on and row.facts_checked_at is None:
            yield of_assessment(row, "facts", row.facts_due_on, Action.READ_DRAFT, "the check of the draft report")


def open_queries(today: date) -> Iterator[Due]:
    """Queries that a department has not answered, while answers are taken."""
    rows = Query.objects.filter(
        state=QueryState.OPEN, assessment__stage__in=QUERIES_ARE_OPEN, due_on__range=near(today)
    ).select_related("element", "assessment__department")
    for row in rows.order_by("pk"):
        yield Due(
            key=f"query-{row.pk}",
            on=row.due_on,
            who=tuple(who_may(Action.ANSWER, row)),
            department=row.assessment.department.name,
            matter=f"the answer to a query on {row.element.number}",
            path=reverse("assessments:query", args=[row.pk]),
        )


def actions(today: date) -> Iterator[Due]:
    """Actions that are not completed, for their owner, or for whoever answers for the department."""
    rows = CorrectiveAction.objects.to_do().filter(due_on__range=near(today))
    for row in rows.select_related("owner", "element", "department").order_by("pk"):
        if row.due_on:
            yield Due(
                key=f"action-{row.pk}",
                on=row.due_on,
                who=(row.owner,) if row.owner else tuple(who_may(Action.SUBMIT, row.department)),
                department=row.department.name,
                matter=f"an action on {row.element.number}",
                path=reverse("assessments:action", args=[row.pk]),
            )


def near(today: date) -> tuple[date, date]:
    """The days that are near enough to be reminded of."""
    return today - LAST_REMINDER, today + timedelta(days=max(BEFORE))


def certificates(today: date) -> Iterator[Due]:
    """Certificates that end, while nothing was begun to renew them."""
    later = Assessment.objects.filter(department=OuterRef("department"), opened_at__gt=OuterRef("decided_at"))
    rows = Assessment.objects.with_names().filter(
        ~Exists(later),
        stage=Stage.DECIDED,
        certified_until__range=(today, today + timedelta(days=max(BEFORE_A_CERTIFICATE_ENDS))),
    )
    for row in rows:
        assert row.certified_until
        yield Due(
            key=f"certificate-{row.pk}",
            on=row.certified_until,
            who=tuple(who_may(Action.APPEAL, row) | who_may(Action.READ_DASHBOARD, row)),
            department=row.department.name,
            matter="the certificate",
            verb="ends",
            path=reverse("assessments:detail", args=[row.pk]),
            before=BEFORE_A_CERTIFICATE_ENDS,
            goes_on=False,
        )


def visits(today: date) -> Iterator[Due]:
    """Visits of which the department knows, by their first day, for its leads and for who makes it."""
    rows: Any = Visit.objects.filter(assessment__stage=Stage.VISIT_PLANNED, announced_at__isnull=False)
    rows = rows.select_related("assessment__department").annotate(first=Min("stops__day"))
    soon = today + timedelta(days=max(BEFORE_A_VISIT))
    for row in rows.filter(first__range=(today, soon)).order_by("pk"):
        yield Due(
            key=f"visit-{row.pk}",
            on=row.first,
            who=tuple(who_may(Action.SUBMIT, row.assessment) | who_may(Action.VISIT, row.assessment)),
            department=row.assessment.department.name,
            matter="the visit",
            verb="is",
            path=reverse("assessments:visit", args=[row.pk]),
            before=BEFORE_A_VISIT,
            goes_on=False,
        )


def next_assessments(today: date) -> Iterator[Due]:
    """Annual reviews and recertifications that the cycle asks for and nobody has begun: for the leads, who begin them
    on the page that the reminder leads to, and for the executives, who are led to the last one."""
    standard = Standard.objects.newest()
    rows = lasting(today) if standard else Assessment.objects.none()
    for row in rows:
        assert standard is not None
        follows = next_after(row, standard)
        is_near = 0 <= (follows.due_on - today).days + CATCH_UP <= max(BEFORE_THE_NEXT) + CATCH_UP
        if follows.kind == Kind.INITIAL or not is_near:
            continue
        leads = frozenset(who_may(Action.SUBMIT, row))
        yield to_begin(follows, leads, reverse("assessments:open", args=[row.department_id]))
        others = frozenset(who_may(Action.READ_DASHBOARD, row)) - leads
        yield to_begin(follows, others, reverse("assessments:detail", args=[row.pk]))


def lasting(today: date) -> QuerySet[Assessment]:
    """What a department’s next assessment would follow, where nothing was begun since, and it may be due soon."""
    later = Assessment.objects.filter(department=OuterRef("department"), opened_at__gt=OuterRef("opened_at"))
    soon = today + timedelta(days=max(BEFORE_THE_NEXT))
    a_year_before = soon - timedelta(days=365)
    return (
        Assessment.objects.with_names()
        .filter(~Exists(later.exclude(stage=Stage.WITHDRAWN)), stage=Stage.DECIDED)
        .filter(Q(decided_at__date__lte=a_year_before) | Q(certified_until__lte=soon))
        .order_by("pk")
    )


def to_begin(follows: Next, who: frozenset[User], path: str) -> Due:
    return Due(
        key=f"next-{follows.last.pk}",
        on=follows.due_on,
        who=tuple(who),
        department=follows.last.department.name,
        matter=follows.kind.label.lower(),
        path=path,
        before=BEFORE_THE_NEXT,
        goes_on=False,
    )


def of_days(stage: Stage, field: str, today: date) -> Iterator[Assessment]:
    """Assessments at a stage with a day that is near enough to be reminded of."""
    yield from Assessment.objects.with_names().filter(stage=stage, **{f"{field}__range": near(today)}).order_by("pk")


def of_assessment(row: Assessment, what: str, on: date, who: Action, matter: str) -> Due:
    return Due(
        key=f"{what}-{row.pk}",
        on=on,
        who=tuple(who_may(who, row)),
        department=row.department.name,
        matter=matter,
        path=reverse("assessments:detail", args=[row.pk]),
    )
