"""How the tus protocol 1.0 is spoken (tus.io): its headers, its version, and what it answers when it says no."""

import base64
import binascii
import functools
from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db.models import Model
from django.http import HttpResponse
from django.utils.http import http_date

from departments.access import SignedInRequest
from departments.services.files import TooLarge
from departments.services.refusals import Refused
from files.services.arriving import NotArriving, TooMany, WrongPlace

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
MOST_DIGITS = 15

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, M, P], HttpResponse]


def tus(*methods: str) -> Callable[[View[M, P]], Callable[..., HttpResponse]]:
    """Let a view answer these methods of the protocol; `request.method` is then the one that was meant.

    What is refused is answered in plain words, which the page shows beside the file.
    """

    def decorate(view: View[M, P]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def spoken(request: SignedInRequest, row: M, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            # For networks that let no PATCH through. Only of a POST, whose token against forgery was looked at.
            if request.method == "POST":
                request.method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
            response = refusal(request, methods)
            if response is None:
                try:
                    response = view(request, row, *args, **kwargs)
                except (Refused, NotArriving, WrongPlace) as error:
                    response = answer_to(error)
            response["Tus-Resumable"] = VERSION
            response["Cache-Control"] = "no-store"
            return response

        return spoken

    return decorate


def refusal(request: SignedInRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    """The answer to who only asks what is spoken here, or speaks something else."""
    if request.method == "OPTIONS":
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(settings.EVIDENCE_MAX_BYTES),
            },
        )
    if request.method not in methods:
        return HttpResponse(status=405, headers={"Allow": ", ".join((*methods, "OPTIONS"))})
    if request.headers.get("Tus-Resumable") != VERSION:
        return HttpResponse(status=412, headers={"Tus-Version": VERSION})
    return None


def answer_to(error: Exception) -> HttpResponse:
    if isinstance(error, NotArriving):
        return said("This file has arrived, or is no longer waited for.", 409)
    if isinstance(error, WrongPlace):
        return said("These bytes do not follow on those that are here.", 409, {"Upload-Offset": str(error.offset)})
    assert isinstance(error, Refused)
    return said(error.reason, 413 if isinstance(error, TooLarge | TooMany) else 422)


def said(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers or {})


def number_in(request: SignedInRequest, header: str) -> int | None:
    """The number of bytes that a header names; None for anything else."""
    value = request.headers.get(header, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS else None


def metadata_in(request: SignedInRequest) -> dict[str, str]:
    """`Upload-Metadata`: names and base64 values. What is not UTF-8 in it becomes question marks.

    Raises ValueError for what is not base64.
    """
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode(errors="replace")
        except binascii.Error:
            raise ValueError(name) from None
    return found


def written(values: dict[str, str]) -> str:
    """`Upload-Metadata` of these values."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def date_in_words(moment: datetime) -> str:
    """A moment as HTTP writes it."""
    return http_date(moment.timestamp())
