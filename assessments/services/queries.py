"""Queries: the assessor asks about an element, the department answers, and what an answer brings becomes evidence.

Where a service takes `at`, it records what was said then, and tells nobody of it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, Query, QueryAttachment, QueryMessage, QueryState
from assessments.services.bringing import bring
from assessments.services.refusals import Refused, SavedByAColleague
from departments.access import Action, who_may
from departments.models import User
from departments.rules import NoticeKind
from departments.services.history import remembered_as_theirs
from departments.services.notices import notify


@remembered_as_theirs
@transaction.atomic
def ask(
    *, assessment: Assessment, element: Element, text: str, due_on: date, by: User, at: datetime | None = None
) -> Query:
    """Open a query on an element. The same words sent twice by the same person are one query."""
    assessment = taking_queries(assessment)
    refuse_before_declaring(assessment)
    refuse_a_day_that_is_past(due_on, at)
    asked = Query.objects.filter(assessment=assessment, element=element, opened_by=by, version=1, due_on=due_on)
    sent = asked.filter(state=QueryState.OPEN, messages__text=text).first()
    if sent is not None:
        return sent
    query = Query.objects.create(
        assessment=assessment, element=element, due_on=due_on, opened_by=by, opened_at=at or timezone.now()
    )
    _say(query, text=text, asks=True, by=by, at=at)
    if at is None:
        tell_the_department(query)
    return query


@remembered_as_theirs
@transaction.atomic
def ask_again(*, query: Query, version: int, text: str, due_on: date, by: User) -> Query:
    """Follow up, whether it was answered or not, or open again what was closed."""
    row = _locked(query)
    if _was_sent(row, version=version, text=text, by=by):
        return row
    refuse_before_declaring(row.assessment)
    refuse_a_stale_page(row, version)
    refuse_a_day_that_is_past(due_on)
    row.state, row.due_on, row.closed_by, row.closed_at = QueryState.OPEN, due_on, None, None
    _say(row, text=text, asks=True, by=by)
    tell_the_department(row)
    return row


@remembered_as_theirs
@transaction.atomic
def answer(
    *,
    query: Query,
    version: int,
    text: str,
    by: User,
    evidence: Iterable[Evidence] = (),
    new: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Query:
    """Answer in words, with evidence that the department has, or with `new` evidence: as `write_evidence` takes it.

    Raises SavedByAColleague when somebody wrote meanwhile, so that nobody answers what they have not read.
    """
    row = _locked(query)
    if _was_sent(row, version=version, text=text, by=by):
        return row
    if row.is_closed:
        raise Refused("The assessor has closed this query, so nothing more can be said to it. They can open it again.")
    refuse_a_stale_page(row, version)
    row.state = QueryState.ANSWERED
    message = _say(row, text=text, asks=False, by=by, at=at)
    versions = bring(assessment=row.assessment, element=row.element, evidence=evidence, new=new, by=by)
    QueryAttachment.objects.bulk_create([QueryAttachment(message=message, version=version) for version in versions])
    if at is None:
        tell_the_assessor(row, by=by)
    return row


@remembered_as_theirs
@transaction.atomic
def close(*, query: Query, version: int, by: User) -> Query:
    """End a query, answered or not. Closing it twice closes it once."""
    row = _locked(query)
    if row.is_closed:
        return row
    refuse_a_stale_page(row, version)
    row.state, row.closed_by, row.closed_at = QueryState.CLOSED, by, timezone.now()
    row.version += 1
    row.save()
    return row


def taking_queries(assessment: Assessment) -> Assessment:
    """The assessment, locked, if assessor and department can still ask and answer."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("department__trust", "standard")
    locked = rows.get(pk=assessment.pk)
    if not locked.takes_queries:
        raise Refused(
            f"This assessment is at the stage “{locked.get_stage_display()}”, where queries are neither asked nor "
            "answered. What was said stays to be read."
        )
    return locked


def refuse_before_declaring(assessment: Assessment) -> None:
    if assessment.declared_at is None:
        raise Refused("Sign your declaration of interests first: until then nothing is asked in your name.")


def refuse_a_day_that_is_past(due_on: date, at: datetime | None = None) -> None:
    if due_on < timezone.localdate(at):
        raise Refused("Choose a day that is not in the past.", field="due_on")


def refuse_a_stale_page(row: Query, version: int) -> None:
    if row.version != version:
        raise SavedByAColleague


def _locked(query: Query) -> Query:
    assessment = taking_queries(query.assessment)
    row = Query.objects.select_related("element").get(pk=query.pk)
    row.assessment = assessment
    return row


def _was_sent(row: Query, *, version: int, text: str, by: User) -> bool:
    """Whether the page is stale by this very message: somebody pressed twice, or went back and sent it again."""
    last = row.messages.order_by("pk").last()
    return row.version == version + 1 and last is not None and last.author_id == by.pk and last.text == text


def _say(row: Query, *, text: str, asks: bool, by: User, at: datetime | None = None) -> QueryMessage:
    row.version += 1
    row.save()
    return QueryMessage.objects.create(query=row, author=by, at=at or timezone.now(), text=text, asks=asks)


def tell_the_department(query: Query) -> None:
    """Whoever writes for the department now is asked to answer."""
    assessment = query.assessment
    notify(
        to=who_may(Action.ANSWER, assessment),
        kind=NoticeKind.QUERY,
        subject=f"{assessment.department.name}: a query on {query.element.number}",
        words=f"The assessor asks about {query.element.number} {query.element.title}.",
        path=reverse("assessments:query", args=[query.pk]),
        key=f"query-{query.pk}-{query.version}",
        due_on=query.due_on,
    )


def tell_the_assessor(query: Query, *, by: User) -> None:
    assessment = query.assessment
    notify(
        to=who_may(Action.ASK, assessment),
        kind=NoticeKind.QUERY,
        subject=f"{assessment.department.name}: an answer on {query.element.number}",
        words=f"{by.name} answers your query on {query.element.number} {query.element.title}.",
        path=reverse("assessments:query", args=[query.pk]),
        key=f"query-{query.pk}-{query.version}",
    )
