"""How long 200 MB take that are here already, over storing them first: a duplicate is hashed, and not written.

Both to the end of the commit, from the page cache, on a durable database; round by round within one run.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from statistics import median
from typing import IO

import bench._ready  # noqa: F401
from bench.upload_over_large_object import (
    MEGABYTES,
    as_blob,
    measured,
    settings_of_the_database,
    write_random_file,
)
from departments.models import Blob, BlobChunk
from departments.services.files import store

ROUNDS = 5
LIMIT = 0.2


def as_duplicate(file: IO[bytes]) -> Callable[[], None]:
    """Store it although it is here; there is nothing to remove."""
    store(file=file, by=None)
    return lambda: None


def main() -> int:
    """Print the figure; 1 when it is above its limit, or a duplicate took space."""
    database = settings_of_the_database()
    if database["fsync"] != "on" or database["synchronous_commit"] == "off":
        print(f"This database is not durable ({database}): its speed means nothing.", file=sys.stderr)
        return 1
    first: list[float] = []
    again: list[float] = []
    took_space = False
    with tempfile.NamedTemporaryFile() as file:
        write_random_file(file)
        for _ in range(ROUNDS):
            first.append(measured(as_blob, file)[0])
            remove = as_blob(file)
            before = (Blob.objects.count(), BlobChunk.objects.count())
            again.append(measured(as_duplicate, file)[0])
            took_space |= before != (Blob.objects.count(), BlobChunk.objects.count())
            remove()
    ratios = [duplicate / stored for duplicate, stored in zip(again, first, strict=True)]
    value = round(median(ratios), 2)
    detail = {
        "megabytes": MEGABYTES,
        "ratio_of_each_round": [round(ratio, 2) for ratio in ratios],
        "seconds": {"stored": [round(took, 3) for took in first], "again": [round(took, 3) for took in again]},
        "took_space": took_space,
        "database": database,
        "limit": LIMIT,
    }
    print(json.dumps({"figure": "duplicate_over_store", "value": value, "unit": "ratio", "detail": detail}))
    return 0 if value <= LIMIT and not took_space else 1


if __name__ == "__main__":
    sys.exit(main())
