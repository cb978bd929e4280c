"""How fast 200 MB go into the portal's chunks, over the same into a PostgreSQL large object; and in how much memory.

Both hash what they write, read the same file from the page cache, write 256 KiB at a time (larger writes make the
large object slower), and are timed to the end of the commit. They take turns within one run on one durable database,
each beginning after a checkpoint and with the rows of the turn before vacuumed away.
"""

import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import IO

from django.db import connection, transaction
from django.utils import timezone

import bench._ready  # noqa: F401
from departments.models import CHUNK_BYTES, Blob, BlobChunk, Department, TreatmentFunction, Trust, User
from departments.services.files import read, store
from departments.services.growing import begin_blob
from files.models import File
from files.services import arriving

MEGABYTES = 200
ROUNDS = 5
PART = 8 * 1024 * 1024
CLEAN = ["VACUUM departments_blobchunk", "VACUUM departments_blob", "VACUUM pg_largeobject", "CHECKPOINT"]


def write_random_file(file: IO[bytes]) -> None:
    generator = random.Random(2009)
    for _ in range(MEGABYTES):
        file.write(generator.randbytes(1024 * 1024))
    file.flush()


def as_blob(file: IO[bytes]) -> Callable[[], None]:
    """Store it as the portal does; gives what removes it again."""
    blob = store(file=file, by=None)

    def remove() -> None:
        with transaction.atomic():
            BlobChunk.objects.filter(blob=blob).delete()
            Blob.objects.filter(pk=blob.pk).delete()

    return remove


def as_large_object(file: IO[bytes]) -> Callable[[], None]:
    """Store it as a large object, hashing as well; gives what removes it again."""
    digest = hashlib.sha256()
    with transaction.atomic():
        file.seek(0)
        large_object = connection.connection.lobject(0, "wb")
        while data := file.read(CHUNK_BYTES):
            digest.update(data)
            large_object.write(data)
        large_object.close()

    def remove() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lo_unlink(%s)", [large_object.oid])

    return remove


def in_parts(file: IO[bytes]) -> Callable[[], None]:
    """Send it as a browser does, 8 MiB a request, up to where it waits to be checked; gives what removes it again."""
    department = a_department()
    sender = User.objects.get_or_create(email="sender@bench.example", defaults={"name": "Sender"})[0]
    arrives = File.objects.create(
        department=department, name="Film.mp4", size=MEGABYTES * 1024 * 1024, blob=begin_blob(), sent_by=sender,
        sent_at=timezone.now(),
    )  # fmt: skip
    file.seek(0)
    for start in range(0, arrives.size, PART):
        arriving.take_in(file=arrives, offset=start, line=Part(file))

    def remove() -> None:
        blob = Blob.objects.get(files=arrives)
        with transaction.atomic():
            File.objects.filter(pk=arrives.pk).delete()
            BlobChunk.objects.filter(blob=blob).delete()
            blob.delete()

    return remove


class Part:
    """The next 8 MiB of a file: the body of one request."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.left = file, PART

    def read(self, size: int, /) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data


def a_department() -> Department:
    function = TreatmentFunction.objects.get_or_create(code="320", defaults={"name": "Cardiology"})[0]
    trust = Trust.objects.get_or_create(ods_code="BEN", defaults={"name": "Bench"})[0]
    return Department.objects.get_or_create(trust=trust, name="Bench", treatment_function=function)[0]


def memory(field: str) -> int:
    """Bytes of this process in memory: now (VmRSS), or at most since `forget_peak` (VmHWM)."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def measured(way: Callable[[IO[bytes]], Callable[[], None]], file: IO[bytes]) -> tuple[float, float]:
    """Seconds that one upload takes, and MiB by which this process grows meanwhile; what it wrote is removed."""
    with connection.cursor() as cursor:
        for statement in CLEAN:
            cursor.execute(statement)
    forget_peak()
    memory_before = memory("VmRSS")
    began = time.perf_counter()
    remove = way(file)
    seconds = time.perf_counter() - began
    growth = (memory("VmHWM") - memory_before) / 1024 / 1024
    remove()
    return seconds, growth


def settings_of_the_database() -> dict[str, str]:
    found = {}
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
    return found


def content_is_right(file: IO[bytes]) -> bool:
    """Whether the portal's way gives back what it was given: a fast way to lose bytes is worth nothing."""
    with transaction.atomic():
        blob = store(file=file, by=None)
        digest = hashlib.sha256()
        for piece in read(blob=blob):
            digest.update(piece)
        file.seek(0)
        right = digest.hexdigest() == blob.sha256 == hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return right


def main() -> int:
    """Print the figure; 1 when the database would lose a committed file, so that its speed means nothing."""
    database = settings_of_the_database()
    if database["fsync"] != "on" or database["synchronous_commit"] == "off":
        print(f"This database is not durable ({database}): its speed means nothing.", file=sys.stderr)
        return 1
    ways = {"blob": as_blob, "large_object": as_large_object}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    growth: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.NamedTemporaryFile() as file:
        write_random_file(file)
        # The first upload of a process is the one that grows it; later ones find the memory there.
        forget_peak()
        memory_before = memory("VmRSS")
        right = content_is_right(file)
        growth_at_first = (memory("VmHWM") - memory_before) / 1024 / 1024
        for turn in range(ROUNDS):
            for name in sorted(ways, reverse=turn % 2 == 1):
                took, grew = measured(ways[name], file)
                seconds[name].append(round(took, 3))
                growth[name].append(round(grew, 1))
        seconds_in_parts, growth_in_parts = measured(in_parts, file)
    # Round by round: the two turns of a round are neighbours in time, and share what else the machine is doing.
    ratios = [theirs / ours for theirs, ours in zip(seconds["large_object"], seconds["blob"], strict=True)]
    detail = {
        "megabytes": MEGABYTES,
        "ratio_of_each_round": [round(ratio, 2) for ratio in ratios],
        "ratio_of_median_seconds": round(median(seconds["large_object"]) / median(seconds["blob"]), 2),
        "seconds": seconds,
        "megabytes_a_second": {name: round(MEGABYTES / median(took), 1) for name, took in seconds.items()},
        "memory_growth_mib": {
            "first_upload_and_download": round(growth_at_first, 1),
            **{name: max(grew) for name, grew in growth.items()},
            "sent_in_parts": round(growth_in_parts, 1),
        },
        "seconds_sent_in_parts": round(seconds_in_parts, 2),
        "content_is_right": right,
        "database": database,
    }
    print(
        json.dumps(
            {"figure": "upload_over_large_object", "value": round(median(ratios), 2), "unit": "ratio", "detail": detail}
        )
    )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
