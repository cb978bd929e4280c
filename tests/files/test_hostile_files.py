"""Every hostile file, sent over the wire to a whole portal: refused or quarantined, no error, and little memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from portal.launcher.services import Services
from tests.files.hostile import FILE_NAMES, HOSTILE
from tests.files.portal_of_its_own import (
    WORKER,
    Lead,
    Memory,
    ask,
    do,
    free_port,
    gunicorn,
    own_databases,
    process,
    wait_for,
)

# One portal of their own for all of them.
pytestmark = pytest.mark.xdist_group("hostile_files")

MOST_WEB_GROWTH, MOST_WORKER_GROWTH = 16.0, 300.0  # MiB
REFUSED = {"quarantined", "unchecked"}


@dataclass
class Portal:
    databases: Services
    lead: Lead
    department: int
    web: Memory
    worker: Memory

    def state(self, token: str) -> str:
        return str(ask(self.databases, "SELECT state FROM files_file WHERE token = %s", token)[0][0])


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Portal]:
    logs, port = tmp_path_factory.mktemp("logs"), free_port()
    with (
        own_databases() as databases,
        process(databases, gunicorn(port), logs / "web.log") as web,
        process(databases, WORKER, logs / "worker.log") as worker,
    ):
        do(databases, "open_an_assessment")
        lead = Lead(port)
        wait_for(lambda: answers(lead))
        lead.sign_in()
        (department,) = ask(databases, "SELECT id FROM departments_department")[0]
        memories = Memory(web.pid), Memory(worker.pid)
        assert isinstance(department, int)
        yield Portal(databases, lead, department, *memories)
        for memory in memories:
            memory.end()


def answers(lead: Lead) -> bool:
    try:
        return lead.ask("GET", "/health/live")[0] == 200
    except OSError:
        return False


def checked(portal: Portal, token: str) -> bool:
    return portal.state(token) not in ("waiting", "checking")


@pytest.fixture(scope="module")
def warm(portal: Portal, tmp_path_factory) -> Portal:
    """A portal that has taken and checked a file before: what it loads once is loaded."""
    kind = tmp_path_factory.mktemp("warm") / "Minutes.txt"
    kind.write_bytes(b"We read every complaint.\n" * 200_000)
    status, address, words = portal.lead.announce(portal.department, kind.name, kind.stat().st_size)
    assert status == 201, words
    assert portal.lead.send(address, kind) == 204
    wait_for(lambda: checked(portal, token_of(address)))
    assert portal.state(token_of(address)) == "not_scanned"
    return portal


def token_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_file_is_refused_or_quarantined_within_little_memory(warm, tmp_path, kind):
    path = HOSTILE[kind](tmp_path)
    web, worker = warm.web.begin(), warm.worker.begin()
    status, address, words = warm.lead.announce(warm.department, path.name, path.stat().st_size)
    assert status in (201, 400, 413, 422), words
    if status == 201:
        assert warm.lead.send(address, path) == 204
        wait_for(lambda: checked(warm, token_of(address)))
        assert warm.state(token_of(address)) in REFUSED
        ((problems,),) = ask(warm.databases, "SELECT problems FROM files_file WHERE token = %s", token_of(address))
        assert problems, "Nobody is told why."
    else:
        assert words.strip(), "Nobody is told why."
        assert ask(warm.databases, "SELECT 1 FROM files_file WHERE name = %s AND state <> 'destroyed'", path.name) == []
    assert warm.web.most - web <= MOST_WEB_GROWTH
    assert warm.worker.most - worker <= MOST_WORKER_GROWTH


@pytest.mark.parametrize("number", range(len(FILE_NAMES)))
def test_a_strange_name_is_taken_or_refused_and_never_an_error(warm, tmp_path, number):
    content = tmp_path / "content"
    content.write_bytes(f"We put up signs, {number}.".encode())
    status, address, words = warm.lead.announce(warm.department, list(FILE_NAMES)[number], content.stat().st_size)
    assert status in (201, 400, 413, 422)
    if status != 201:
        assert words.strip()
        return
    assert warm.lead.send(address, content) == 204
    ((name,),) = ask(warm.databases, "SELECT name FROM files_file WHERE token = %s", token_of(address))
    assert isinstance(name, str)
    assert name.isprintable()
    assert not set("/\\") & set(name)
