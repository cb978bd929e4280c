"""The error pages that need more than a template: each helps, and loses nothing that was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from departments.access import public
from departments.models import User

LONG_ENOUGH_TO_MISS = 20


@public
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came from an out-of-date page: shown with what was typed, to copy; nothing is saved from it."""
    typed = {
        name: value
        for name, value in request.POST.items()
        if "password" not in name and name != "csrfmiddlewaretoken" and len(value) > LONG_ENOUGH_TO_MISS
    }
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Somebody without any role has met no wall: they are told how to come by a role."""
    if isinstance(request.user, User) and not request.user.held:
        return render(request, "portal/no_role.html", status=403)
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: the page is static."""
    return render(None, "500.html", status=500)
