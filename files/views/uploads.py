"""Files sent a part at a time over the tus protocol: announced, asked after, added to, called off."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.models import Department
from files.models import File
from files.rules import FileState
from files.services import arriving
from files.views.tus import date_in_words, metadata_in, number_in, said, tus, written

BYTES = "application/offset+octet-stream"
SILENT_SECONDS = 60.0  # a line that brings nothing for this long has dropped without saying so, as laptops close


@guard(Action.ADD_EVIDENCE, on=Department)
@tus("POST")
def begin(request: SignedInRequest, department: Department) -> HttpResponse:
    """Announce a file: refused with a sentence, or given an address to send it to."""
    size = number_in(request, "Upload-Length")
    try:
        name = metadata_in(request).get("filename", "")
    except ValueError:
        return said("Upload-Metadata is not written as the protocol asks.", 400)
    if size is None:
        return said("Say how long the file is: Upload-Length.", 400)
    file = arriving.begin(department=department, name=name, size=size, by=request.user)
    response = HttpResponse(status=201)
    response["Location"] = reverse("files:upload", args=[file.token])
    response["Upload-Expires"] = date_in_words(arriving.expiry())
    return response


def for_its_sender(view: Callable[[SignedInRequest, File], HttpResponse]) -> Callable[..., HttpResponse]:
    """Colleagues and the trust see a file once it is evidence, not while somebody sends it."""

    @functools.wraps(view)
    def known(request: SignedInRequest, file: File) -> HttpResponse:
        if file.sent_by_id != request.user.pk or file.state == FileState.DESTROYED:
            raise Http404
        return view(request, file)

    return known


@guard(Action.ADD_EVIDENCE, on=File, by="token")
@for_its_sender
@tus("HEAD", "PATCH", "DELETE")
def upload(request: SignedInRequest, file: File) -> HttpResponse:
    """A file on its way. When it has arrived it still says so, and takes nothing more."""
    if request.method == "DELETE":
        arriving.give_up(file=file)
        return HttpResponse(status=204)
    return where_it_stands(file) if request.method == "HEAD" else add(request, file)


def where_it_stands(file: File) -> HttpResponse:
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(arriving.where_it_stands(file=file))
    response["Upload-Length"] = str(file.size)
    response["Upload-Metadata"] = written({"filename": file.name})
    return response


def add(request: SignedInRequest, file: File) -> HttpResponse:
    """Take in the bytes of one request, as far as they come."""
    if request.content_type != BYTES:
        return said(f"Send the bytes as {BYTES}.", 415)
    offset, length = number_in(request, "Upload-Offset"), number_in(request, "Content-Length")
    if offset is None:
        return said("Say where these bytes belong: Upload-Offset.", 400)
    stands = arriving.where_it_stands(file=file)
    if offset != stands:
        raise arriving.WrongPlace(stands)
    if offset + (length or 0) > file.size:
        raise arriving.TooMany
    if offset < file.size:
        hang_up_when_silent(request)
        offset = arriving.take_in(file=file, offset=offset, line=request)
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(offset)
    if offset < file.size:
        response["Upload-Expires"] = date_in_words(arriving.expiry())
    return response


def hang_up_when_silent(request: HttpRequest) -> None:
    """Wait for bytes only so long: otherwise a laptop that closed keeps a thread of the web server for good.

    gunicorn gives a request its socket; any other server has limits of its own.
    """
    line = request.META.get("gunicorn.socket")
    if line is not None:
        line.settimeout(SILENT_SECONDS)
