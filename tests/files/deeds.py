"""What the tests let a limited child do: `python -m tests.files.deeds DEED ARGS…`."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

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
    say(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 if kept else 0))


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


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
