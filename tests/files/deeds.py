"""What the tests let a limited child do: `python -m tests.files.deeds DEED ARGS…`."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from files.inspection import inspect

CHUNK = 2**20


def say(words):
    sys.stdout.write(words)


def environment():
    say(json.dumps(dict(os.environ)))


def eat_memory():
    kept = []
    while True:
        kept.append(os.urandom(CHUNK))


def eat_memory_up_to(megabytes):
    kept = [os.urandom(CHUNK) for _ in range(int(megabytes))]
    say(str(len(kept)))


def sleep():
    time.sleep(60)


def spin():
    while True:
        pass


def flood():
    while True:
        sys.stdout.write("x" * CHUNK)


def flood_errors():
    for _ in range(20):
        sys.stderr.write("x" * CHUNK + "\n")
    sys.stderr.write("the last line\n")
    sys.stderr.flush()
    os._exit(3)


def write(size):
    with Path("big").open("wb") as file:
        file.truncate(int(size))


def fail():
    raise ValueError("this one thing")


def crash():
    os.kill(os.getpid(), 11)


def read():
    say(str(len(sys.stdin.read())))


def start_another(path):
    with subprocess.Popen(["sleep", "60"]) as other:
        Path(path).write_text(str(other.pid))
        os._exit(0)


def start_another_and_wait(path):
    with subprocess.Popen(["sleep", "60"]) as other:
        Path(path).write_text(str(other.pid))


def note_and_wait(path):
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)


def look(path, name):
    """What is found in a file, and the most memory that finding it took, in MiB."""
    found = asdict(inspect(Path(path), name))
    lines = Path("/proc/self/status").read_text().splitlines()
    # Not getrusage, which counts the parent's memory too until the child has become another program.
    peak = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
    say(json.dumps({"peak": peak, **found}))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
