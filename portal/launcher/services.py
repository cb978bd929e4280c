"""The databases that a portal, a test run or a benchmark needs: those named in the environment, else our own."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from portal.launcher.home import Home, open_home, secret_key
from portal.launcher.postgres import database_url, start_postgres
from portal.launcher.processes import Child
from portal.launcher.valkey import redis_url, start_valkey


@dataclass
class Services:
    """Databases that are running: their addresses, as environment variables, and the processes that are ours."""

    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)


def addresses(home: Home) -> dict[str, str]:
    """What settings need to find this home's databases; what the environment names stands."""
    return {
        "PORTAL_HOME": str(home.root),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(home),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or database_url(home),
        "REDIS_URL": os.environ.get("REDIS_URL") or redis_url(home),
    }


@contextlib.contextmanager
def services(home: Home, *, durable: bool = True) -> Iterator[Services]:
    """Databases for as long as the block runs; the last started is stopped first, each cleanly."""
    postgres = Child("PostgreSQL server", partial(start_postgres, home, durable=durable), by=signal.SIGINT, seconds=60)
    valkey = Child("Valkey server", partial(start_valkey, home, durable=durable), seconds=60)
    running = Services(addresses(home))
    try:
        for child, name in ((postgres, "DATABASE_URL"), (valkey, "REDIS_URL")):
            if not os.environ.get(name):
                running.children.append(child)
                child.start()
        yield running
    finally:
        for child in reversed(running.children):
            child.stop()
        if home.sockets.parent not in (home.root, home.databases):
            shutil.rmtree(home.sockets, ignore_errors=True)


@contextlib.contextmanager
def throwaway_services(*, durable: bool) -> Iterator[Services]:
    """Databases in a folder that is removed afterwards; `durable=False` is quicker and would not outlive a crash."""
    root = Path(tempfile.mkdtemp(prefix="customer-first-"))
    # PostgreSQL's account, when root started this, has to get through; what is inside is closed folder by folder.
    root.chmod(0o711)
    try:
        home = open_home(root)
        with services(home, durable=durable) as running:
            yield running
    finally:
        shutil.rmtree(root, ignore_errors=True)


def default_home() -> Path:
    """`.local` beside the code, unless PORTAL_HOME says otherwise."""
    named = os.environ.get("PORTAL_HOME")
    return Path(named).expanduser() if named else Path(__file__).resolve().parents[2] / ".local"
