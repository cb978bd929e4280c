"""What every page shows around its content: who is signed in, as what, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from departments.access import Action, may
from departments.models import User
from departments.rules import Role


def who_and_where(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"demo_mode": settings.DEMO}
    roles = [Role(held.role).label for held in user.held]
    places = list(dict.fromkeys(held.place for held in user.held))
    return {
        "demo_mode": settings.DEMO,
        "whoami": {"name": user.name, "role": ", ".join(dict.fromkeys(roles)), "place": ", ".join(places)},
        "search_url": reverse("assessments:search") if may(user, Action.READ_ASSESSMENT) else "",
        "nav": [{**entry, "current": entry["url"] == request.path} for entry in entries_for(user)],
    }


def entries_for(user: User) -> list[dict[str, str]]:
    """The few places that somebody goes to, by role."""
    entries = [{"title": "Home", "url": reverse("portal:home")}]
    if may(user, Action.LIST_ASSESSMENTS):
        entries.append({"title": "Assessments", "url": reverse("assessments:list")})
    if may(user, Action.READ_PRACTICE):
        entries.append({"title": "Good practice", "url": reverse("assessments:practice")})
    if may(user, Action.MAP_MEASURES):
        entries.append({"title": "Measures", "url": reverse("assessments:newest_measures")})
    for held in user.held:
        if held.department_id:
            entries.append({"title": held.place, "url": reverse("departments:detail", args=[held.department_id])})
        if held.role == Role.EXECUTIVE:
            entries.append({"title": "Dashboard", "url": reverse("portal:my_dashboard")})
        if held.role == Role.ADMINISTRATOR:
            entries.append({"title": "Departments", "url": reverse("departments:my_trust")})
    return list({entry["url"]: entry for entry in entries}.values())
