"""Where a running portal keeps its things, and which system account owns the databases in it."""

import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

# A unix socket's path holds 107 bytes; PostgreSQL adds 18 to the folder's ("/.s.PGSQL.5432.lock" is a plain file).
LONGEST_SOCKET_FOLDER = 80
# As root, when the unprivileged account may not enter the portal's home, the databases live under here instead.
SYSTEM_STATE = Path("/var/lib/customer-first")


class CannotStart(Exception):
    """The portal cannot start; the message says why and what to do, in words for whoever typed the command."""


@dataclass(frozen=True)
class Home:
    """One portal's folders. `databases` is `root` itself unless the database account may not enter it."""

    root: Path
    databases: Path
    sockets: Path
    owner: pwd.struct_passwd

    @property
    def logs(self) -> Path:
        return self.root / "logs"


def open_home(root: Path) -> Home:
    """Make the folders of the portal in `root`, each with the owner that will use it."""
    root = root.absolute()
    make_folder(root)
    make_folder(root / "logs")
    make_folder(root / "static")  # where settings collect css and js; WhiteNoise warns if there is no such folder
    (root / "logs").chmod(0o700)
    owner = database_account(root)
    databases = root
    if os.geteuid() == 0 and not may_enter(root, owner):
        databases = SYSTEM_STATE / fingerprint(root)
        make_folder(SYSTEM_STATE)
        make_folder(databases)
        for folder in (SYSTEM_STATE, databases):
            folder.chmod(0o711)
    return Home(root=root, databases=databases, sockets=socket_folder(root, databases, owner), owner=owner)


def make_folder(folder: Path) -> None:
    """Make `folder`, or say plainly why it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise CannotStart(
            f"The folder {folder} cannot be made: {problem.strerror}. Set PORTAL_HOME to another."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotStart(f"{folder} cannot be written to by this user. Set PORTAL_HOME to another folder.")


def database_account(root: Path) -> pwd.struct_passwd:
    """The account that runs the databases: this one, or for root (which PostgreSQL refuses) an unprivileged one."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for data in sorted(root.glob("postgres-*")):
        if data.stat().st_uid != 0:
            return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root and no account 'postgres' or 'nobody' exists: start as a user.")


def may_enter(path: Path, owner: pwd.struct_passwd) -> bool:
    """Whether the account `owner` can reach `path`, asked of the system itself (modes, lists and mounts count)."""
    if os.geteuid() == owner.pw_uid:
        return os.access(path, os.X_OK)
    asked = subprocess.run(
        ["/usr/bin/test", "-x", str(path)], user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], check=False, cwd="/"
    )
    return asked.returncode == 0


def fingerprint(path: Path) -> str:
    """A short name for a path, the same every time."""
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]


def socket_folder(root: Path, databases: Path, owner: pwd.struct_passwd) -> Path:
    """A folder that only the databases' account can enter, with a path short and plain enough for a socket."""
    folder = databases / "run"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER or not re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        own = runtime and len(runtime) < 50 and re.fullmatch(r"[\w./-]+", runtime) and os.access(runtime, os.W_OK)
        base = Path(runtime) if own and os.geteuid() != 0 else Path("/tmp")  # noqa: S108 - checked by owned_folder
        folder = base / f"customer-first-{owner.pw_uid}-{fingerprint(root)}"
    owned_folder(folder, owner)
    return folder


def owned_folder(folder: Path, owner: pwd.struct_passwd) -> None:
    """Make `folder` for `owner` alone; a folder there that somebody else made is refused, not trusted."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid not in (owner.pw_uid, os.geteuid()):
            raise CannotStart(f"{folder} belongs to somebody else: remove it, or set another PORTAL_HOME.") from None
    if os.geteuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o700)


def usable_copy(package: Path, program: str, home: Home) -> Path:
    """The path of `program` inside the installed `package`, which is copied if the databases' account cannot run it.

    Libraries that the wheel keeps beside the package (NAME.libs) go with it, as its programs look for them there.
    """
    if may_enter(package / program, home.owner):
        return package / program
    copies = home.databases / "programs" / f"{package.name}-{version(package.name)}"
    if not copies.exists():
        copies.parent.mkdir(exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=copies.parent))
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        unfinished.rename(copies)
    return copies / package.name / program


def lock(home: Home) -> IO[str]:
    """Hold the portal's home for as long as the returned file is open; a second start is told who holds it."""
    path = home.root / "lock"
    held = path.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        holder = held.read().strip() or "another process"
        held.close()
        raise CannotStart(
            f"The portal in {home.root} is running already ({holder}). Stop it with Ctrl-C where it runs, or start a "
            "second one with another PORTAL_HOME and PORT."
        ) from None
    held.seek(0)
    held.truncate()
    held.write(f"process {os.getpid()}\n")
    held.flush()
    return held


def secret_key(home: Home) -> str:
    """The key that signs sessions: made at the first start, then kept, so that nobody is signed out by a restart."""
    path = home.root / "secret-key"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
