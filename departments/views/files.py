"""A stored file as an answer to a browser. No view: views that have checked who asks answer with it."""

import re

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from departments.models import Blob
from departments.services.files import read
from departments.services.names import safe_name

PDF = "application/pdf"
PLAIN_TEXT = "text/plain"
# What a browser shows by itself and cannot be made to run scripts by; of images not SVG, which can.
SHOWN = {PDF, PLAIN_TEXT, "image/png", "image/jpeg", "image/gif", "image/webp"}
# What is only ever saved or played, and may keep its type; anything else is bytes to the browser, and saved.
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
SAVED = {
    f"{OFFICE}.wordprocessingml.document",
    f"{OFFICE}.spreadsheetml.sheet",
    f"{OFFICE}.presentationml.presentation",
    f"{OPEN_DOCUMENT}.text",
    f"{OPEN_DOCUMENT}.spreadsheet",
    f"{OPEN_DOCUMENT}.presentation",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.ms-outlook",
    "application/rtf",
    "text/csv",
    "image/heic",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "video/quicktime",
}
UNKNOWN = "application/octet-stream"

# A file may do nothing here but be seen. A PDF goes without the sandbox of the others: browsers shut PDFs off by
# themselves, and some refuse to show one in a sandbox (Chrome did for years; Chromium 156 does not).
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

RANGE = re.compile(r"bytes=\s*(?:(\d{1,19})-(\d{0,19})|-(\d{1,19}))\s*", re.ASCII)


def file_response(
    request: HttpRequest, *, blob: Blob, filename: str, content_type: str, as_attachment: bool
) -> HttpResponseBase:
    """The whole file, the range that was asked for, or that the browser has it already.

    Streamed by the megabyte. Whatever type was claimed for the file, only what is safe to show is shown.
    """
    etag = f'"{blob.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = content_response(request, blob, etag)
        describe(response, content_type, filename, as_attachment=as_attachment)
    response["ETag"] = etag
    # The browser may keep it for this person, and asks each time whether this person may still see it.
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def describe(response: HttpResponseBase, content_type: str, filename: str, *, as_attachment: bool) -> None:
    """Tell the browser what the file is, what to save it as, and how little it may do."""
    served = safe_type(content_type)
    disposition = content_disposition_header(as_attachment or served not in SHOWN, safe_name(filename))
    response["Content-Type"] = f"{PLAIN_TEXT}; charset=utf-8" if served == PLAIN_TEXT else served
    response["Content-Disposition"] = str(disposition)
    response["Content-Security-Policy"] = POLICY if served == PDF else f"{POLICY}; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Accept-Ranges"] = "bytes"


def content_response(request: HttpRequest, blob: Blob, etag: str) -> HttpResponseBase:
    """The bytes, or those that were asked for; an answer to HEAD tells only how many there are."""
    asked = asked_range(request, blob.size, etag)
    start, stop = asked or (0, blob.size)
    response: HttpResponseBase
    if start >= stop:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{blob.size}"
        return response
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(read(blob=blob, start=start, stop=stop))
    if asked:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.size}"
    response["Content-Length"] = str(stop - start)
    return response


def asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """From where up to where (exclusive) GET asks for bytes; an empty range cannot be given. None for the whole file:
    no range, one that makes no sense, several, or one of another content than this (RFC 9110, 14.2)."""
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last, of_the_end = found.groups()
    if of_the_end:
        return max(size - int(of_the_end), 0), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def safe_type(claimed: str) -> str:
    """The type that a browser is told."""
    bare = claimed.partition(";")[0].strip().lower()
    return bare if bare in SHOWN or bare in SAVED else UNKNOWN
