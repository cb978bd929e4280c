"""How long the last megabyte of a 200 MB file takes, over that of a 20 MB file: a range reads its own chunks alone.

Whole answers of `file_response` to a request for the last megabyte, as a player or a viewer asks for it; the two files
take turns within one run, and medians are compared.
"""

import hashlib
import json
import random
import sys
import tempfile
import time
from statistics import median
from typing import IO

from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import RequestFactory

import bench._ready  # noqa: F401
from departments.models import Blob, BlobChunk
from departments.services.files import store
from departments.views.files import file_response

MEGABYTE = 1024 * 1024
SMALL, LARGE = 20, 200
ROUNDS = 60
WARM = 5
LIMIT = 1.3


def stored(megabytes: int) -> tuple[Blob, str]:
    """A file of random bytes, and the hash of its last megabyte."""
    generator = random.Random(megabytes)
    with tempfile.TemporaryFile() as file:
        for _ in range(megabytes):
            last = generator.randbytes(MEGABYTE)
            file.write(last)
        return keep(file), hashlib.sha256(last).hexdigest()


def keep(file: IO[bytes]) -> Blob:
    file.seek(0)
    return store(file=file, by=None)


def taken(blob: Blob, right: str) -> float:
    """Seconds until the last byte of the range is here."""
    asked = f"bytes={blob.size - MEGABYTE}-"
    request = RequestFactory().get("/", headers={"Range": asked})
    before = time.perf_counter()
    response = file_response(request, blob=blob, filename="a.mp4", content_type="video/mp4", as_attachment=False)
    assert isinstance(response, StreamingHttpResponse)
    content = b"".join(response)
    seconds = time.perf_counter() - before
    if response.status_code != 206 or hashlib.sha256(content).hexdigest() != right:
        raise RuntimeError("The range is not what was stored.")
    return seconds


def main() -> int:
    """Print the figure; 1 when it is above its limit."""
    files = {size: stored(size) for size in (SMALL, LARGE)}
    seconds: dict[int, list[float]] = {size: [] for size in files}
    for turn in range(WARM + ROUNDS):
        for size in sorted(files, reverse=turn % 2 == 1):
            seconds[size].append(taken(*files[size]))
    medians = {size: median(took[WARM:]) for size, took in seconds.items()}
    value = round(medians[LARGE] / medians[SMALL], 2)
    detail = {
        "milliseconds": {f"{size} MB": round(took * 1000, 2) for size, took in medians.items()},
        "rounds": ROUNDS,
        "limit": LIMIT,
    }
    print(json.dumps({"figure": "range_end_of_200_over_20", "value": value, "unit": "ratio", "detail": detail}))
    with transaction.atomic():
        blobs = [blob.pk for blob, _ in files.values()]
        BlobChunk.objects.filter(blob__in=blobs).delete()
        Blob.objects.filter(pk__in=blobs).delete()
    return 0 if value <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
