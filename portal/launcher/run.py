"""`make run`: databases, web server, worker and beat under one process, watched, and stopped together."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import FrameType

import yaml
from celery import Celery
from kombu.exceptions import OperationalError

from portal.launcher.home import CannotStart, lock, open_home
from portal.launcher.processes import Child, say, start, stop
from portal.launcher.services import addresses, default_home, services, throwaway_services

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE = PROJECT / "portal/demo/story/people.yaml"
DEMO_PASSWORD = "customer-first-2009"  # noqa: S105 - published: demo accounts exist only in demo mode
READY_SECONDS = 120
HEARTBEAT = "portal.tasks.beat_of_the_worker"


class Stop(BaseException):
    """Somebody asked the launcher to stop."""


def stop_when_asked(children: list[Child]) -> None:
    """Ctrl-C, SIGTERM or a closed terminal stop the launcher; asked again, it no longer waits for work in hand."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def hurry(number: int, frame: FrameType | None) -> None:
        for child in children:
            if child.process is not None:
                child.process.kill()

    def begin_to_stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, hurry)
        raise Stop

    for each in signals:
        signal.signal(each, begin_to_stop)


def run() -> int:
    """Run the portal until somebody stops it."""
    began = time.monotonic()
    port = port_number()
    home = open_home(default_home())
    children: list[Child] = []
    stop_when_asked(children)
    try:
        with lock(home):
            check_port_is_free(port)
            say(f"Starting the portal in {home.root} …")
            with services(home) as databases:
                env = {**os.environ, **defaults(port), **databases.environment}
                manage(env, "prepare")
                children.extend(applications(env, port, home.root))
                try:
                    keep_running(children, databases.children, env, port, began)
                finally:
                    say("Stopping …")
                    stop_together(children)
    except Stop:
        say("Stopped. The data is kept.")
    return 0


def port_number() -> int:
    """The port from PORT; 8000 if nothing is said."""
    said = os.environ.get("PORT") or "8000"
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise CannotStart(f"PORT is {said!r}; it must be a number from 1 to 65535.")
    return int(said)


def check_port_is_free(port: int) -> None:
    """Refuse a port that somebody else has; a launcher that just ended gets a moment to let go of it."""
    problem = ""
    for _attempt in range(6):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except PermissionError:
                raise CannotStart(f"Port {port} is not allowed for this user: choose one above 1023.") from None
            except OSError as error:
                problem = str(error.strerror)
            else:
                return
        time.sleep(0.5)
    raise CannotStart(f"Port {port} cannot be used ({problem}). Choose another one: `PORT={port + 1} make run`.")


