"""Home: what waits for somebody, whatever their roles, and how their assessments come on."""

import functools
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.workflow import ENDED
from departments.access import Action, SignedInRequest, guard_anywhere, may
from departments.models import User
from portal.dashboards import (
    actions,
    challenges,
    evidence,
    feedback,
    handover,
    independence,
    news,
    posts,
    queries,
    stages,
    visits,
    waiting,
)
from portal.dashboards.asked import Asked, urgency
from portal.dashboards.asking import Ask, asked_together

MOST_REPORTS = 5


# What else asks something of people than the assessments themselves, of which the page has read the rows already.
ASKING: tuple[Callable[[User, date], Iterable[Asked]], ...] = (
    independence.declarations,
    evidence.may_name_patients,
    actions.asks,
    visits.to_visit,
)
# The same, of which the database is asked together: what can be said of counts, names and days alone.
TOGETHER: tuple[Ask, ...] = (
    evidence.runs_out,
    actions.overdue,
    actions.without_owner,
    handover.to_take_over,
    feedback.places_to_decide,
    feedback.files_to_look_over,
    posts.without_lead,
    posts.not_taken_up,
    queries.to_answer,
    queries.to_read,
    challenges.to_answer,
)


@guard_anywhere(Action.SEE_HOME)
def what_waits(request: SignedInRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    rows = list(waiting.assessments_of(user, today)) if may(user, Action.LIST_ASSESSMENTS) else []
    writes_in = [row for row in rows if row.stage not in ENDED and may_write(user, row)]
    notices, newest = news.notices_of(user)
    context = {
        "asked": asked_of(user, rows, today),
        "news": [*notices, *news.written_by_colleagues(user, writes_in, today)],
        "newest": newest,
        "due": [one for row in rows if (one := waiting.falls_due(user, row, today))],
        "reports": [one for row in rows if (one := waiting.report_to_read(user, row, today))][:MOST_REPORTS],
        "own": [waiting.working_on(user, row) for row in writes_in],
        "to_open": to_open(user, rows),
        "is_empty_because": is_empty_because(user),
        "counts": may(user, Action.READ_NATIONAL),
        "watches": may(user, Action.READ_DASHBOARD),
        "manages": may(user, Action.MANAGE_DEPARTMENTS),
        "lists": may(user, Action.LIST_ASSESSMENTS),
    }
    return render(request, "portal/home.html", context)


@functools.wraps(what_waits)  # its guard is this view's guard
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for somebody; to who has no role, how to come by one: they have just signed in and met no wall."""
    return what_waits(request) if request.user.held else render(request, "portal/no_role.html")


def asked_of(user: User, rows: list[Any], today: date) -> list[Asked]:
    """Everything that is asked of somebody, most urgent first."""
    asked = [one for row in rows if (one := waiting.asked_of(user, row, today))]
    asked += [one for row in rows if (one := stages.also_asked(user, row, today))]
    asked += [one for ask in ASKING for one in ask(user, today)]
    asked += asked_together(TOGETHER, user, today)
    return sorted(asked, key=lambda one: urgency(one, today))


def may_write(user: User, row: Any) -> bool:
    return may(user, Action.WRITE_STATEMENT, row) or may(user, Action.WRITE_FINDING, row)


def to_open(user: User, rows: list[Any]) -> list[dict[str, str]]:
    """Departments in which this person may open an assessment and none is under way."""
    if not may(user, Action.OPEN_ASSESSMENT):
        return []
    under_way = {row.department_id for row in rows if row.stage not in ENDED}
    return [
        {"place": held.place, "url": reverse("assessments:open", args=[held.department_id])}
        for held in {held.department_id: held for held in user.held if held.department_id}.values()
        if held.department_id not in under_way
    ]


def is_empty_because(user: User) -> str:
    """What will appear here, for somebody for whom nothing waits."""
    if may(user, Action.DECIDE):
        return "When a department submits its self-assessment, or an assessor proposes an outcome, it appears here."
    if may(user, Action.WRITE_FINDING):
        return "When a certifier assigns an assessment to you, it appears here."
    if may(user, Action.WRITE_STATEMENT):
        return "When your assessment needs something from you, it appears here."
    if may(user, Action.MANAGE_PEOPLE):
        return "Every department has a lead, and every invitation has been answered."
    return "Deadlines of your departments and new award reports appear here."
