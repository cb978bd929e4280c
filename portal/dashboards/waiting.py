"""What waits for somebody: one thing a line, found by what the policy lets them do at the stage that a row is at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from assessments.models import Assessment, Criterion, StageMove, Visit
from assessments.rules import Outcome
from assessments.workflow import FINDINGS_ARE_OPEN, FIXED, WHAT_COMES_NEXT, Move, Stage
from departments.access import Action, may
from departments.models import User
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words
from reports.models import ReportState

MOST = 50  # a home page says what is pressing; the list of assessments has the rest
NEWS = timedelta(days=60)  # how long a decision is news
SOON = timedelta(days=60)  # how early a deadline is shown
RENEWAL = timedelta(days=365)  # how early the end of a certificate is shown
FIRST = (
    *(Stage.APPEALED, Stage.DECISION, Stage.SUBMITTED, Stage.PREPARING, Stage.FACTUAL_CHECK, Stage.DRAFT_REPORT),
    *(Stage.VISITED, Stage.VISIT_PLANNED, Stage.DESK_REVIEW),
)


def assessments_of(user: User, today: date) -> QuerySet[Any]:
    """What is under way, lately decided or certified, most pressing first, in one query.

    Each row has `criteria`, `last_move` (`{move, reason}` or None), `report_state` and `has_plan` of a visit.
    """
    moves = StageMove.objects.filter(assessment=OuterRef("pk")).order_by("-at", "-pk")
    criteria = Criterion.objects.filter(standard=OuterRef("standard")).order_by("position")
    concerns = ~Q(stage__in=FIXED) | Q(decided_at__date__gte=today - NEWS) | Q(certified_until__gte=today)
    pressing = Case(*(When(stage=stage, then=Value(place)) for place, stage in enumerate(FIRST)), default=Value(9))
    return (
        Assessment.objects.visible_to(user)
        .filter(concerns)
        .defer("method", "strengths", "recommendation", "department__about", "standard__owner", "standard__award_rule")
        .annotate(
            criteria=ArraySubquery(criteria.values(row=JSONObject(number="number", title="title"))),
            last_move=Subquery(moves.values(row=JSONObject(move="move", reason="reason"))[:1]),
            report_state=F("report__state"),
            has_plan=Exists(Visit.objects.filter(assessment=OuterRef("pk"))),
        )
        .order_by(pressing, F("due_on").asc(nulls_last=True), "-opened_at", "-pk")[:MOST]
    )


def asked_of(user: User, row: Any, today: date) -> Asked | None:
    """What this assessment asks of this person now."""
    if row.stage == Stage.PREPARING and may(user, Action.WRITE_STATEMENT, row):
        return to_prepare(user, row, today)
    if row.stage == Stage.SUBMITTED and may(user, Action.ASSIGN, row):
        status = f"Submitted {words.day(row.submitted_at.date())}"
        return Asked(
            f"Assign an assessor: {row.department.name}", address("assessments:assign", row), about(row), status, "blue"
        )
    if row.takes_findings and may(user, Action.WRITE_FINDING, row):
        return to_find(row)
    if row.stage == Stage.FACTUAL_CHECK and may(user, Action.PROPOSE, row):
        return to_propose(row, today)
    if row.stage == Stage.DECISION and may(user, Action.DECIDE, row) and row.assessor_id != user.pk:
        hint = f"{about(row)}. {row.assessor} proposes: {Outcome(row.proposed_outcome).label.lower()}."
        return Asked(
            f"Read the proposal and decide: {row.department.name}",
            address("reports:decide", row),
            hint,
            "To decide",
            "purple",
        )
    return to_hear(user, row) if row.stage == Stage.APPEALED else None


def to_hear(user: User, row: Any) -> Asked | None:
    """An appeal, for the certifiers who may hear it: neither who decided nor who assessed."""
    if user.pk in (row.decided_by_id, row.assessor_id) or not may(user, Action.HEAR_APPEAL, row):
        return None
    hint = f"{about(row)}. Decided {words.day(row.decided_at.date())}: {Outcome(row.outcome).label.lower()}."
    return Asked(f"Hear the appeal: {row.department.name}", address("reports:appeal", row), hint, "To hear", "purple")


def to_prepare(user: User, row: Any, today: date) -> Asked:
    elements, ready = total(row, "elements"), total(row, "ready")
    colour, status = pressing_words(row.due_on, today)
    if row.last_move and row.last_move["move"] == Move.RETURN:
        hint = f"{about(row)}. Returned to you: {row.last_move['reason']}"
        return Asked(
            f"Put right what was returned: {row.department.name}",
            address("assessments:detail", row),
            hint,
            status,
            colour or "red",
            row.due_on,
        )
    if elements == ready and may(user, Action.SUBMIT, row):
        hint = f"{about(row)}. All {elements} elements are ready."
        return Asked(
            f"Submit the self-assessment: {row.department.name}",
            address("assessments:submit", row),
            hint,
            status,
            colour or "green",
            row.due_on,
        )
    hint = f"{about(row)}. {elements - ready} of {elements} elements still need something."
    url = f"{address('assessments:detail', row)}?show=missing"
    return Asked(f"Prepare the self-assessment: {row.department.name}", url, hint, status, colour, row.due_on)


def to_find(row: Any) -> Asked:
    elements, rated = total(row, "elements"), total_rated(row)
    if row.last_move and row.last_move["move"] == Move.SEND_BACK:
        hint = f"{about(row)}. Sent back to you: {row.last_move['reason']}"
        return Asked(
            f"Look at the findings again: {row.department.name}",
            address("assessments:detail", row),
            hint,
            "Sent back",
            "red",
        )
    if rated == elements and row.stage == Stage.DRAFT_REPORT:
        hint = f"{about(row)}. All {elements} elements are rated."
        return Asked(
            f"Send the draft report: {row.department.name}", address("assessments:summary", row), hint, "Ready", "green"
        )
    status = f"{rated} of {elements} rated"
    return Asked(
        f"Record your findings: {row.department.name}",
        f"{address('assessments:detail', row)}?show=unrated",
        about(row),
        status,
    )


def to_propose(row: Any, today: date) -> Asked | None:
    """The outcome can be put to the certifier once the facts are checked or the time for it has passed."""
    if row.facts_checked_at is None and row.facts_due_on and row.facts_due_on >= today:
        return None
    hint = f"{about(row)}. The facts of the draft report are checked."
    url = address("assessments:propose", row)
    return Asked(f"Propose an outcome: {row.department.name}", url, hint, "Ready", "green")


def falls_due(user: User, row: Any, today: date) -> Asked | None:
    """A deadline that somebody watches over without being the one who has to act."""
    if not may(user, Action.READ_DASHBOARD, row.department.trust) or may(user, Action.WRITE_STATEMENT, row):
        return None
    url = address("assessments:detail", row)
    if row.stage == Stage.PREPARING and row.due_on and row.due_on <= today + SOON:
        colour, status = pressing_words(row.due_on, today)
        return Asked(
            f"Self-assessment due: {row.department.name}",
            url,
            f"{about(row)}, by {words.day(row.due_on)}",
            status,
            colour,
            row.due_on,
        )
    if row.stage == Stage.APPEALED:
        hint = f"{about(row)}. Another certifier hears it; until then the decision stands."
        return Asked(f"Appeal under way: {row.department.name}", url, hint, "Appealed", "purple")
    if row.certified_until and today <= row.certified_until <= today + RENEWAL:
        hint = f"{about(row)}, on {words.day(row.certified_until)}"
        return Asked(
            f"Certificate ends: {row.department.name}",
            url,
            hint,
            words.away(row.certified_until, today).capitalize(),
            due=row.certified_until,
        )
    return None


def report_to_read(user: User, row: Any, today: date) -> Asked | None:
    """A report that can be read: of a certificate in force, and to those who write or decide while it is news."""
    if row.decided_at is None:
        return None
    lately = row.decided_at.date() >= today - NEWS
    made_it = may(user, Action.WRITE_FINDING, row) or may(user, Action.DECIDE, row)
    if (made_it and not lately) or row.report_state != ReportState.READY or not may(user, Action.READ_REPORT, row):
        return None
    status = Outcome(row.outcome).label
    hint = f"{about(row)}, decided {words.day(row.decided_at.date())}"
    return Asked(
        f"Award report: {row.department.name}",
        address("reports:award", row),
        hint,
        status,
        "green" if row.certified_until else "",
    )


def working_on(user: User, row: Any) -> Own:
    """The card of an assessment that somebody writes in, with a bar for each criterion while they do."""
    bars: tuple[Bar, ...] = ()
    if row.stage == Stage.PREPARING:
        bars = tuple(
            bar(row, criterion, row.tallies[criterion["number"]]["ready"], "ready") for criterion in row.criteria
        )
    elif row.stage in FINDINGS_ARE_OPEN and may(user, Action.WRITE_FINDING, row):
        bars = tuple(
            bar(row, criterion, rated(row.tallies[criterion["number"]]), "rated") for criterion in row.criteria
        )
    return Own(
        title=row.title,
        department=f"{row.department.name}, {row.department.trust.name}",
        url=address("assessments:detail", row),
        stage=row.stage,
        next_words=WHAT_COMES_NEXT[Stage(row.stage)],
        bars=bars,
    )


def bar(row: Any, criterion: dict[str, str], value: int, what: str) -> Bar:
    elements, number = row.tallies[criterion["number"]]["elements"], criterion["number"]
    label = f"{number} {criterion['title']}"
    return Bar(f"progress-{row.pk}-{number}", label, value, elements, f"{value} of {elements} {what}")


def rated(tally: dict[str, Any]) -> int:
    found: dict[str, int] = tally["found"]
    return sum(count for band, count in found.items() if band)


def total(row: Any, what: str) -> int:
    return sum(tally[what] for tally in row.tallies.values())


def total_rated(row: Any) -> int:
    return sum(rated(tally) for tally in row.tallies.values())


def about(row: Any) -> str:
    return f"{row.title}, {row.department.trust.name}"


def address(name: str, row: Any) -> str:
    return reverse(name, args=[row.pk])


@dataclass(frozen=True)
class Bar:
    """How far one criterion has come."""

    id: str
    label: str
    value: int
    max: int
    words: str


@dataclass(frozen=True)
class Own:
    """An assessment that somebody writes in."""

    title: str
    department: str
    url: str
    stage: str
    next_words: str
    bars: tuple[Bar, ...]
