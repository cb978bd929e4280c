"""What waits because of queries: the department's to answer, the assessor's to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from assessments.models import Query, QueryState
from assessments.workflow import QUERIES_ARE_OPEN
from departments.access import Action, may
from departments.models import User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST

MOST_NAMED = 5  # elements that a line names; the page behind it has them all


def unanswered(user: User, today: date) -> QuerySet[Any, Any] | None:
    own = user.departments_as(Role.LEAD, Role.CONTRIBUTOR)
    which = Q(assessment__department__in=own, state=QueryState.OPEN)
    return found(which) if may(user, Action.ANSWER) else None


def say_unanswered(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each assessment of one's own department with open queries, by the day of the first of them."""
    for several in by_assessment(rows):
        due = min(date.fromisoformat(row["due_on"]) for row in several)
        colour, status = pressing_words(due, today)
        many = words.numbered(len(several), "query", "queries")
        title = f"Answer {many} of the assessor: {several[0]['department']}"
        hint = f"{elements(several)}, answer by {words.day(due)}"
        yield Asked(title, address(several, "open"), hint, status, colour, due)


def answered(user: User, today: date) -> QuerySet[Any, Any] | None:
    return found(Q(assessment__assessor=user, state=QueryState.ANSWERED)) if may(user, Action.ASK) else None


def say_answered(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each assessment that one assesses in which queries are answered."""
    for several in by_assessment(rows):
        title = f"Read {words.numbered(len(several), 'answer')} to your queries: {several[0]['department']}"
        yield Asked(title, address(several, "answered"), elements(several), "Answered", "green")


to_answer = Ask(unanswered, say_unanswered)
to_read = Ask(answered, say_answered)


def found(which: Q) -> QuerySet[Any, Any]:
    """The queries of assessments that still take answers."""
    rows = Query.objects.filter(which, assessment__stage__in=QUERIES_ARE_OPEN)
    named = rows.annotate(number=F("element__number"), department=F("assessment__department__name"))
    in_order = named.order_by("element__position", "pk")
    return as_rows(in_order, "pk", "assessment", "due_on", "number", "department")


def by_assessment(rows: Rows) -> list[Rows]:
    """An assessment's queries together."""
    sorted_out: dict[int, Rows] = {}
    for row in rows:
        sorted_out.setdefault(row["assessment"], []).append(row)
    return list(sorted_out.values())[:MOST]


def address(rows: Rows, show: str) -> str:
    """The one query there is, or the list of them."""
    if len(rows) == 1:
        return reverse("assessments:query", args=[rows[0]["pk"]])
    return f"{reverse('assessments:queries', args=[rows[0]['assessment']])}?show={show}"


def elements(rows: Rows) -> str:
    numbers = list(dict.fromkeys(row["number"] for row in rows))
    more = len(numbers) - MOST_NAMED
    return ", ".join(numbers[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
