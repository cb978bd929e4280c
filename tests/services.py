"""A pytest plugin: PostgreSQL and Valkey of this test run's own, unless the environment names others.

Loaded by `-p tests.services` before Django's settings are, as those read the addresses from the environment. Each
pytest run has its own databases in its own folder, so runs side by side do not meet; the workers of pytest-xdist
inherit the addresses from the process that started them.
"""

import atexit
import contextlib
import os

from portal.launcher.services import throwaway_services

running = contextlib.ExitStack()


def start_services() -> None:
    """Start what the environment does not name, and put the addresses into it."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    atexit.register(running.close)
    os.environ.update(running.enter_context(throwaway_services(durable=False)).environment)


def pytest_unconfigure() -> None:
    running.close()


# Each worker of pytest-xdist has a database of its own, so the ids that it queues must reach its own worker process.
os.environ["REDIS_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "main")

if "PYTEST_XDIST_WORKER" not in os.environ:
    start_services()
