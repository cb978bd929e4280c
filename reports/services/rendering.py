"""Renders a report from stored facts, in the worker: the row tells at every step how far it has come."""

import io
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from departments.services.files import store
from reports.documents.award import make_award_report
from reports.documents.paper import Paper
from reports.models import DecisionFacts, Report, ReportState
from reports.services.requests import abandoned

FACTS_READ = 10
WRITTEN = 95

log = structlog.get_logger(__name__)


def render(*, pk: int) -> None:
    """Make the PDF of a queued report and store it. Safe to run twice, and by two workers at once: only one takes it.

    Runs outside any transaction, so that progress is seen while it is made. A failure becomes words on the row; its
    technical side goes to the log.
    """
    turn = take(pk)
    if turn is None:
        return
    try:
        facts = DecisionFacts.objects.filter(assessment=turn.assessment_id).latest("number").facts
        turn.reach(FACTS_READ)
        paper = make_award_report(facts, on_progress=turn.reach_while_printing)
        finish(turn, paper)
    except TurnLost:
        log.warning("report_taken_by_another_worker", report=pk)
    except Exception as error:  # whatever stops it, the person who waits is told
        log.exception("report_failed", report=pk, at=turn.reached)
        turn.rows().update(state=ReportState.FAILED, error=in_words(error, turn.reached), finished_at=timezone.now())


def take(pk: int) -> "Turn | None":
    """The right to render this report: it is queued, or its worker has shown no progress for minutes."""
    with transaction.atomic():
        now = timezone.now()
        free = Q(state=ReportState.QUEUED) | Q(state=ReportState.RENDERING) & abandoned(now)
        report = Report.objects.select_for_update(skip_locked=True).filter(free, pk=pk).first()
        if report is None:
            return None
        report.state, report.progress, report.attempts = ReportState.RENDERING, 0, report.attempts + 1
        report.beaten_at = now
        report.save()
    return Turn(
        pk=report.pk, assessment_id=report.assessment_id, attempt=report.attempts, requested_at=report.requested_at
    )


@transaction.atomic
def finish(turn: "Turn", paper: Paper) -> None:
    """Bytes and state are stored together or not at all."""
    blob = store(file=io.BytesIO(paper.content), by=None)
    now = timezone.now()
    ready = {"state": ReportState.READY, "progress": 100, "blob": blob, "pages": paper.pages, "error": ""}
    if not turn.rows().update(**ready, finished_at=now, beaten_at=now):
        raise TurnLost


def in_words(error: Exception, reached: int) -> str:
    """Why it failed, for the person who waits."""
    if isinstance(error, DecisionFacts.DoesNotExist):
        return "The facts of this decision are not stored, so there is nothing to make a report of."
    if isinstance(error, MemoryError):
        return "The machine ran out of memory while making the report. Try again in a few minutes."
    doing = Report(progress=reached).doing
    return (
        f"Something went wrong at this step: {doing.lower()}. Nothing of the decision is lost. Try again; "
        "if it fails once more, ask whoever runs the portal to look into the worker’s log."
    )


class TurnLost(Exception):
    """Another worker has taken over: this one's work counts no more."""


@dataclass
class Turn:
    """One worker's attempt at one request. Every write checks that the turn is still its own."""

    pk: int
    assessment_id: int
    attempt: int
    requested_at: datetime
    reached: int = 0

    def rows(self) -> "models.QuerySet[Report]":
        return Report.objects.filter(
            pk=self.pk, state=ReportState.RENDERING, attempts=self.attempt, requested_at=self.requested_at
        )

    def reach(self, percent: int) -> None:
        """Show the progress, and that this worker lives. Raises TurnLost."""
        self.reached = percent
        if not self.rows().update(progress=percent, beaten_at=timezone.now()):
            raise TurnLost

    def reach_while_printing(self, percent: int) -> None:
        self.reach(FACTS_READ + percent * (WRITTEN - FACTS_READ) // 100)
