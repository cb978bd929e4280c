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

from portal.launcher.home import Home, lock, open_home, secret_key
from portal.launcher.postgres import database_url, start_postgres
from portal.launcher.processes import Child
from portal.launcher.valkey import redis_url, start_valkey


@dataclass
class Services:
    """Databases that are running: their addresses, as environment variables, and the processes that are ours."""

    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)


@contextlib.contextmanager
def services(home: Home, *, durable: bool = True) -> Iterator[Services]:
    """Databases for as long as the block runs; the last started is stopped first, each cleanly."""
    with lock(home):
        running = Services(
            {"PORTAL_HOME": str(home.root), "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(home)}
        )
        try:
            for name, url, begin, by in (
                ("DATABASE_URL", database_url, start_postgres, signal.SIGINT),
                ("REDIS_URL", redis_url, start_valkey, signal.SIGTERM),
            ):
                running.environment[name] = os.environ.get(name) or url(home)
                if not os.environ.get(name):
                    title = "PostgreSQL server" if name == "DATABASE_URL" else "Valkey server"
                    child = Child(title, partial(begin, home, durable=durable), by=by, seconds=60)
                    running.children.append(child)
                    child.start()
            yield running
        finally:
            for child in reversed(running.children):
                child.stop()
            if home.sockets.parent not in (home.root, home.databases):
                shutil.rmtree(home.sockets, ignore_errors=True)


@contextlib.contextmanager
def throwaway_services() -> Iterator[Services]:
    """Databases in a folder that is removed afterwards, quick because they need not outlive a crash."""
    root = Path(tempfile.mkdtemp(prefix="customer-first-"))
    # PostgreSQL's account, when root started this, has to get through; what is inside is closed folder by folder.
    root.chmod(0o711)
    try:
        home = open_home(root)
        with services(home, durable=False) as running:
            yield running
    finally:
        shutil.rmtree(root, ignore_errors=True)


def default_home() -> Path:
    """`.local` beside the code, unless PORTAL_HOME says otherwise."""
    named = os.environ.get("PORTAL_HOME")
    return Path(named).expanduser() if named else Path(__file__).resolve().parents[2] / ".local"
