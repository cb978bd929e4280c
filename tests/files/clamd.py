"""A real clamd in a folder of its own, which knows one signature: that of the virus scanners' standard test string."""

import contextlib
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from files import scanner
from portal.launcher.home import database_account, owned_folder
from portal.launcher.postgres import last_lines
from portal.launcher.processes import start, stop, wait_until

# In two pieces, so that no scanner takes this file for an infected one.
TEST_STRING = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Portal.Test.String"
# clamd marks names from a database that ClamAV has not signed.
FOUND_NAME = f"{SIGNATURE}.UNOFFICIAL"

CONFIGURATION = {
    "Foreground": "yes",
    "StreamMaxLength": "256M",
    "MaxFileSize": "256M",
    "MaxScanSize": "512M",
    "AlertExceedsMax": "yes",
    "MaxThreads": "2",
}


@dataclass
class Clamd:
    """One scanner: its address stays the same however often it is stopped and started."""

    folder: Path
    owner: pwd.struct_passwd
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def socket(self) -> Path:
        return self.folder / "clamd.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        log = self.folder / "clamd.log"
        command = [program, "--config-file", self.folder / "clamd.conf"]
        self.process = start(command, owner=self.owner, cwd=self.folder, log=log)
        answers = wait_until(lambda: scanner.ping(self.url), self.process, by=signal.SIGTERM, seconds=60)
        assert answers, f"clamd did not start:\n{last_lines(log)}"

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, by=signal.SIGTERM, seconds=20)
            self.process = None


@contextlib.contextmanager
def running_clamd(**configuration: str) -> Iterator[Clamd]:
    """A clamd that runs until the block ends, or it is stopped in it; `StreamMaxLength="1M"` and so on change it."""
    folder = Path(tempfile.mkdtemp(prefix="clamd-", dir="/tmp"))  # a short path: a socket's holds 107 bytes
    clamd = Clamd(folder, database_account(folder))
    try:
        owned_folder(folder, clamd.owner)
        (folder / "signatures").mkdir()
        signature = f"{SIGNATURE}:0:*:{TEST_STRING.hex()}\n"
        (folder / "signatures/test.ndb").write_text(signature)
        paths = {"LocalSocket": clamd.socket, "DatabaseDirectory": folder / "signatures", "TemporaryDirectory": folder}
        lines = [f"{name} {value}\n" for name, value in {**CONFIGURATION, **paths, **configuration}.items()]
        (folder / "clamd.conf").write_text("".join(lines))
        clamd.start()
        yield clamd
    finally:
        clamd.stop()
        shutil.rmtree(folder)
