"""Where the pages of this floor are: home, then the trust for who may list its departments, then the department."""

from django.urls import reverse

from departments.access import Action, may
from departments.models import Department, Trust, User

Crumbs = list[dict[str, str]]


def to_trust(user: User, trust: Trust) -> Crumbs:
    """The way to a page about a trust."""
    crumbs = [{"title": "Home", "url": reverse("portal:home")}]
    if may(user, Action.LIST_DEPARTMENTS, trust):
        crumbs.append({"title": trust.name, "url": reverse("departments:trust_departments", args=[trust.ods_code])})
    return crumbs


def to_department(user: User, department: Department) -> Crumbs:
    """The way to a page about a department."""
    here = {"title": department.name, "url": reverse("departments:detail", args=[department.pk])}
    return [*to_trust(user, department.trust), here]


def to_sites(user: User, trust: Trust) -> Crumbs:
    """The way to a page about a site or a partner."""
    here = {"title": "Sites and partners", "url": reverse("departments:sites", args=[trust.ods_code])}
    return [*to_trust(user, trust), here]


def to_people(user: User, trust: Trust) -> Crumbs:
    """The way to a page about somebody's role or invitation."""
    here = {"title": "People", "url": reverse("departments:people", args=[trust.ods_code])}
    return [*to_trust(user, trust), here]
