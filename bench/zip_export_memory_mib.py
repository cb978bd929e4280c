"""How many MiB a process grows by while it streams an assessment's evidence as one ZIP of 2 GB.

The bytes are generated in the database, 4 × 500 MB of chunks that differ by a number, and their hashes beside it. The
view's own answer is then read to its end, and is a ZIP of the length that was announced.
"""

import ctypes
import gc
import hashlib
import json
import sys
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

import bench._ready  # noqa: F401
from assessments.models import Assessment, Element
from assessments.services.evidence import add_evidence
from bench._database import measured
from bench._trust import build
from bench.page_over_floor import signed_in
from bench.upload_over_large_object import forget_peak, memory
from departments.models import CHUNK_BYTES, Blob, User
from files.models import File
from files.rules import FileState

MEGABYTE = 1024 * 1024
FILES, MEGABYTES = 4, 500
LIMIT = 32

GENERATE = """
    INSERT INTO departments_blobchunk (blob_id, sequence, data)
    SELECT %s, n, decode(repeat(md5((%s * 100000 + n)::text), 8192), 'hex') || decode(repeat(md5(n::text), 8192), 'hex')
    FROM generate_series(0, %s) n
"""


def generated(number: int) -> Blob:
    """A content of 500 MB that no other is like."""
    size = MEGABYTES * MEGABYTE
    blob = Blob.objects.create(size=size)
    with connection.cursor() as cursor:
        cursor.execute(GENERATE, [blob.pk, number, size // CHUNK_BYTES - 1])
    digest = hashlib.sha256()
    for n in range(size // CHUNK_BYTES):  # made here once more: to read it would warm what is to be measured
        for words in (f"{number * 100000 + n}", f"{n}"):
            digest.update(hashlib.md5(words.encode()).digest() * 8192)
    blob.sha256 = digest.hexdigest()
    blob.save()
    return blob


def add(assessment: Assessment, blob: Blob, by: User) -> None:
    """Evidence of the assessment with this content."""
    file = File.objects.create(
        department=assessment.department, name="film.mp4", size=blob.size, blob=blob, state=FileState.CLEAN,
        sent_by=by, sent_at=timezone.now(),
    )  # fmt: skip
    element = Element.objects.filter(standard_id=assessment.standard_id)[:1]
    add_evidence(
        assessment=assessment, elements=list(element), title="Film", owner="Matron", dated=timezone.localdate(),
        file=file, by=by,
    )  # fmt: skip


def streamed(response: Any) -> tuple[int, float, bytes]:
    """Bytes of an answer, the MiB by which the process grew meanwhile, and its end."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # or what was used and freed before hides the growth
    forget_peak()
    before, size, end = memory("VmRSS"), 0, b""
    for piece in response:
        size += len(piece)
        end = (end + piece)[-22:]
    return size, (memory("VmHWM") - before) / MEGABYTE, end


def measure() -> bool:
    """Print the figure; whether it keeps within its limit and the ZIP is whole."""
    world = build(departments=3)
    for number in range(FILES):
        add(world.preparing, generated(number), world.lead)
    client, address = signed_in(world.lead), reverse("assessments:evidence_zip", args=[world.preparing.pk])
    opened = client.get(address)  # what is loaded once is loaded now
    opened.close()
    response: Any = client.get(address)
    size, growth, end = streamed(response)
    whole = size == int(response["Content-Length"]) and end.startswith(b"PK\x05\x06")
    detail = {
        "bytes": size,
        "files": FILES,
        "whole": whole,
        "process_mib": round(memory("VmHWM") / MEGABYTE),
        "limit": LIMIT,
    }
    print(json.dumps({"figure": "zip_export_memory_mib", "value": round(growth, 1), "unit": "MiB", "detail": detail}))
    return whole and size > 2 * 10**9 and growth <= LIMIT


if __name__ == "__main__":
    sys.exit(measured(measure))
