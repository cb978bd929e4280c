"""The pages that speak of the portal itself: how accessible it is, and what it keeps about people."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from departments.access import public


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Says how long a session lasts from the setting itself, so that the page cannot be wrong about it."""
    return render(request, "portal/privacy.html", {"session_hours": settings.SESSION_COOKIE_AGE // 3600})
