"""The launcher, with real databases and real processes in folders of its own."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
import pytest

from portal.launcher.home import open_home
from portal.launcher.postgres import data_folder, start_postgres
from portal.launcher.processes import Child, start
from portal.launcher.run import PROJECT
from portal.launcher.services import services

COUNT_STARTS = """
import os, psycopg2, redis
database = psycopg2.connect(os.environ["DATABASE_URL"])
with database, database.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
    cursor.execute("INSERT INTO starts DEFAULT VALUES")
    cursor.execute("SELECT count(*) FROM starts")
    rows = cursor.fetchone()[0]
broker = redis.Redis.from_url(os.environ["REDIS_URL"].replace("redis+socket://", "unix://"))
print(rows, broker.incr("starts"))
broker.close()
database.close()
"""


@pytest.fixture
def folder():
    """A folder that PostgreSQL's account may pass through, as pytest's own are closed to it when root tests."""
    made = Path(tempfile.mkdtemp(prefix="launcher-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def own_environment(monkeypatch):
    """The environment of somebody who has set nothing."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_DEMO", "PORT"):
        monkeypatch.delenv(name, raising=False)


def launcher(home, *words, **settings):
    """Start the launcher as the Makefile does."""
    return subprocess.Popen(
        [sys.executable, "-m", "portal.launcher", *words],
        cwd=PROJECT,
        env={**os.environ, "PORTAL_HOME": str(home), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said_by(process, seconds=60):
    """What a launcher printed until its end, and its exit status."""
    said, _nothing = process.communicate(timeout=seconds)
    return said.strip(), process.returncode


def command_of(pid):
    """What a process runs; nothing of one that has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def processes_of(home):
    """The ids of all processes that work in a home or were told of it."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = f"PORTAL_HOME={home}\0".encode() in (process / "environ").read_bytes()
            if told or str(home) in os.readlink(process / "cwd"):
                found.add(int(process.name))
    return found


def wait_for(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.mark.parametrize("name", ["a folder with spaces", "long-" * 20, "closed/to/others"])
def test_a_second_start_finds_what_the_first_one_kept(folder, own_environment, name):
    if name.startswith("closed"):
        (folder / "closed").mkdir(mode=0o700)
    home = folder / name
    for start_number in ("1 1", "2 2"):
        said, status = said_by(launcher(home, "with-services", "--", sys.executable, "-c", COUNT_STARTS))
        assert (said, status) == (start_number, 0)
    assert not processes_of(home)
    if name.startswith("closed"):
        shutil.rmtree(open_home(home).databases)


def test_killing_the_launcher_leaves_no_process_and_the_next_start_works(folder, own_environment):
    home = folder / "home"
    killed = launcher(home, "with-services", "--", "sh", "-c", "echo started; exec sleep 120")
    assert killed.stdout is not None
    assert killed.stdout.readline() == "started\n"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    left = {pid for pid in processes_of(home) if "sleep" in command_of(pid)}
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not processes_of(home))
    said, status = said_by(launcher(home, "with-services", "--", sys.executable, "-c", COUNT_STARTS))
    assert (said, status) == ("1 1", 0)


def test_a_process_file_left_by_a_crash_does_not_stop_the_start(folder, own_environment):
    home = open_home(folder / "home")
    postgres = start_postgres(home)
    data = next(home.databases.glob("postgres-*[0-9]"))
    stale = (data / "postmaster.pid").read_text()
    postgres.send_signal(signal.SIGINT)
    postgres.wait()
    (data / "postmaster.pid").write_text(stale.replace(str(postgres.pid), str(os.getpid()), 1))
    again = start_postgres(home)
    again.send_signal(signal.SIGINT)
    assert again.wait() == 0


def test_data_of_another_major_version_is_not_passed_over(folder, own_environment):
    home = open_home(folder / "home")
    (home.databases / "postgres-17").mkdir()
    (home.databases / "postgres-17/PG_VERSION").write_text("17\n")
    with pytest.raises(Exception, match=r"holds postgres-17, but PostgreSQL is now version 18"):
        data_folder(home, 18)


def test_a_database_that_dies_is_started_again_with_its_rows(folder, own_environment, capsys):
    with services(open_home(folder / "home")) as databases:
        postgres = databases.children[0]
        query(databases.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 1 AS number")
        assert postgres.process is not None
        postgres.process.kill()
        postgres.process.wait()
        postgres.watch()
        time.sleep(postgres.again_at - time.monotonic())
        postgres.watch()
        assert query(databases.environment["DATABASE_URL"], "SELECT number FROM kept") == [(1,)]
    assert "The PostgreSQL server was ended by SIGKILL; it starts again in 1 s." in capsys.readouterr().out


def query(url, sql):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_a_child_that_keeps_dying_is_started_later_and_later(capsys):
    child = Child("worker", lambda: start(["false"]))
    child.start()
    delays = []
    for _death in range(6):
        assert child.process is not None
        child.process.wait()
        child.watch()
        delays.append(child.delay)
        child.again_at = 0
        child.watch()
    child.stop()
    assert delays == [2, 4, 8, 16, 30, 30]
    assert "The worker ended with status 1; it starts again in 1 s." in capsys.readouterr().out


def test_named_databases_are_used_and_none_is_started(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere/portal")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    command = ["sh", "-c", "echo $DATABASE_URL $REDIS_URL"]
    said, _status = said_by(launcher(folder / "home", "with-services", "--", *command))
    assert said == "postgres://somebody@elsewhere/portal redis://elsewhere/0"
    assert not list((folder / "home").glob("postgres-*"))


def test_a_port_in_use_is_told_plainly(folder, own_environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, status = said_by(launcher(folder / "home", "run", PORT=str(port)))
    assert f"Port {port} cannot be used (Address already in use)." in said
    assert status == 1


def test_the_portal_runs_mends_itself_and_stops(folder, own_environment):
    home, port = folder / "home", free_port()
    log = folder / "log"
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "portal.launcher", "run"],
            cwd=PROJECT,
            env={**os.environ, "PORTAL_HOME": str(home), "PORT": str(port), "PORTAL_DEMO": "0"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: running.poll() is not None or "The portal is ready" in log.read_text(), seconds=120)
        assert answers(port, "/health/ready") == 200, log.read_text()

        said, status = said_by(launcher(home, "run", PORT=str(free_port())))
        assert f"The portal in {home} is running already (process {running.pid})" in said
        assert status == 1

        (web,) = (pid for pid in children_of(running.pid) if "gunicorn" in command_of(pid))
        os.kill(web, signal.SIGKILL)
        wait_for(lambda: "The web server was started again." in log.read_text())
        wait_for(lambda: answers(port, "/health/ready") == 200)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
    assert "Stopped. The data is kept." in log.read_text()
    assert running.returncode == 0
    assert not processes_of(home)


def test_every_setting_is_in_the_example_file():
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", (PROJECT / "portal/settings.py").read_text()))
    told = set(re.findall(r"^(?:# )?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    assert read
    assert read - told == set()


def children_of(parent):
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


def answers(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code
    except OSError:
        return None
