"""What waits because of queries: the department's to answer, the assessor's to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from assessments.models import Query, QueryState
from assessments.workflow import QUERIES_ARE_OPEN
from departments.access import Action, may
from departments.models import User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words
from portal.dashboards.waiting import MOST

MOST_NAMED = 5  # elements that a line names; the page behind it has them all


def to_answer(user: User, today: date) -> Iterator[Asked]:
    """A line for each assessment of one's own department with open queries, by the day of the first of them."""
    if not may(user, Action.ANSWER):
        return
    own = Q(assessment__department__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR), state=QueryState.OPEN)
    for rows in by_assessment(own):
        due = min(row.due_on for row in rows)
        colour, status = pressing_words(due, today)
        many = words.numbered(len(rows), "query", "queries")
        title = f"Answer {many} of the assessor: {rows[0].assessment.department.name}"
        yield Asked(title, address(rows, "open"), f"{elements(rows)}, answer by {words.day(due)}", status, colour, due)


def to_read(user: User, today: date) -> Iterator[Asked]:
    """A line for each assessment that one assesses in which queries are answered."""
    if not may(user, Action.ASK):
        return
    for rows in by_assessment(Q(assessment__assessor=user, state=QueryState.ANSWERED)):
        title = f"Read {words.numbered(len(rows), 'answer')} to your queries: {rows[0].assessment.department.name}"
        yield Asked(title, address(rows, "answered"), elements(rows), "Answered", "green")


def by_assessment(which: Q) -> list[list[Query]]:
    """The queries of assessments that still take answers, an assessment's together. One query."""
    rows = Query.objects.filter(which, assessment__stage__in=QUERIES_ARE_OPEN)
    found: dict[int, list[Query]] = {}
    for row in rows.select_related("element", "assessment__department").order_by("element__position", "pk"):
        found.setdefault(row.assessment_id, []).append(row)
    return list(found.values())[:MOST]


def address(rows: list[Query], show: str) -> str:
    """The one query there is, or the list of them."""
    if len(rows) == 1:
        return reverse("assessments:query", args=[rows[0].pk])
    return f"{reverse('assessments:queries', args=[rows[0].assessment_id])}?show={show}"


def elements(rows: list[Query]) -> str:
    numbers = list(dict.fromkeys(row.element.number for row in rows))
    more = len(numbers) - MOST_NAMED
    return ", ".join(numbers[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
