"""What falls due in an assessment, on which day and for whom, as reminders tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from assessments.days import BEFORE, LAST_REMINDER
from assessments.models import Assessment, CorrectiveAction, Query, QueryState
from assessments.workflow import QUERIES_ARE_OPEN, Stage
from departments.access import Action, who_may
from departments.models import User

BEFORE_A_CERTIFICATE_ENDS = (270, 180, 90, 30)


@dataclass(frozen=True)
class Due:
    """One thing that is due. `matter` and `verb` say what: "the self-assessment" "is due" in 14 days.

    `key` names the thing: of each step (14 days before, on the day …) people are told once.
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
