"""What waits because of evidence: what runs out, and text that may name a patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from assessments.models import Evidence
from assessments.pieces import Standing
from departments.access import Action, may
from departments.models import User
from departments.rules import Role
from files.models import File
from files.rules import FileState, PatientData
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST, NEWS


def running_out(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Departments of one's own whose newest assessment rests on evidence that runs out or has."""
    if not may(user, Action.ADD_EVIDENCE):
        return None
    own = user.departments_as(Role.LEAD, Role.CONTRIBUTOR)
    ending = Evidence.objects.filter(department__in=own).in_the_newest_assessment()
    ending = ending.of_standing(Standing.EXPIRED, Standing.EXPIRES, today=today)
    gone = Count("pk", filter=Q(current__valid_until__lt=today))
    named = ending.order_by("department").values("department", name=F("department__name"))
    return as_rows(named.annotate(n=Count("pk"), gone=gone), "department", "name", "n", "gone")


def to_renew(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each of these departments."""
    for row in rows:
        url = f"{reverse('assessments:library', args=[row['department']])}?standing=ending&use=newest"
        soon = row["n"] - row["gone"]
        parts = [f"{row['gone']} out of date"] * bool(row["gone"]) + [f"{soon} within 60 days"] * bool(soon)
        status, colour = ("Out of date", "red") if row["gone"] else ("Expires soon", "orange")
        title = f"{words.numbered(row['n'], 'piece')} of evidence to renew: {row['name']}"
        yield Asked(title, url, f"What your newest assessment rests on: {', '.join(parts)}", status, colour)


runs_out = Ask(running_out, to_renew)


def may_name_patients(user: User, today: date) -> Iterator[Asked]:
    """Files of one's own department that wait for a decision; to who runs the trust, those that were lately kept."""
    if not may(user, Action.READ_PATIENT_SIGNS):
        return
    found = Q(patient_data=PatientData.FOUND)
    kept = Q(patient_data=PatientData.CONFIRMED, patient_decided_at__date__gte=today - NEWS)
    rows = File.objects.visible_to(user).filter(found | kept).exclude(state=FileState.DESTROYED)
    for file in rows.order_by("-patient_data", "-patient_decided_at", "-pk")[:MOST]:
        url = reverse("assessments:patient_data", args=[file.pk])
        if not file.is_decided and may(user, Action.ADD_EVIDENCE, file):
            title = f"Decide about possible patient data: {file.name}"
            yield Asked(title, url, file.department.name, "To decide", "orange")
        elif file.patient_decided_at and may(user, Action.MANAGE_PEOPLE, file.department.trust):
            hint = f"{file.department.name}, {words.day(file.patient_decided_at.date())}"
            yield Asked(f"A file that may name a patient is kept: {file.name}", url, hint, "To know")
