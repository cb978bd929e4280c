"""What somebody who takes a department over must know: what is due, what was said of it, and who knows what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    CorrectiveAction,
    Evidence,
    EvidenceUse,
    Finding,
    Query,
    QueryState,
    StageMove,
    Statement,
)
from assessments.pieces import Standing
from assessments.views import breadcrumbs
from assessments.workflow import DECISION_STANDS, ENDED, WHAT_COMES_NEXT, Stage
from departments.access import Action, SignedInRequest, guard
from departments.models import Department, Membership

LATELY = timedelta(days=60)
MOST_MOVES = 12


@guard(Action.READ_HANDOVER, on=Department)
def handover(request: SignedInRequest, department: Department) -> HttpResponse:
    today = timezone.localdate()
    rows = list(Assessment.objects.visible_to(request.user).filter(department=department).order_by("-opened_at")[:20])
    under_way = next((row for row in rows if row.stage not in ENDED), None)
    decided = next((row for row in rows if row.stage in DECISION_STANDS), None)
    context = {
        "department": department,
        "today": today,
        "under_way": under_way,
        "next_words": WHAT_COMES_NEXT[Stage(under_way.stage)] if under_way else "",
        "due": [*days_of(under_way, decided), *actions_to_do(department), *evidence_that_runs_out(department, today)],
        "decided": decided,
        "improvements": improvements_of(decided),
        "moves": moves_of(rows),
        "knowledge": who_knows_what(department, rows),
        "crumbs": breadcrumbs.to_list()[:1],
    }
    return render(request, "assessments/handover.html", context)


@dataclass(frozen=True)
class Day:
    """Something that is due, and the day, if it has one."""

    what: str
    on: date | None
    url: str


def days_of(under_way: Assessment | None, decided: Assessment | None) -> Iterable[Day]:
    """The deadlines of the assessment under way, with its open queries, and the end of the certificate."""
    if under_way:
        url = reverse("assessments:detail", args=[under_way.pk])
        if under_way.stage == Stage.PREPARING:
            yield Day("Submit the self-assessment", under_way.due_on, url)
        if under_way.stage == Stage.FACTUAL_CHECK and under_way.facts_checked_at is None:
            yield Day("Check the facts of the draft report", under_way.facts_due_on, url)
        waiting = Query.objects.filter(assessment=under_way, state=QueryState.OPEN)
        queries = waiting.aggregate(n=Count("pk"), first=Min("due_on"))
        if queries["n"]:
            what = f"Answer {queries['n']} open quer{'y' if queries['n'] == 1 else 'ies'} of the assessor"
            yield Day(what, queries["first"], reverse("assessments:queries", args=[under_way.pk]))
    if decided and decided.certified_until:
        yield Day("The certificate ends", decided.certified_until, reverse("assessments:detail", args=[decided.pk]))


def evidence_that_runs_out(department: Department, today: date) -> Iterable[Day]:
    ending = Evidence.objects.filter(department=department).in_the_newest_assessment()
    ending = ending.of_standing(Standing.EXPIRED, Standing.EXPIRES, today=today)
    counted = ending.aggregate(n=Count("pk"), first=Min("current__valid_until"))
    if counted["n"]:
        url = f"{reverse('assessments:library', args=[department.pk])}?standing=ending&use=newest"
        what = f"Renew {counted['n']} piece{'' if counted['n'] == 1 else 's'} of evidence"
        yield Day(what, counted["first"], url)


def actions_to_do(department: Department) -> Iterable[Day]:
    counted = (
        CorrectiveAction.objects.filter(department=department).to_do().aggregate(n=Count("pk"), first=Min("due_on"))
    )
    if counted["n"]:
        what = f"Complete {counted['n']} action{'' if counted['n'] == 1 else 's'}"
        yield Day(what, counted["first"], f"{reverse('assessments:actions', args=[department.pk])}?show=open")


def improvements_of(decided: Assessment | None) -> list[Finding]:
    """What the last assessor asked to be improved."""
    if decided is None:
        return []
    return list(Finding.objects.filter(assessment=decided).exclude(improvement="").in_order())


def moves_of(rows: list[Assessment]) -> list[StageMove]:
    since = timezone.now() - LATELY
    moves = StageMove.objects.filter(assessment__in=[row.pk for row in rows], at__gte=since)
    return list(moves.select_related("by", "assessment").order_by("-at", "-pk")[:MOST_MOVES])


@dataclass
class Knowledge:
    """Who has worked on one criterion."""

    number: str
    title: str
    writers: list[Person] = field(default_factory=list)
    keepers: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class Person:
    """Somebody with how much they wrote or brought, when last, and whether they are still in the department."""

    name: str
    count: int
    last: datetime | None
    has_left: bool


def who_knows_what(department: Department, rows: list[Assessment]) -> list[Knowledge]:
    """For each criterion, who wrote its statements and who added its evidence. Three queries whatever the size."""
    here = set(Membership.objects.current().filter(department=department).values_list("user", flat=True))
    own = [row.pk for row in rows]
    known: dict[str, Knowledge] = {}
    written = Statement.objects.filter(assessment__in=own, edited_by__isnull=False)
    for row in per_criterion(written, by="edited_by", count="pk", at="edited_at"):
        knowledge_of(known, row).writers.append(person(row, here))
    brought = EvidenceUse.objects.filter(assessment__in=own)
    for row in per_criterion(brought, by="version__added_by", count="evidence", at="version__added_at"):
        knowledge_of(known, row).keepers.append(person(row, here))
    return [known[number] for number in sorted(known)]


def per_criterion(rows: Any, *, by: str, count: str, at: str) -> Any:
    """How much each person did for each criterion, those who did most first."""
    criterion = "element__subcriterion__criterion"
    named = rows.order_by().values(number=F(f"{criterion}__number"), who=F(by), name=F(f"{by}__name"))
    counted = named.annotate(title=Max(f"{criterion}__title"), n=Count(count, distinct=True), last=Max(at))
    return counted.order_by("number", "-n", "name")


def knowledge_of(known: dict[str, Knowledge], row: dict[str, Any]) -> Knowledge:
    return known.setdefault(row["number"], Knowledge(row["number"], row["title"]))


def person(row: dict[str, Any], here: set[int]) -> Person:
    return Person(row["name"], row["n"], row["last"], row["who"] not in here)
