"""What waits for whoever gives roles: departments without a lead, and invitations that nobody has taken up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.services.vacancies import title_under_way
from departments.access import Action, may
from departments.models import Department, Invitation, Membership, User
from departments.rules import Role
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.asking import Ask, Rows, as_rows
from portal.dashboards.waiting import MOST


def unled(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Departments that nobody answers for, of the trusts in which this person gives roles."""
    trusts = user.trusts_as(Role.ADMINISTRATOR)
    if not may(user, Action.MANAGE_PEOPLE):
        return None
    leads = Membership.objects.leading().filter(department=OuterRef("pk"))
    rows: Any = Department.objects.filter(~Exists(leads), trust__in=trusts)
    named = rows.annotate(
        trust_name=F("trust__name"), ods_code=F("trust__ods_code"), under_way=Subquery(title_under_way())
    )
    in_order = named.order_by(F("under_way").asc(nulls_last=True), "name")[:MOST]
    return as_rows(in_order, "name", "trust_name", "ods_code", "under_way")


def say_unled(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    for row in rows:
        url = reverse("departments:people", args=[row["ods_code"]])
        if row["under_way"]:
            hint = f"{row['under_way']}, {row['trust_name']}. It is under way, and nobody answers for it."
            yield Asked(f"{row['name']} has no lead", url, hint, "No lead", "red")
        else:
            yield Asked(f"Invite a lead for {row['name']}", url, row["trust_name"], "No lead", "orange")


def open_invitations(user: User, today: date) -> QuerySet[Any, Any] | None:
    """Invitations that still wait for an answer."""
    if not may(user, Action.MANAGE_PEOPLE):
        return None
    trust = Coalesce("trust__ods_code", "department__trust__ods_code")
    invitations = Invitation.objects.visible_to(user).open().order_by().values(ods_code=trust)
    return as_rows(invitations.annotate(n=Count("pk")).order_by("ods_code"), "ods_code", "n")


def say_invitations(user: User, rows: Rows, today: date) -> Iterator[Asked]:
    """A line for each trust."""
    for row in rows:
        title = words.numbered(row["n"], "open invitation")
        url = reverse("departments:people", args=[row["ods_code"]])
        yield Asked(title, url, "Send them again or withdraw them", "Not taken up yet")


without_lead = Ask(unled, say_unled)
not_taken_up = Ask(open_invitations, say_invitations)
