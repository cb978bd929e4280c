"""Starting, watching and stopping one process, so that no child outlives the launcher."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.launcher.home import CannotStart

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds before a child that died is started again
LONG_ENOUGH = 60.0  # seconds after which a child counts as having run well


def say(words: str) -> None:
    """Tell the console; a console that has gone away stops nothing."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def start(
    command: Sequence[object],
    *,
    env: Mapping[str, str] | None = None,
    owner: pwd.struct_passwd | None = None,
    end_with: str = "TERM",
    cwd: Path | None = None,
    log: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches the launcher alone and it decides the order.

    The kernel sends the signal `end_with` to the process when the launcher dies, even by kill -9.
    """
    setpriv = shutil.which("setpriv") or "/usr/bin/setpriv"
    drop: list[str] = []
    if owner is not None and os.geteuid() == 0:
        drop = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    output = None if log is None else log.open("ab")
    try:
        return subprocess.Popen(
            [setpriv, f"--pdeathsig={end_with}", *drop, *map(str, command)],
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=0o077,  # what a portal writes (unsent e-mails, logs) is nobody else's to read
        )
    except FileNotFoundError:
        raise CannotStart("The command setpriv is missing: run `apt-get install util-linux`.") from None
    finally:
        if output is not None:
            output.close()


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, seconds: float) -> None:
    """Ask a process to end, wait, then end it and whatever it left in its session."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, by: signal.Signals, seconds: float
) -> bool:
    """Whether `ready` came true within `seconds`; if not, or if we are told to stop meanwhile, the process is ended."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and process.poll() is None:
            if ready():
                return True
            time.sleep(0.02)
    except BaseException:
        stop(process, by=by, seconds=seconds)
        raise
    stop(process, by=by, seconds=seconds)
    return False


def end_leftover(pid_file: Path, folder: Path, *, by: signal.Signals) -> None:
    """End a server that an earlier launcher left on `folder`, and remove its stale process file.

    A process id in the file counts only if that process is on our folder now: ids are used again by the system.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + 30
    while runs_on(pid, folder):
        if time.monotonic() > deadline:
            raise CannotStart(f"Process {pid} still uses {folder} and does not stop: end it with `kill {pid}`.")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, by)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def runs_on(pid: int, folder: Path) -> bool:
    """Whether process `pid` is alive and works in `folder`."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False


@dataclass
class Child:
    """A process that the launcher keeps running: `begin` starts it; when it dies it is begun again after a while."""

    name: str
    begin: Callable[[], subprocess.Popen[bytes]]
    by: signal.Signals = signal.SIGTERM
    seconds: float = 20
    process: subprocess.Popen[bytes] | None = None
    began: float = 0
    again_at: float = 0
    delay: float = field(default=FIRST_DELAY)

    def start(self) -> None:
        self.began = time.monotonic()
        self.process = self.begin()

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, by=self.by, seconds=self.seconds)
            self.process = None

    def watch(self) -> None:
        """Start the process again if it died: at once the first time, then later and later while it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self.began > LONG_ENOUGH:
                self.delay = FIRST_DELAY
            say(f"The {self.name} {how_it_ended(self.process.returncode)}; it starts again in {self.delay:.0f} s.")
            self.stop()
            self.again_at, self.delay = now + self.delay, min(self.delay * 2, LONGEST_DELAY)
        elif self.process is None and now >= self.again_at:
            try:
                self.start()
                say(f"The {self.name} was started again.")
            except CannotStart as problem:
                say(f"The {self.name} did not start: {problem} It is tried again in {self.delay:.0f} s.")
                self.again_at, self.delay = now + self.delay, min(self.delay * 2, LONGEST_DELAY)


def how_it_ended(status: int) -> str:
    """A process's end in words: its exit status, or the signal that ended it."""
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
