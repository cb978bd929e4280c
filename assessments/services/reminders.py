"""Reminds leads of evidence that runs out: once a month at most, all of it in one e-mail."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceReminder
from assessments.models.evidence import EvidenceQuerySet
from assessments.pieces import Standing
from departments.models import Department, Membership, User
from departments.rules import Role
from departments.services.email import queue_email

RUNS_OUT = (Standing.EXPIRED, Standing.EXPIRES, Standing.TO_REVIEW)


def remind_of_evidence(*, today: date | None = None) -> None:
    """Write to every lead who has not been reminded this month and whose evidence runs out. Safe to run twice."""
    today = today or timezone.localdate()
    leads = Membership.objects.current().filter(role=Role.LEAD, user__is_active=True)
    reminded = EvidenceReminder.objects.filter(month=today.replace(day=1)).values("lead")
    for lead in User.objects.filter(pk__in=leads.values("user")).exclude(pk__in=reminded).order_by("pk"):
        remind(lead=lead, today=today)


@transaction.atomic
def remind(*, lead: User, today: date) -> EvidenceReminder | None:
    """One e-mail with everything that runs out in the lead's departments; none when nothing does, or it is sent."""
    rows = list(running_out(lead, today))
    if not rows:
        return None
    reminder, is_new = EvidenceReminder.objects.get_or_create(
        lead=lead, month=today.replace(day=1), defaults={"pieces": len(rows)}
    )
    if is_new:
        queue_email(to=lead.email, subject="Evidence that runs out", body=in_words(lead, rows, today))
    return reminder


def running_out(lead: User, today: date) -> EvidenceQuerySet:
    """What the newest assessments of a lead's departments rest on and that is out of date, or soon, or to review."""
    departments = Department.objects.filter(pk__in=lead.departments_as(Role.LEAD))
    rows = Evidence.objects.filter(department__in=departments).select_related("current", "department__trust")
    return rows.of_standing(*RUNS_OUT, today=today).in_the_newest_assessment().order_by("department", "number")


def in_words(lead: User, rows: list[Evidence], today: date) -> str:
    site = settings.SITE_URL.rstrip("/")
    places: dict[int, dict[str, object]] = {}
    for row in rows:
        link = site + reverse("assessments:library", args=[row.department_id])
        place = places.setdefault(row.department_id, {"department": row.department, "link": link, "lines": []})
        lines = place["lines"]
        assert isinstance(lines, list)
        lines.append(f"{row.code} {row.title}: {row.current.standing_words(today)}")
    return render_to_string("assessments/emails/evidence_reminder.txt", {"lead": lead, "places": places.values()})
