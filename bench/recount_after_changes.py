"""How many stored counts and sums differ from a recount after many random changes by several people at once: none.

`CHANGES=10000 make bench FIGURE=recount_after_changes` makes as many; 1,000 if nothing is said. The changes are the
services' own (statements, findings, evidence, every move of an assessment) and updates of trusts and departments, in
threads with connections of their own.
"""

import json
import os
import sys
from io import StringIO
from time import monotonic

from django.core.management import CommandError, call_command

import bench._ready  # noqa: F401
from bench._database import measured
from portal.national.seeding import seed_national
from tests.portal.changes import change_at_random

CHANGES = int(os.environ.get("CHANGES", "1000"))
THREADS = 6


def measure() -> bool:
    """Print the figure; whether nothing differs, and nobody's change was ended by the database."""
    seed_national(seed=2009, trusts=1)
    began = monotonic()
    results = change_at_random(number=CHANGES, threads=THREADS, seed=2009)
    seconds = round(monotonic() - began, 1)
    said, differ = StringIO(), 0
    try:
        call_command("recount", "--check", stdout=said)
    except CommandError:
        differ = len(said.getvalue().splitlines()) - 1
    detail = {
        "changes": CHANGES, "threads": THREADS, "came_to": dict(results), "seconds": seconds,
        "said": said.getvalue().splitlines()[-1],
    }  # fmt: skip
    print(json.dumps({"figure": "recount_after_changes", "value": differ, "unit": "differences", "detail": detail}))
    return differ == 0 and not results["deadlock"]


if __name__ == "__main__":
    sys.exit(measured(measure))
