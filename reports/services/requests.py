"""Reports that are asked for, asked for again, and found again when they were left behind."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessments.models import Assessment
from assessments.services.refusals import Refused
from departments.models import User
from departments.services.jobs import enqueue, publish
from reports.models import DecisionFacts, Report, ReportState

RENDER_TASK = "reports.tasks.render_report"
MAX_ATTEMPTS = 3
QUEUED_TOO_LONG = timedelta(seconds=30)  # then its message was lost, or every worker is busy: once more does no harm
WITHOUT_A_BEAT = timedelta(minutes=5)  # then its worker is gone: a beat comes with every page

GAVE_UP = (
    f"The report was begun {MAX_ATTEMPTS} times and each time the making stopped part-way. "
    "Try again later; if it stops again, ask whoever runs the portal to look at the worker."
)

log = structlog.get_logger(__name__)


@transaction.atomic
def ask(*, assessment: Assessment, by: User) -> Report:
    """The request for the report of a decision whose facts were just stored.

    The report of an earlier decision keeps its bytes until the new ones are there, even while one is being made.
    """
    report = Report.objects.select_for_update().filter(assessment=assessment).first()
    if report is not None:
        return queue_again(report, by=by)
    report = Report.objects.create(assessment=assessment, requested_by=by, requested_at=timezone.now())
    enqueue(RENDER_TASK, report.pk)
    return report


@transaction.atomic
def ask_again(*, assessment: Assessment, by: User) -> Report:
    """Make a report again from the stored facts. One that is on its way already stays on its way.

    A ready report keeps its bytes until the new ones are stored. Raises Refused before the decision.
    """
    if not DecisionFacts.objects.filter(assessment=assessment).exists():
        raise Refused("The report is made once the assessment is decided.")
    report = Report.objects.select_for_update().get(assessment=assessment)
    if report.is_under_way:
        return report
    return queue_again(report, by=by)


def queue_again(report: Report, *, by: User) -> Report:
    """From the beginning: whoever renders it now loses their turn."""
    report.state, report.progress, report.error, report.attempts = ReportState.QUEUED, 0, "", 0
    report.requested_by, report.requested_at, report.beaten_at = by, timezone.now(), None
    report.finished_at = None
    report.save()
    enqueue(RENDER_TASK, report.pk)
    return report


def sweep(*, now: datetime | None = None) -> None:
    """Send again what was queued and lost, or begun and left; what was begun too often has failed."""
    now = now or timezone.now()
    left = abandoned(now)
    for report in Report.objects.filter(left, state=ReportState.RENDERING, attempts__gte=MAX_ATTEMPTS):
        failed = Report.objects.filter(left, pk=report.pk, state=ReportState.RENDERING, attempts=report.attempts)
        if failed.update(state=ReportState.FAILED, error=GAVE_UP, finished_at=now):
            log.error("report_given_up", report=report.pk, attempts=report.attempts)
    lost = Q(state=ReportState.QUEUED, requested_at__lt=now - QUEUED_TOO_LONG)
    waiting = Report.objects.filter(lost | Q(state=ReportState.RENDERING) & left)
    for pk in waiting.order_by("requested_at").values_list("pk", flat=True)[:100]:
        publish(RENDER_TASK, pk)


def abandoned(now: datetime) -> Q:
    """Whatever has shown no progress for too long."""
    return Q(beaten_at__lt=now - WITHOUT_A_BEAT)