def defaults(port: int) -> dict[str, str]:
    """What a local run assumes and an installation says for itself; anything in the environment wins."""
    chosen = {
        "PORT": str(port),
        "PORTAL_DEMO": "0" if os.environ.get("PORTAL_PRODUCTION") else "1",
        # Browsers share cookies between ports: two portals side by side must not sign each other's people out.
        "SESSION_COOKIE_NAME": f"sessionid_{port}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {name: os.environ.get(name) or value for name, value in chosen.items()}


def manage(env: Mapping[str, str], *words: str) -> None:
    """Run one management command to its end."""
    process = start([sys.executable, "manage.py", *words], env=env, cwd=PROJECT)
    try:
        status = process.wait()
    except Stop:
        stop(process, by=signal.SIGTERM, seconds=10)
        raise
    if status != 0:
        raise CannotStart(f"`manage.py {' '.join(words)}` failed; what it said stands above.")


def applications(env: Mapping[str, str], port: int, home: Path) -> list[Child]:
    """Web server, worker and beat, in the order in which they stop."""
    gunicorn = ["-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    gunicorn += ["--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--log-level", "warning"]
    gunicorn += ["--preload", "--no-control-socket"]  # our code is read once, not once a process
    celery = ["-m", "celery", "--app", "portal", "--quiet"]
    beat = [*celery, "beat", "--schedule", str(home / "beat-schedule"), "--pidfile", "", "--loglevel", "WARNING"]
    # Celery warns of root because of pickled messages; settings take JSON alone.
    worker = ["-W", "ignore:You're running the worker with superuser privileges", *celery, "worker"]
    worker += ["--hostname", f"worker-{port}@%h", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    named = {"beat": beat, "web server": gunicorn, "worker": worker}
    return [
        Child(name, partial(start, [sys.executable, *words], env=env, cwd=PROJECT)) for name, words in named.items()
    ]


def keep_running(
    children: list[Child], databases: list[Child], env: Mapping[str, str], port: int, began: float
) -> None:
    """Start the applications, tell when the portal is ready, then start again whatever dies, until told to stop."""
    for child in children:
        child.start()
    ask_for_a_heartbeat(env)
    told, ask_at = False, 0.0
    while True:
        for child in [*databases, *children]:
            child.watch()
        if not told and time.monotonic() > ask_at:
            waiting_for, ask_at = not_ready(port), time.monotonic() + 1
            if not waiting_for:
                say(welcome(env, port, time.monotonic() - began))
                told = True
            elif time.monotonic() - began > READY_SECONDS:
                raise CannotStart(f"The portal is not ready after {READY_SECONDS} s: {waiting_for}")
        time.sleep(0.25)


def ask_for_a_heartbeat(env: Mapping[str, str]) -> None:
    """Queue the worker's first sign of life now: beat sends its own ten seconds after it starts.

    A broker that does not answer is not told here: readiness names it.
    """
    app = Celery(broker=env["REDIS_URL"], set_as_current=False)
    prefix = env.get("REDIS_PREFIX", "")
    app.conf.broker_transport_options = {"global_keyprefix": prefix, "socket_timeout": 2, "socket_connect_timeout": 2}
    with contextlib.suppress(OperationalError), app:
        app.send_task(HEARTBEAT, ignore_result=True, retry=False)


def not_ready(port: int) -> str:
    """Why the portal is not ready yet, in its own words; empty when it is."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/health/ready", timeout=10):
            return ""
    except urllib.error.HTTPError as answer:
        said = answer.read().decode(errors="replace")
        try:
            return "; ".join(reason for reason in json.loads(said)["checks"].values() if reason != "ok")
        except (ValueError, KeyError):
            return f"it answers {answer.code}."
    except OSError:
        return "the web server does not answer."


def welcome(env: Mapping[str, str], port: int, seconds: float) -> str:
    """Where to go and who to be."""
    lines = ["", f"The portal is ready after {seconds:.0f} s: http://127.0.0.1:{port}/", ""]
    if env["PORTAL_DEMO"].lower() in ("1", "true", "yes", "on"):
        lines += [f"  Demo accounts, password {DEMO_PASSWORD}:"]
        for email, person in yaml.safe_load(PEOPLE.read_text()).items():
            over = person["place"].get("department") or person["place"].get("body") or "whole trust"
            trust = person["place"].get("trust", "")
            lines.append(f"  {email:<27} {person['role']:<14} {over}{f', trust {trust}' if trust else ''}")
        lines.append("")
    return "\n".join([*lines, "Ctrl-C stops it; the data is kept.", ""])


def stop_together(children: list[Child]) -> None:
    """Ask all the applications at once to finish what they have in hand, then wait for each."""
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(child.by)
    for child in children:
        child.stop()


def with_services(command: list[str], *, fresh: bool) -> int:
    """Run a command with databases beside it and give back its exit status; `fresh` ones are empty and then removed."""
    stop_when_asked([])
    try:
        with contextlib.ExitStack() as held:
            if fresh:
                databases = held.enter_context(throwaway_services(durable=True))
            else:
                home = open_home(default_home())
                held.enter_context(lock(home))
                databases = held.enter_context(services(home))
            with subprocess.Popen(command, env={**os.environ, **databases.environment}) as process:
                try:
                    return process.wait()
                except Stop:
                    process.terminate()
    except FileNotFoundError:
        raise CannotStart(f"There is no command {command[0]!r}.") from None
    except Stop:
        pass
    return 130


def print_environment() -> int:
    """Print the addresses of this home's databases for a shell, to work on a portal while it runs."""
    home = open_home(default_home())
    for name, value in addresses(home).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0
