"""Finds departments whose last lead has gone while an assessment is under way, and tells who can give the role."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import JSONObject, Now
from django.urls import reverse

from assessments.models import Assessment
from departments.access import Action, who_may
from departments.models import Department, Membership
from departments.rules import NoticeKind, Role
from departments.services.notices import notify


def tell_of_vacancies() -> None:
    """Tell the trust's administrators, once a vacancy. Safe to run twice.

    Roles also end by their date and accounts are closed elsewhere, so nothing but a look finds every vacancy.
    """
    for department in vacant():
        notify(
            to=who_may(Action.MANAGE_PEOPLE, department.trust),
            kind=NoticeKind.ROLE,
            subject=f"{department.name} has no lead",
            words=f"{department.under_way} of {department.name} is under way, and nobody is left to answer for it. "
            "Invite somebody as its lead.",
            path=reverse("departments:people", args=[department.trust.ods_code]),
            key=f"no-lead-{department.pk}-{vacancy(department.last)}",
        )


def vacant() -> Any:
    """Departments without a lead whose assessment is `under_way` (its title), with the lead that they had `last`."""
    leads = Membership.objects.filter(role=Role.LEAD, department=OuterRef("pk"), valid_from__lte=Now())
    last = leads.order_by(F("valid_until").desc(nulls_first=True), "-pk")
    return (
        Department.objects.select_related("trust")
        .annotate(
            under_way=Subquery(title_under_way()),
            last=Subquery(last.values(row=JSONObject(pk="pk", until="valid_until"))[:1]),
        )
        .filter(~Exists(Membership.objects.leading().filter(department=OuterRef("pk"))), under_way__isnull=False)
        .order_by("pk")
    )


def title_under_way() -> Any:
    """The title of what a department has under way: no row without one."""
    return Assessment.objects.under_way().filter(department=OuterRef("pk")).order_by().values("title")[:1]


def vacancy(last: dict[str, Any] | None) -> str:
    """What tells one vacancy from the next of the same department: which role ended last, and when."""
    return f"{last['pk']}-{last['until'] or 'closed'}" if last else "never"
