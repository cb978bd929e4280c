"""A stored file as a browser gets it: whole, in part or not again; shown only when that is safe."""

import os
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import CHUNK_BYTES, Blob
from departments.services.files import CHUNKS_PER_QUERY, store
from departments.views.files import file_response
from tests.departments.test_storage import Stream

PDF = "application/pdf"
SIZE = CHUNKS_PER_QUERY * CHUNK_BYTES + 4321


@dataclass
class Kept:
    """A stored file and the bytes that it was made of."""

    content: bytes
    blob: Blob

    @property
    def etag(self) -> str:
        return f'"{self.blob.sha256}"'


@pytest.fixture
def kept(db) -> Kept:
    content = os.urandom(SIZE)
    return Kept(content, store(file=Stream(content, CHUNK_BYTES), by=None))


def ask(kept: Kept, method: str = "GET", headers: dict[str, str] | None = None, **told: Any) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/evidence/1/file/", headers=headers or {})
    described: dict[str, Any] = {"filename": "Survey.pdf", "content_type": PDF, "as_attachment": False, **told}
    return file_response(request, blob=kept.blob, **described)


def body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content


def test_the_whole_file_is_sent(kept):
    response = ask(kept)
    assert response.status_code == 200
    assert body(response) == kept.content
    assert response["Content-Length"] == str(SIZE)
    assert response["Content-Type"] == PDF
    assert response["ETag"] == kept.etag
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Disposition"] == 'inline; filename="Survey.pdf"'


def test_only_what_is_sent_is_read(kept, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = ask(kept)
    with django_assert_num_queries(1):
        next(iter(response))
    with django_assert_num_queries(0):
        ask(kept, "HEAD")
        ask(kept, headers={"If-None-Match": kept.etag})
        ask(kept, headers={"Range": f"bytes={SIZE}-"})


def test_head_tells_the_size_and_sends_nothing(kept):
    response = ask(kept, "HEAD")
    assert (response.status_code, body(response), response["Content-Length"]) == (200, b"", str(SIZE))
    assert response["Content-Type"] == PDF


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
def test_a_browser_that_has_the_file_is_told_so(kept, known):
    response = ask(kept, headers={"If-None-Match": known.format(kept.etag)})
    assert (response.status_code, body(response), response["ETag"]) == (304, b"", kept.etag)
    assert response["Cache-Control"] == "private, max-age=0, must-revalidate"


def test_a_browser_that_has_another_file_gets_this_one(kept):
    assert ask(kept, headers={"If-None-Match": f'"{"0" * 64}"'}).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, SIZE - 1), last=st.one_of(st.none(), st.integers(0, 2 * SIZE)))
def test_a_range_is_sent(kept, first, last):
    if last is not None and last < first:
        first, last = min(last, SIZE - 1), first
    response = ask(kept, headers={"Range": f"bytes={first}-{'' if last is None else last}"})
    expected = kept.content[first : SIZE if last is None else last + 1]
    assert (response.status_code, body(response)) == (206, expected)
    assert response["Content-Length"] == str(len(expected))
    assert response["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{SIZE}"


@pytest.mark.parametrize("length", [1, 4321, CHUNK_BYTES, SIZE, SIZE + 1, 10**18])
def test_the_end_is_sent(kept, length):
    response = ask(kept, headers={"Range": f"bytes=-{length}"})
    assert (response.status_code, body(response)) == (206, kept.content[-length:])


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 9}", f"bytes={10**18}-", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_sent(kept, asked):
    response = ask(kept, headers={"Range": asked})
    assert (response.status_code, body(response)) == (416, b"")
    assert response["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=٣-٥",
        "bytes=--1",
    ],
)
def test_a_range_that_makes_no_sense_or_is_several_gets_the_whole_file(kept, asked):
    response = ask(kept, headers={"Range": asked})
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))


def test_a_range_of_another_content_gets_the_whole_file(kept):
    asked = {"Range": "bytes=0-9"}
    assert ask(kept, headers=asked | {"If-Range": kept.etag}).status_code == 206
    assert ask(kept, headers=asked | {"If-Range": '"other"'}).status_code == 200
    assert ask(kept, headers=asked | {"If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"}).status_code == 200
    assert ask(kept, "HEAD", headers=asked).status_code == 200


@pytest.mark.parametrize(
    ("claimed", "served"),
    [
        (PDF, PDF),
        ("Application/PDF; charset=binary", PDF),
        ("image/png", "image/png"),
        ("image/jpeg", "image/jpeg"),
        ("image/gif", "image/gif"),
        ("image/webp", "image/webp"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/plain; charset=utf-7", "text/plain; charset=utf-8"),
    ],
)
def test_what_a_browser_can_show_safely_is_shown_and_saved_on_request(kept, claimed, served):
    shown = ask(kept, content_type=claimed)
    assert shown["Content-Type"] == served
    assert shown["Content-Disposition"].startswith("inline;")
    assert ask(kept, content_type=claimed, as_attachment=True)["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("claimed", "served"),
    [
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("text/csv", "text/csv"),
        ("video/mp4", "video/mp4"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("application/x-msdownload", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
        ("text/plain\r\nX-Bad: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_anything_else_is_saved_and_scripts_lose_their_type(kept, claimed, served):
    response = ask(kept, content_type=claimed)
    assert response["Content-Type"] == served
    assert response["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("filename", "saved_as"),
    [
        ("Survey 2025.pdf", "Survey 2025.pdf"),
        ("Enquête – “Größe” 病院 👩‍⚕️.pdf", "Enquête – “Größe” 病院 👩‍⚕️.pdf"),
        ('say "yes".pdf', 'say "yes".pdf'),
        ("two\r\nSet-Cookie: a=b.pdf", "twoSet-Cookie: a=b.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\me\\plan.pdf", "C:_Users_me_plan.pdf"),
        ("evidence\u202efdp.exe", "evidencefdp.exe"),
        ("lone\ud800.pdf", "lone.pdf"),
        ("a;b=c, d.pdf", "a;b=c, d.pdf"),
        (" . ", "file"),
        ("", "file"),
        ("名" * 255, "名" * 85),  # 255 bytes
        ("名" * 255 + ".docx", "名" * 83 + ".docx"),
    ],
)
def test_a_file_is_saved_under_its_name_and_no_name_breaks_out_of_the_header(kept, filename, saved_as):
    header = ask(kept, filename=filename)["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_filename() == saved_as


def test_a_file_may_do_nothing_in_a_browser_but_be_seen(kept):
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert ask(kept)["Content-Security-Policy"] == policy  # some browsers show no PDF in a sandbox
    for claimed in ("image/png", "text/plain", "text/html", "image/svg+xml"):
        assert ask(kept, content_type=claimed)["Content-Security-Policy"] == f"{policy}; sandbox"
