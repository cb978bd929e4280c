"""The web server is killed while a file is on its way: what it acknowledged is there, and the file goes on from it."""

import hashlib
import http.client
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from portal.launcher.home import open_home
from portal.launcher.processes import Child
from portal.launcher.run import applications, defaults
from portal.launcher.services import Services
from tests.files.portal_of_its_own import PART, Lead, ask, do, free_port, own_databases, wait_for

# One portal of their own for all of them.
pytestmark = pytest.mark.xdist_group("kill_of_the_web")

MEGABYTES = 48


@pytest.fixture(scope="module")
def databases():
    with own_databases() as running:
        do(running, "open_an_assessment")
        yield running


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def web(databases: Services, port: int, tmp_path: Path):
    """The real web server, as the launcher starts it and starts it again."""
    env = {**os.environ, **databases.environment, **defaults(port), "PORTAL_DEMO": "0"}
    (web,) = [child for child in applications(env, port, open_home(tmp_path).root) if child.name == "web server"]
    web.start()
    wait_for(lambda: answers(port))
    yield web
    web.stop()


def answers(port: int) -> bool:
    try:
        return Lead(port).ask("GET", "/accounts/login/")[0] == 200
    except OSError:
        return False


def kill_all_of(child: Child) -> None:
    """kill -9 the server and its workers, as when a machine loses its power."""
    assert child.process is not None
    os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def test_kill_9_in_mid_upload_loses_nothing_that_was_acknowledged(databases, web, port, tmp_path):
    content = tmp_path / "Visit.mp4"
    content.write_bytes(random.Random(2009).randbytes(MEGABYTES * 1024 * 1024))
    ((department,),) = ask(databases, "SELECT id FROM departments_department")
    lead = Lead(port)
    lead.sign_in()
    status, address, _ = lead.announce(int(str(department)), "Visit.mp4", content.stat().st_size)
    assert status == 201
    acknowledged = [0]

    def send() -> None:
        offset = 0
        try:
            with content.open("rb") as file:
                while data := file.read(PART):
                    status, headers, _ = lead.ask(
                        "PATCH", address, data, Tus_Resumable="1.0.0", Upload_Offset=str(offset),
                        Content_Type="application/offset+octet-stream",
                    )  # fmt: skip
                    if status != 204:
                        return
                    offset = int(headers["upload-offset"])
                    acknowledged.append(offset)
        except (OSError, http.client.HTTPException):
            return  # the line broke with the server

    sending = threading.Thread(target=send)
    sending.start()
    wait_for(lambda: len(acknowledged) > 4)
    kill_all_of(web)
    sending.join(timeout=30)
    assert acknowledged[-1] < content.stat().st_size, "It was killed after all had arrived."
    assert ask(databases, "SELECT state FROM files_file")[0] == ("arriving",)

    web.watch()
    time.sleep(max(web.again_at - time.monotonic(), 0))
    web.watch()
    wait_for(lambda: answers(port))
    offset = lead.offset(address)
    assert acknowledged[-1] <= offset < content.stat().st_size
    assert lead.send(address, content, offset=offset) == 204
    digest = hashlib.sha256(content.read_bytes()).hexdigest()
    assert ask(databases, "SELECT f.state, b.sha256 FROM files_file f JOIN departments_blob b ON b.id = f.blob_id") == [
        ("waiting", digest)
    ]
    assert f"same {digest}" in do(databases, "read_back")


def test_a_request_that_dies_with_its_bytes_half_read_keeps_them(databases, web, port):
    """A line that only goes silent and then is gone, in the middle of one large request."""
    lead = Lead(port)
    lead.sign_in()
    (department,) = ask(databases, "SELECT id FROM departments_department")[0]
    content = random.Random(7).randbytes(12 * 1024 * 1024)
    _, address, _ = lead.announce(int(str(department)), "Half.mp4", len(content))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.putrequest("PATCH", address)
    for name, value in {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(content)),
        "X-CSRFToken": lead.cookies["csrftoken"],
        "Cookie": "; ".join(f"{name}={value}" for name, value in lead.cookies.items()),
    }.items():
        line.putheader(name, value)
    line.endheaders()
    line.send(content[: 6 * 1024 * 1024 + 100])
    line.close()
    wait_for(lambda: lead.offset(address) == 6 * 1024 * 1024 + 100)
