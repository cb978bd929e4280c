"""The portal's addresses with one more: the simplest page that somebody signed in can open, the floor of the others."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from departments.access import Action, SignedInRequest, guard_anywhere
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

EMPTY = engines["django"].from_string('{% extends "base.html" %}{% block title %}Empty{% endblock %}')


@guard_anywhere(Action.SEE_HOME)
def floor(request: SignedInRequest) -> HttpResponse:
    """Session and user are read, the frame of every page is rendered, and nothing else happens."""
    return HttpResponse(EMPTY.render({}, request))


urlpatterns = [path("floor/", floor, name="floor"), *portal_urls]
