"""A whole portal for one module of tests: databases, web server and worker as `make run` has them, and its lead."""

import base64
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest

from portal.launcher.services import Services, throwaway_services

ROOT = Path(__file__).resolve().parents[2]
# Django is set up before the models are imported.
SET_UP = "import runpy, bench._ready; runpy.run_module('tests.files.a_portal', run_name='__main__')"
A_PORTAL = [sys.executable, "-c", SET_UP]
WORKER = [sys.executable, "-m", "celery", "--app", "portal", "worker", "--concurrency", "1", "--loglevel", "INFO"]
PART = 4 * 1024 * 1024


@contextlib.contextmanager
def own_databases() -> Iterator[Services]:
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
    """One of the deeds of `tests.files.a_portal`, and what it says."""
    return run(running, [*A_PORTAL, *words])


def run(running: Services, command: list[str]) -> str:
    done = subprocess.run(
        command, env={**os.environ, **running.environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def process(running: Services, command: list[str], log: Path) -> Iterator["subprocess.Popen[str]"]:
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


def ask(running: Services, query: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of this portal's database."""
    with contextlib.closing(psycopg2.connect(running.environment["DATABASE_URL"])) as asked, asked.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def wait_for(ready: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "It did not come to that in time."
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


def gunicorn(port: int) -> list[str]:
    """The web server as the launcher starts it, with one worker, so that its memory is all in one place."""
    words = [
        "portal.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "4",
    ]
    return [sys.executable, "-m", "gunicorn", *words, "--log-level", "warning", "--no-control-socket"]


class Lead:
    """The lead at a keyboard: signs in, sends files over the tus protocol as the page does, asks for pages."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        with contextlib.closing(line):
            line.request(method, path, body=body, headers=told)
            answer = line.getresponse()
            content = answer.read()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, content

    def sign_in(self) -> None:
        self.ask("GET", "/accounts/login/")
        form = urlencode({"login": "lead@example.org", "password": "right-horse-battery"}).encode()
        status, _, _ = self.ask("POST", "/accounts/login/", form, Content_Type="application/x-www-form-urlencoded")
        assert status == 302

    def announce(self, department: int, name: str, size: int) -> tuple[int, str, str]:
        """Status, the address to send to, and what was said against it."""
        named = base64.b64encode(name.encode("utf-8", "surrogatepass")).decode()
        status, headers, content = self.ask(
            "POST", f"/departments/{department}/uploads/", b"", Tus_Resumable="1.0.0", Upload_Length=str(size),
            Upload_Metadata=f"filename {named}",
        )  # fmt: skip
        return status, headers.get("location", ""), content.decode(errors="replace")

    def send(self, address: str, content: Path, offset: int = 0, most: int | None = None) -> int:
        """Send a file from an offset on, part by part, and give back the last status."""
        status = 0
        with content.open("rb") as file:
            file.seek(offset)
            while data := file.read(PART):
                status, headers, _ = self.ask(
                    "PATCH", address, data, Tus_Resumable="1.0.0", Upload_Offset=str(offset),
                    Content_Type="application/offset+octet-stream",
                )  # fmt: skip
                if status != 204:
                    return status
                offset = int(headers["upload-offset"])
                if most is not None and offset >= most:
                    return status
        return status

    def offset(self, address: str) -> int:
        _, headers, _ = self.ask("HEAD", address, Tus_Resumable="1.0.0")
        return int(headers["upload-offset"])


class Memory:
    """The most resident memory, in MiB, that a process and whatever it started have held together since `begin`."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most, self.over = pid, 0.0, False
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def begin(self) -> float:
        self.most = self.now()
        return self.most

    def now(self) -> float:
        return sum(resident(pid) for pid in family(self.pid))

    def watch(self) -> None:
        while not self.over:
            self.most = max(self.most, self.now())
            time.sleep(0.02)

    def end(self) -> None:
        self.over = True
        self.thread.join()


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                found += family(int(child))
    return found


def resident(pid: int) -> float:
    """The private memory of a process in MiB: what it shares with its parent is counted there."""
    try:
        words = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+) kB", words, re.MULTILINE)) / 1024
