"""Reminds people: of days that come or are past, each step once, and once a month of evidence that runs out."""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from assessments.days import due_in_words, reminder_step
from assessments.models import Evidence
from assessments.models.evidence import EvidenceQuerySet
from assessments.pieces import Standing
from assessments.services.due import (
    Due,
    actions,
    certificates,
    checks_of_facts,
    next_assessments,
    open_queries,
    self_assessments,
    visits,
)
from departments.access import Action, who_may
from departments.models import Department
from departments.rules import NoticeKind
from departments.services.notices import notify

# Whatever has a day by which it is to be done adds a function here: of that day, which of its rows are due for whom.
DUE: tuple[Callable[[date], Iterable[Due]], ...] = (
    self_assessments,
    open_queries,
    checks_of_facts,
    actions,
    certificates,
    visits,
    next_assessments,
)

RUNS_OUT = (Standing.EXPIRED, Standing.EXPIRES, Standing.TO_REVIEW)
MOST_NAMED = 5


def remind_of_dates(*, today: date | None = None) -> None:
    """Tell of everything that has come to a step since people were last told. Safe to run twice."""
    today = today or timezone.localdate()
    for due in (due for falls_due in DUE for due in falls_due(today)):
        step = reminder_step(due.on, today, before=due.before, goes_on=due.goes_on)
        if step is None:
            continue
        matter = f"{due.department}: {due.matter} {due_in_words(due.on, today, verb=due.verb)}"
        notify(
            to=due.who,
            kind=NoticeKind.DUE,
            subject=matter,
            words=f"{matter}{', ' if due.on >= today else '; it was due '}on {due.on.day} {due.on:%B %Y}.",
            path=due.path,
            key=f"due-{due.key}-{due.on}-{step}",
            due_on=due.on,
        )


def remind_of_evidence(*, today: date | None = None) -> None:
    """Tell every lead, once a month and department, of the evidence that runs out. Safe to run twice."""
    today = today or timezone.localdate()
    departments = Department.objects.filter(pk__in=running_out(today).values("department")).order_by("pk")
    for department in departments:
        rows = list(running_out(today).filter(department=department))
        notify(
            to=who_may(Action.SUBMIT, department),
            kind=NoticeKind.EVIDENCE,
            subject=f"{department.name}: evidence that runs out",
            words=in_words(rows, today),
            path=f"{reverse('assessments:library', args=[department.pk])}?use=newest",
            key=f"evidence-{department.pk}-{today:%Y-%m}",
        )


def running_out(today: date) -> EvidenceQuerySet:
    """What the newest assessments rest on and that is out of date, or soon, or to review."""
    rows = Evidence.objects.select_related("current").of_standing(*RUNS_OUT, today=today)
    return rows.in_the_newest_assessment().order_by("department", "number")


def in_words(rows: list[Evidence], today: date) -> str:
    """The first pieces by name, and how many there are besides."""
    named = [f"{row.code} {row.title}: {row.current.standing_words(today)}" for row in rows[:MOST_NAMED]]
    more = [f"and {len(rows) - MOST_NAMED} more"] if len(rows) > MOST_NAMED else []
    return f"Your newest assessment rests on evidence that runs out: {'; '.join([*named, *more])}."
