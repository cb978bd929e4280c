"""How long a trust's dashboard and an overview of 57 elements take, over a signed-in empty page in the same run.

Whole requests through every middleware, against a database of the figure's own; the pages take turns, each beside
the empty page of the same person, and medians are compared. Every page has five queries or fewer at both sizes.
"""

import json
import sys
import time
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import bench._ready  # noqa: F401
from bench._database import measured
from bench._trust import World, build
from departments.models import User

ROUNDS = 80
WARM = 10
SMALL, LARGE = 3, 40
MOST_QUERIES = 5
LIMITS = {"dashboard": 3.5, "overview": 4.0, "overview_preparing": 4.0}


def pages(world: World) -> dict[str, tuple[User, str]]:
    """Who opens which address."""
    return {
        "dashboard": (world.executive, reverse("portal:dashboard", args=[world.trust.ods_code])),
        "overview": (world.executive, reverse("assessments:detail", args=[world.decided.pk])),
        "overview_preparing": (world.lead, reverse("assessments:detail", args=[world.preparing.pk])),
    }


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def cost(client: Client, url: str) -> tuple[int, int]:
    """Queries of a page and the bytes of SQL sent for them."""
    with CaptureQueriesContext(
        connection,
    ) as sent:
        opened(client, url)
    return len(sent), sum(len(query["sql"].encode()) for query in sent.captured_queries)


def opened(client: Client, url: str) -> float:
    """Seconds that a page takes."""
    before = time.perf_counter()
    response = client.get(url)
    seconds = time.perf_counter() - before
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}.")
    return seconds


def over_floor(opened_by: dict[str, tuple[User, str]]) -> tuple[dict[str, float], dict[str, float]]:
    """Each page over its person's empty page, and the milliseconds of all.

    Turn by turn: the two pages of a turn are neighbours in time and share what else the machine is doing.
    """
    floor = reverse("floor")
    who = {name: (signed_in(user), url) for name, (user, url) in opened_by.items()}
    taken: dict[str, list[float]] = {name: [] for name in [*who, *(f"floor_of_{name}" for name in who)]}
    for _turn in range(WARM + ROUNDS):
        for name, (client, url) in who.items():
            taken[f"floor_of_{name}"].append(opened(client, floor))
            taken[name].append(opened(client, url))
    over = {}
    for name in who:
        turns = zip(taken[name][WARM:], taken[f"floor_of_{name}"][WARM:], strict=True)
        over[name] = round(median([page / empty for page, empty in turns]), 2)
    return over, {name: round(median(values[WARM:]) * 1000, 2) for name, values in taken.items()}


def measure() -> bool:
    """Print the figure; whether every page keeps within its limit."""
    small, large = build(departments=SMALL), build(departments=LARGE)
    over, milliseconds = over_floor(pages(large))
    costs = {
        name: {f"{size} departments": cost(signed_in(user), url) for size, (user, url) in sized.items()}
        for name in LIMITS
        if (sized := {SMALL: pages(small)[name], LARGE: pages(large)[name]})
    }
    queries = {name: {size: spent[0] for size, spent in sizes.items()} for name, sizes in costs.items()}
    sql_bytes = {name: {size: spent[1] for size, spent in sizes.items()} for name, sizes in costs.items()}
    sizes = {name: len(signed_in(user).get(url).content) for name, (user, url) in pages(large).items()}
    detail = {
        **over, "limits": LIMITS, "queries": queries, "sql_bytes": sql_bytes, "page_bytes": sizes,
        "milliseconds": milliseconds, "rounds": ROUNDS,
    }  # fmt: skip
    print(json.dumps({"figure": "page_over_floor", "value": max(over.values()), "unit": "ratio", "detail": detail}))
    within = all(over[name] <= limit for name, limit in LIMITS.items())
    return within and all(number <= MOST_QUERIES for sizes in queries.values() for number in sizes.values())


if __name__ == "__main__":
    sys.exit(measured(measure, urls="bench._floor"))
