"""Code that reads what strangers sent runs in a child of ours, with little memory and time and none of our secrets."""

import contextlib
import ctypes
import math
import os
import resource
import runpy
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
MOST_OUTPUT = 8 * 2**20
MOST_WRITTEN_FILE = 256 * 2**20
# Address space over the memory that may be filled: libraries and files that are mapped cost no memory of their own.
MAPPED = 2 * 2**30
KEPT_OF_THE_ERRORS = 8 * 2**10
NICENESS = 10
PR_SET_PDEATHSIG = 1


class ChildFailed(Exception):
    """The child gave no answer: `reason` is for the log and the row, not for the person who sent the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run_limited(module: str, *args: str, seconds: float, megabytes: int) -> bytes:
    """What `python -m MODULE ARGS…` prints (at most 8 MiB), run within the limits; raises `ChildFailed` otherwise.

    `megabytes` bounds the memory that it can fill; `seconds` bounds both the clock and the processor. It runs in a
    folder of its own, which is its HOME and TMPDIR and is removed afterwards, so paths in `args` must be absolute.
    It and whatever it started are killed at the end, and it dies with the thread that called this function.
    """
    with tempfile.TemporaryDirectory(prefix="child-") as home:
        limits = [str(os.getpid()), str(math.ceil(seconds)), str(megabytes * 2**20)]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-I", "-X", "utf8", str(Path(__file__).resolve()), *limits, module, *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=environment(home),
            start_new_session=True,
        )
        try:
            output, errors = listen(process, until=time.monotonic() + seconds)
        finally:
            end(process)
    said = last_line(errors)
    if process.returncode == 0:
        return output
    raise ChildFailed(why(process.returncode, said))


def environment(home: str) -> dict[str, str]:
    """Nothing of ours but where programs are: settings, and with them passwords, stay with the parent."""
    few_arenas = {"MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, **few_arenas}


def listen(process: subprocess.Popen[bytes], *, until: float) -> tuple[bytes, bytes]:
    """Everything that it printed and the end of its errors, once it has ended by itself."""
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as pipes:
        for pipe, kept in ((process.stdout, output), (process.stderr, errors)):
            pipes.register(of(pipe), selectors.EVENT_READ, kept)
        while True:
            over = has_ended(process)
            if time.monotonic() >= until:
                raise ChildFailed("out of time")
            ready = pipes.select(0 if over else 0.05) if pipes.get_map() else []
            if not ready:
                # Whatever it started may still hold the pipes: nobody waits for that.
                if over:
                    return bytes(output), bytes(errors)
                if not pipes.get_map():
                    time.sleep(0.005)
            for key, _ in ready:
                read = os.read(key.fd, 65536)
                if not read:
                    pipes.unregister(key.fileobj)
                key.data.extend(read)
            if len(output) > MOST_OUTPUT:
                raise ChildFailed(f"more than {MOST_OUTPUT} bytes of output")
            del errors[:-KEPT_OF_THE_ERRORS]


def of(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended; it is not reaped yet, so that its number still means its own group."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        of(pipe).close()


def last_line(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def why(status: int, said: str) -> str:
    """A plain technical reason for an exit status (negative: ended by that signal)."""
    if "MemoryError" in said or "bad_alloc" in said or "Cannot allocate memory" in said:
        return "out of memory"
    if status == -signal.SIGXCPU:
        return "out of time"
    if status == -signal.SIGKILL:
        return "killed: out of memory, or stopped from outside"
    ended = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
    return f"{ended}: {said}" if said else ended


def limit_ourselves(*, parent: int, seconds: int, memory: int) -> None:
    """What the child does before anything else; none of it can be taken back."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent has gone")
    os.nice(NICENESS)
    # RLIMIT_DATA counts private memory that can be written to, which is what can grow; RLIMIT_AS alone would count
    # a mapped file or library as if it were filled.
    for limit, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + MAPPED),
        (resource.RLIMIT_CPU, seconds + 1),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def main(parent: str, seconds: str, memory: str, module: str, *args: str) -> None:
    limit_ourselves(parent=int(parent), seconds=int(seconds), memory=int(memory))
    sys.path.insert(0, str(ROOT))
    sys.argv = [module, *args]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
