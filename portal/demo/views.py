"""The e-mails of a demo, for everybody who tries it: there is no page of these in any other portal."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard_anywhere
from portal.demo import outbox as folder


@guard_anywhere(Action.SEE_HOME)
def outbox(request: SignedInRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    crumbs = [{"title": "Home", "url": reverse("portal:home")}]
    return render(request, "portal/outbox.html", {"mails": folder.newest(), "crumbs": crumbs})


@guard_anywhere(Action.SEE_HOME)
def outbox_mail(request: SignedInRequest, name: str) -> HttpResponse:
    mail = folder.one(name) if settings.DEMO else None
    if mail is None:
        raise Http404
    crumbs = [{"title": "Home", "url": reverse("portal:home")}, {"title": "Outbox", "url": reverse("portal:outbox")}]
    return render(request, "portal/outbox_mail.html", {"mail": mail, "crumbs": crumbs})
