"""Processes are killed in the middle of their work: every byte that was acknowledged is there afterwards.

A portal's databases of its own, durable as in production, so that no other test notices.
"""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from portal.launcher.services import Services
from tests.files.portal_of_its_own import A_PORTAL, WORKER, ask, do, kill, manage, own_databases, process, wait_for

# One portal of their own for all of them.
pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture(scope="module")
def databases() -> Iterator[Services]:
    with own_databases() as running:
        yield running


def state(running: Services, pk: str) -> tuple[object, ...]:
    """How far a file has come, and how many attempts that took."""
    return ask(running, "SELECT state, attempts FROM files_file WHERE id = %s", pk)[0]


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.15])
def test_postgresql_killed_in_mid_write(databases, tmp_path, moment):
    """What was said to be kept is there, nothing is there in part, and the check of all that is stored is clean."""
    kept, begun = [], 0
    (postgres,) = [child for child in databases.children if "PostgreSQL" in child.name]
    with process(databases, [*A_PORTAL, "store_forever"], tmp_path / "store.log") as storing:
        assert storing.stdout is not None
        for line in storing.stdout:
            begun += line.startswith("begin")
            if line.startswith("kept"):
                kept.append(line.split()[1])
            if line.startswith("begin") and len(kept) >= 3:
                time.sleep(moment)
                break
        assert postgres.process is not None
        os.kill(postgres.process.pid, signal.SIGKILL)
        postgres.process.wait()
        for line in storing.stdout:  # on a busy machine it had gone on to the next before the kill
            begun += line.startswith("begin")
            if line.startswith("kept"):
                kept.append(line.split()[1])
    assert begun > len(kept), "It was killed while nothing was being written."
    postgres.start()
    same = {line.split()[1] for line in do(databases, "read_back").splitlines()}
    assert set(kept) <= same
    assert "nothing differs" in manage(databases, "check_evidence")


def test_a_worker_killed_in_mid_check(databases, tmp_path):
    """The file is checked all the same, once, by the next worker; nothing is stored twice or in part."""
    pk = do(databases, "send_large_text").split()[-1]
    with process(databases, WORKER, tmp_path / "first.log") as first:
        wait_for(lambda: state(databases, pk)[0] == "checking")
        kill(first)
    assert state(databases, pk) == ("checking", 1)
    with process(databases, WORKER, tmp_path / "second.log"):
        do(databases, "let_time_pass")
        wait_for(lambda: state(databases, pk)[0] == "not_scanned")
    assert state(databases, pk) == ("not_scanned", 2)
    assert "nothing differs" in manage(databases, "check_evidence")
