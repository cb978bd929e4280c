"""What waits for whoever gives roles: departments without a lead, and invitations that nobody has taken up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.services.vacancies import title_under_way
from departments.access import Action, may
from departments.models import Department, Invitation, Membership, User
from portal.dashboards import words
from portal.dashboards.asked import Asked
from portal.dashboards.waiting import MOST


def without_lead(user: User, today: date) -> Iterator[Asked]:
    """Departments that nobody answers for, of the trusts in which this person gives roles."""
    if not may(user, Action.MANAGE_PEOPLE):
        return
    leads = Membership.objects.leading().filter(department=OuterRef("pk"))
    rows: Any = Department.objects.visible_to(user).filter(~Exists(leads)).defer("about")
    for row in rows.annotate(under_way=Subquery(title_under_way())).order_by(F("under_way").asc(nulls_last=True))[
        :MOST
    ]:
        if may(user, Action.MANAGE_PEOPLE, row.trust):
            url = reverse("departments:people", args=[row.trust.ods_code])
            if row.under_way:
                hint = f"{row.under_way}, {row.trust.name}. It is under way, and nobody answers for it."
                yield Asked(f"{row.name} has no lead", url, hint, "No lead", "red")
            else:
                yield Asked(f"Invite a lead for {row.name}", url, row.trust.name, "No lead", "orange")


def not_taken_up(user: User, today: date) -> Iterator[Asked]:
    """Invitations that still wait for an answer, a line for each trust."""
    if not may(user, Action.MANAGE_PEOPLE):
        return
    trust = Coalesce("trust__ods_code", "department__trust__ods_code")
    invitations = Invitation.objects.visible_to(user).open().values(ods_code=trust).annotate(n=Count("pk"))
    for row in invitations.order_by("ods_code"):
        title = words.numbered(row["n"], "open invitation")
        url = reverse("departments:people", args=[row["ods_code"]])
        yield Asked(title, url, "Send them again or withdraw them", "Not taken up yet")
