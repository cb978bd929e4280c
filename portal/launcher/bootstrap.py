"""What comes before the environment exists: uv, the locked packages and the system's libraries.

Run as a file by any Python 3.11 or later, with nothing but the standard library: `python3 portal/launcher/bootstrap.py`
prepares for `make run`; with the word `test` also for the tests, which need a browser, a virus scanner and LibreOffice.
Run again, it only looks and changes nothing.
"""

from __future__ import annotations  # an older Python must be able to read on to where it is told

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
UV = PROJECT / ".local/uv"
VENV = PROJECT / ".venv"
# What WeasyPrint opens when it is imported, and the Debian and Ubuntu package that brings each.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
# What the tests run: any one of the programs will do, else these packages bring one.
PROGRAMS_FOR_TESTS = {
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"): ("chromium",),
    ("clamd",): ("clamav-daemon",),
    ("soffice",): ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui"),
}
SERVER_FOLDERS = ("/usr/sbin", "/sbin")  # on root's PATH only
# Debian packages start what they bring. The tests start their own scanner, and nobody asked for another that stays and
# fetches signatures: an answer of 101 forbids starting (see invoke-rc.d), for as long as the installation takes.
WITHOUT_STARTING_SERVICES = r"""
policy=/usr/sbin/policy-rc.d
[ ! -e "$policy" ] || exec "$@"
trap 'rm -f "$policy"' EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
"$@"
"""


def main(words: list[str]) -> None:
    """Prepare everything, in the order in which each thing needs the one before it."""
    use_a_new_enough_python()
    (PROJECT / ".local").mkdir(exist_ok=True)
    with (PROJECT / ".local/bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_packages(lacking_packages(for_tests="test" in words))
        make_environment()


def use_a_new_enough_python() -> None:
    """Go on with a newer Python of this machine when this one is older than 3.11."""
    if sys.hexversion >= 0x030B0000:
        return
    for minor in range(20, 10, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606
    give_up(f"The portal needs Python 3.11 or later; `python3` here is {sys.version.split()[0]}.")


def lacking_packages(*, for_tests: bool) -> list[str]:
    """The system packages that are missing on this machine."""
    lacking = [package for library, package in LIBRARIES.items() if not opens(library)]
    for programs, packages in PROGRAMS_FOR_TESTS.items():
        if for_tests and not any(map(found, programs)):
            lacking.extend(packages)
    if not UV.joinpath("bin/uv").exists() and not has_venv():
        lacking.append("python3-venv")
    return lacking


def opens(library: str) -> bool:
    """Whether the system's loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def found(program: str) -> bool:
    """Whether a program is on this machine, one for servers included."""
    folders = [os.environ.get("PATH", os.defpath), *SERVER_FOLDERS]
    return shutil.which(program, path=os.pathsep.join(folders)) is not None


def has_venv() -> bool:
    """Whether this Python can make an environment with pip in it (Debian packs that separately)."""
    asked = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    return asked.returncode == 0


def install_packages(packages: list[str]) -> None:
    """Install system packages when that is allowed without asking; else say exactly what to type."""
    if not packages:
        return
    by_hand = f"apt-get update && apt-get install --no-install-recommends {' '.join(packages)}"
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = shutil.which("apt-get") and (not prefix or (shutil.which("sudo") and succeeds([*prefix, "true"])))
    if not may:
        give_up(f"These system packages are missing: {', '.join(packages)}. As root, type:\n\n    {by_hand}\n")
    say(f"Installing system packages: {', '.join(packages)} …")
    quietly = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    apt = ["apt-get", "-qq"]
    install = [*apt, "install", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *packages]
    starting_nothing = ["sh", "-c", WITHOUT_STARTING_SERVICES, "sh"]
    if not (succeeds([*quietly, *apt, "update"]) and succeeds([*quietly, *starting_nothing, *install])):
        give_up(f"The system packages could not be installed. As root, this tells why:\n\n    {by_hand}\n")


def succeeds(command: list[str]) -> bool:
    """Run a command; what it prints to standard output is of no interest, its errors are."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0


def make_environment() -> None:
    """Make `.venv` from the lock file; nothing to do when it was made from this lock file and this Python."""
    python = getattr(sys, "_base_executable", sys.executable)
    ingredients = [(PROJECT / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
    wanted = hashlib.sha256(b"\0".join([*ingredients, python.encode(), sys.version.encode()])).hexdigest()
    made_from = VENV / "made-from"
    if (VENV / "bin/python").exists() and made_from.exists() and made_from.read_text() == wanted:
        return
    say("Installing the Python packages of uv.lock …")
    uv = install_uv(python)
    # A Python or an environment chosen by the shell that called make must not be changed by us.
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")}
    env.update(UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1")
    made = subprocess.run(
        [str(uv), "sync", "--locked", "--quiet", "--python", python], cwd=PROJECT, env=env, check=False
    )
    if made.returncode != 0:
        give_up("The Python packages could not be installed; uv tells above why.")
    made_from.write_text(wanted)


def install_uv(python: str) -> Path:
    """uv in a small environment of its own under `.local`, put there by pip."""
    uv = UV / "bin/uv"
    if uv.exists() and succeeds([str(uv), "--version"]):
        return uv
    shutil.rmtree(UV, ignore_errors=True)
    pip = [str(UV / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.9,<1"]
    if not (succeeds([python, "-m", "venv", str(UV)]) and succeeds(pip)):
        shutil.rmtree(UV, ignore_errors=True)
        give_up("uv could not be installed with pip; pip tells above why.")
    return uv


def say(words: str) -> None:
    print(words, flush=True)


def give_up(words: str) -> None:
    sys.exit(f"\n{words}")


if __name__ == "__main__":
    main(sys.argv[1:])
