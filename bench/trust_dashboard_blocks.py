"""How many blocks of the database the dashboard of a trust touches to read its counts, with the whole country in it.

The query is the one that the page sends; `EXPLAIN (ANALYZE, BUFFERS)` counts blocks found in memory or read. The
country's assessments lie in the order in which they were opened, a trust's scattered among all others.
"""

import json
import sys
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

import bench._ready  # noqa: F401
from bench._national import LARGE, country, dashboard, measured

LIMIT = 30
TRUSTS = {"twelve_years": 1, "five_years": 100, "last": 220}


def blocks(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def of_dashboard(number: int) -> int:
    """The blocks of all queries of a trust's dashboard that read counts."""
    client, url = dashboard(number)
    client.get(url)
    with CaptureQueriesContext(connection) as sent:
        client.get(url)
    asked = [query["sql"] for query in sent.captured_queries if "tallies" in query["sql"]]
    if not asked:
        raise RuntimeError(f"{url} reads no counts.")
    return sum(blocks(sql) for sql in asked)


def measure() -> bool:
    """Print the figure; whether the counts of every trust are together."""
    with country(LARGE):
        found = {name: of_dashboard(number) for name, number in TRUSTS.items()}
    value = max(found.values())
    detail = {**found, "limit": LIMIT}
    print(json.dumps({"figure": "trust_dashboard_blocks", "value": value, "unit": "blocks", "detail": detail}))
    return value <= LIMIT


if __name__ == "__main__":
    sys.exit(measured(measure))
