"""What waits because of patients' and staff's views: wards to decide, files to look over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from departments.access import Action, may
from departments.models import User
from departments.rules import Role
from feedback.models import FeedbackImport, Place
from feedback.rules import ImportState
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST


def imports_for(user: User) -> Collection[int]:
    """The trusts whose files are theirs to see to: executives read of them, and are asked for nothing."""
    return user.trusts_as(Role.ADMINISTRATOR)


def undecided(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Of each trust how many wards and sites nobody knows to be of a department."""
    if not may(user, Action.IMPORT_FEEDBACK):
        return None
    places = Place.objects.filter(trust__in=imports_for(user)).undecided().order_by("trust__ods_code")
    return as_rows(places.values(ods_code=F("trust__ods_code")).annotate(n=Count("pk")), "ods_code", "n")


def to_decide(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each of these trusts."""
    for row in rows:
        title = words.numbered(row["n"], "ward or site to decide", "wards or sites to decide")
        url = reverse("feedback:places", args=[row["ods_code"]])
        hint = "Their figures speak of no department until you say whose they are"
        yield Asked(title, url, hint, "To decide", "orange")


places_to_decide = Ask(undecided, to_decide)


def unconfirmed(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Files that were read and that nobody has confirmed or given up."""
    if not may(user, Action.IMPORT_FEEDBACK):
        return None
    rows = FeedbackImport.objects.filter(trust__in=imports_for(user), state=ImportState.TO_CONFIRM)
    return as_rows(rows.order_by("sent_at", "pk")[:MOST], "pk", "name", "title")


def to_look_over(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each of these files."""
    for row in rows:
        url = reverse("feedback:import", args=[row["pk"]])
        title = f"Look over and import: {row['name']}"
        yield Asked(title, url, row["title"] or "A survey of your own", "To confirm", "yellow")


files_to_look_over = Ask(unconfirmed, to_look_over)
