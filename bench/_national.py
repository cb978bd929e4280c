"""The made-up country, whole and small, each in a database of its own that all figures of a run share.

Whoever needs one first makes it, which takes minutes. `python -m bench._national` removes both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from statistics import median
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client, override_settings
from django.urls import reverse

import bench._ready  # noqa: F401
from bench.page_over_floor import cost, opened, signed_in
from departments.models import CertificationBody, User
from portal.national.places import BODY, DOMAIN
from portal.national.seeding import seed_national

SMALL, LARGE = "bench_small", "bench_national"
TRUSTS = {SMALL: 4, LARGE: 220}
SEED = 2009
MOST_QUERIES = 5
ROUNDS, WARM = 60, 10


@cache
def wrapper(name: str) -> DatabaseWrapper:
    """A connection to the country of this name, made and filled if nobody has yet."""
    with administration() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone()[0]:
            cursor.execute(f'CREATE DATABASE "{name}"')
    made = DatabaseWrapper({**connection.settings_dict, "NAME": name}, alias="default")
    with instead_of_ours(made):
        call_command("migrate", verbosity=0)
        if not CertificationBody.objects.filter(name=BODY).exists():
            print(f"Making {name}: {TRUSTS[name]} trusts …", file=sys.stderr)
            seed_national(seed=SEED, trusts=TRUSTS[name])
    return made


@contextmanager
def administration() -> Iterator[Any]:
    """A cursor in a database of no country."""
    admin = DatabaseWrapper({**connection.settings_dict, "NAME": "postgres"}, alias="default")
    try:
        with admin.cursor() as cursor:
            yield cursor
    finally:
        admin.close()


@contextmanager
def instead_of_ours(made: DatabaseWrapper) -> Iterator[None]:
    ours = connections["default"]
    connections["default"] = made
    try:
        yield
    finally:
        connections["default"] = ours


@contextmanager
def country(name: str) -> Iterator[None]:
    """Everything within reads and writes there."""
    with instead_of_ours(wrapper(name)):
        yield


def measured(measure: Callable[[], bool]) -> int:
    """Run a figure, with the empty page among the addresses; 0 when it is within its limit, else 1."""
    with override_settings(ROOT_URLCONF="bench._floor"):
        within = measure()
    for name in TRUSTS:
        wrapper(name).close()
    return 0 if within else 1


def who(role: str, number: int = 1) -> User:
    return User.objects.get(email=f"{role}.{number}@{DOMAIN}")


def dashboard(number: int) -> tuple[Client, str]:
    """The dashboard of a trust by its place in the country, with its executive; the first ten have twelve years."""
    executive = who("executive", number)
    trust = executive.memberships.get().trust
    assert trust is not None
    return signed_in(executive), reverse("portal:dashboard", args=[trust.ods_code])


def national() -> tuple[Client, str]:
    return signed_in(who("certifier")), reverse("portal:national")


def over_floor(page: Callable[[], tuple[Client, str]]) -> dict[str, Any]:
    """A page of the whole country over the empty page of the same person, turn by turn; its queries and size."""
    with country(LARGE):
        client, url = page()
        floor = reverse("floor")
        turns = [(opened(client, floor), opened(client, url)) for _turn in range(WARM + ROUNDS)][WARM:]
        queries, sql_bytes = cost(client, url)
        return {
            "ratio": round(median(taken / empty for empty, taken in turns), 2),
            "queries": queries, "sql_bytes": sql_bytes, "page_bytes": len(client.get(url).content),
            "milliseconds": {"page": milliseconds(taken for _, taken in turns),
                             "floor": milliseconds(empty for empty, _ in turns)},
        }  # fmt: skip


def big_over_small(page: Callable[[], tuple[Client, str]]) -> dict[str, Any]:
    """The same page of the same people where the country is whole and where it is small, turn by turn."""
    asked = {}
    for name in (SMALL, LARGE):
        with country(name):
            asked[name] = page()
    turns: list[dict[str, float]] = []
    for _turn in range(WARM + ROUNDS):
        taken = {}
        for name, (client, url) in asked.items():
            with country(name):
                taken[name] = opened(client, url)
        turns.append(taken)
    queries = {}
    for name, (client, url) in asked.items():
        with country(name):
            queries[name] = cost(client, url)[0]
    return {
        "ratio": round(median(taken[LARGE] / taken[SMALL] for taken in turns[WARM:]), 2),
        "queries": queries,
        "milliseconds": {name: milliseconds(taken[name] for taken in turns[WARM:]) for name in asked},
    }


def milliseconds(seconds: Any) -> float:
    return float(round(median(seconds) * 1000, 2))


def remove() -> None:
    with administration() as cursor:
        for name in TRUSTS:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    remove()
