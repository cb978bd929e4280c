"""Asks the queries of the story and answers them, on days counted from the one on which the demo is loaded."""

from datetime import datetime, timedelta

from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, Query
from assessments.services.queries import answer, ask
from departments.models import User
from portal.demo.reading import Written, moment


def ask_queries(assessment: Assessment, told: Written, *, asker: User, answerer: User) -> None:
    """Each query of an assessment, with its answer if the story has one."""
    for written in told.get("queries", []):
        asked = moment_ago(written["days_ago"], 10, 20)
        query = ask(
            assessment=assessment,
            element=Element.objects.get(standard=assessment.standard, number=written["element"]),
            text=written["text"],
            due_on=asked.date() + timedelta(days=written["answer_in_days"]),
            by=asker,
            at=asked,
        )
        if "answer" in written:
            give_answer(query, written, by=answerer)


def give_answer(query: Query, written: Written, *, by: User) -> None:
    pieces = Evidence.objects.filter(department=query.assessment.department)
    answer(
        query=query,
        version=query.version,
        text=written["answer"],
        evidence=[piece for piece in pieces if piece.code in written.get("evidence", [])],
        by=by,
        at=moment_ago(written["answer_days_ago"], 14, 40),
    )


def moment_ago(days: int, hour: int, minute: int) -> datetime:
    return moment(timezone.localdate() - timedelta(days=days), hour, minute)
