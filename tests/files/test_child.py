"""The child that reads what strangers sent: its limits hold, its secrets are none, and nothing of it stays."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from files import child
from files.child import ChildFailed, run_limited

ROOT = Path(__file__).resolve().parent.parent.parent
DEED = "tests.files.deeds"


def do(deed, *args, seconds=20.0, megabytes=100):
    return run_limited(DEED, deed, *map(str, args), seconds=seconds, megabytes=megabytes)


def refused(deed, *args, **limits):
    with pytest.raises(ChildFailed) as failed:
        do(deed, *args, **limits)
    return failed.value.reason


def test_it_gives_back_what_the_module_printed():
    assert do("say", "é, and a space") == "é, and a space".encode()


def test_it_finds_the_project_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert do("say", "here") == b"here"


def test_it_is_told_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "only the parent knows")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:password@db/portal")
    told = json.loads(do("environment"))
    assert set(told) <= {"PATH", "LANG", "HOME", "TMPDIR", "LC_CTYPE"} | {name for name in told if "_NUM_" in name} | {
        "MALLOC_ARENA_MAX"
    }
    assert not Path(told["HOME"]).exists()


def test_memory_is_bounded():
    before = time.monotonic()
    assert refused("eat_memory", megabytes=100) == "out of memory"
    assert time.monotonic() - before < 10


def test_memory_within_the_bound_is_given():
    assert int(do("eat_memory_up_to", 150, megabytes=250)) >= 150


def test_time_on_the_clock_is_bounded():
    before = time.monotonic()
    assert refused("sleep", seconds=1) == "out of time"
    assert time.monotonic() - before < 4


def test_time_of_the_processor_is_bounded():
    assert refused("spin", seconds=1) == "out of time"


def test_output_is_bounded():
    assert refused("flood") == f"more than {child.MOST_OUTPUT} bytes of output"


def test_a_flood_of_errors_neither_blocks_nor_fills_memory():
    assert refused("flood_errors") == "exit status 3: the last line"


def test_a_file_that_it_writes_is_bounded():
    assert "File too large" in refused("write", child.MOST_WRITTEN_FILE + 1)


def test_a_failure_is_told_with_its_last_line():
    assert refused("fail") == "exit status 1: ValueError: this one thing"


def test_a_crash_is_told():
    assert refused("crash").startswith(f"ended by signal {int(signal.SIGSEGV)}")


def test_it_reads_nothing_from_us():
    assert do("read") == b"0"


def test_what_it_started_ends_with_it(tmp_path):
    do("start_another", tmp_path / "pid", seconds=20)
    assert gone(int((tmp_path / "pid").read_text()))


def test_what_it_started_ends_when_time_is_up(tmp_path):
    assert refused("start_another_and_wait", tmp_path / "pid", seconds=2) == "out of time"
    assert gone(int((tmp_path / "pid").read_text()))


def test_a_killed_worker_leaves_no_child(tmp_path):
    pid = tmp_path / "pid"
    code = "import sys; from files.child import run_limited; "
    code += f"run_limited({DEED!r}, 'note_and_wait', sys.argv[1], seconds=60, megabytes=100)"
    with subprocess.Popen([sys.executable, "-c", code, str(pid)], cwd=ROOT) as worker:
        wait_for(lambda: pid.exists() and pid.read_text() != "")
        worker.send_signal(signal.SIGKILL)
    assert gone(int(pid.read_text()))


def gone(pid):
    wait_for(lambda: not is_running(pid))
    return True


def is_running(pid):
    """Whether it runs: one that has ended and that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(happened, seconds=10):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def test_the_parent_is_not_limited():
    do("say", "limits are the child's")
    assert os.getpriority(os.PRIO_PROCESS, 0) < child.NICENESS
