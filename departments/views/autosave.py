"""Answers to a form that saves itself while somebody types (static/js/autosave.js): short, in words for the page."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils import timezone


def is_autosave(request: HttpRequest) -> bool:
    """The page saves by itself; a press on Save comes without this header and is answered with a page."""
    return "X-Autosave" in request.headers


def saved(version: int, at: datetime | None) -> JsonResponse:
    """The words are stored as this version."""
    return JsonResponse({"version": version, "saved_at": f"{timezone.localtime(at):%H:%M}"})


def refused(reasons: Iterable[str]) -> JsonResponse:
    """Nothing is stored: what is wrong, in whole sentences. The page goes on saving once it is put right.

    An answer like any other: a text that is too long is no failure that a browser should complain of.
    """
    return JsonResponse({"reasons": list(reasons)})


def overtaken(words: str) -> JsonResponse:
    """Nothing is stored: somebody saved meanwhile. The page leads to the two texts side by side."""
    return JsonResponse({"words": words}, status=409)


def sent_by_another(request: HttpRequest) -> bool:
    """The page was made for somebody else than who is signed in now in this browser."""
    return request.POST.get("who", "") not in ("", str(request.user.pk))


def errors_of(form: forms.Form) -> list[str]:
    """What a form says of its fields, each with its label."""
    return [
        str(error) if name == "__all__" else f"{form.fields[name].label}: {error}"
        for name, errors in form.errors.items()
        for error in errors
    ]
