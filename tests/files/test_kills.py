"""Processes are killed in the middle of their work: every byte that was acknowledged is there afterwards.

A portal's databases of its own, durable as in production, so that no other test notices.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.launcher.services import Services, throwaway_services

ROOT = Path(__file__).resolve().parents[2]
A_PORTAL = [sys.executable, "-m", "tests.files.a_portal"]


@pytest.fixture(scope="module")
def databases() -> Iterator[Services]:
    """PostgreSQL and Valkey that survive a kill, migrated, with a department and its lead."""
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.ExitStack() as held:
        for name in ("DATABASE_URL", "REDIS_URL", "REDIS_PREFIX"):
            monkeypatch.delenv(name, raising=False)
        running = held.enter_context(throwaway_services(durable=True))
        manage(running, "migrate", "--verbosity", "0")
        do(running, "make_people")
        yield running


def manage(running: Services, *words: str) -> str:
    return run(running, [sys.executable, "manage.py", *words])


def do(running: Services, *words: str) -> str:
    return run(running, [*A_PORTAL, *words])


def run(running: Services, command: list[str]) -> str:
    done = subprocess.run(
        command, env={**os.environ, **running.environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def process(running: Services, command: list[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """A process group of its own, killed at the end if it is still there."""
    with log.open("w") as written:
        started = subprocess.Popen(
            command,
            env={**os.environ, **running.environment},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        kill(started)


def kill(started: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    assert started.stdout is not None
    started.stdout.close()


def state(running: Services, pk: str) -> tuple[str, int]:
    """How far a file has come, and how many attempts that took."""
    with contextlib.closing(psycopg2.connect(running.environment["DATABASE_URL"])) as asked, asked.cursor() as cursor:
        cursor.execute("SELECT state, attempts FROM files_file WHERE id = %s", [pk])
        row: tuple[str, int] = cursor.fetchone()
    return row


def wait_for(ready: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "It did not come to that in time."
        time.sleep(0.05)


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.15])
def test_postgresql_killed_in_mid_write(databases, tmp_path, moment):
    """What was said to be kept is there, nothing is there in part, and the check of all that is stored is clean."""
    kept, begun = [], 0
    (postgres,) = [child for child in databases.children if "PostgreSQL" in child.name]
    with process(databases, [*A_PORTAL, "store_forever"], tmp_path / "store.log") as storing:
        assert storing.stdout is not None
        for line in storing.stdout:
            begun += line.startswith("begin")
            if line.startswith("kept"):
                kept.append(line.split()[1])
            if line.startswith("begin") and len(kept) >= 3:
                time.sleep(moment)
                break
        assert postgres.process is not None
        os.kill(postgres.process.pid, signal.SIGKILL)
        postgres.process.wait()
        kept += [line.split()[1] for line in storing.stdout if line.startswith("kept")]
    assert begun > len(kept), "It was killed while nothing was being written."
    postgres.start()
    same = {line.split()[1] for line in do(databases, "read_back").splitlines()}
    assert set(kept) <= same
    assert "nothing differs" in manage(databases, "check_evidence")


def test_a_worker_killed_in_mid_check(databases, tmp_path):
    """The file is checked all the same, once, by the next worker; nothing is stored twice or in part."""
    worker = [sys.executable, "-m", "celery", "--app", "portal", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    pk = do(databases, "send_large_text").split()[-1]
    with process(databases, worker, tmp_path / "first.log") as first:
        wait_for(lambda: state(databases, pk)[0] == "checking")
        kill(first)
    assert state(databases, pk) == ("checking", 1)
    with process(databases, worker, tmp_path / "second.log"):
        do(databases, "let_time_pass")
        wait_for(lambda: state(databases, pk)[0] == "not_scanned")
    assert state(databases, pk) == ("not_scanned", 2)
    assert "nothing differs" in manage(databases, "check_evidence")
