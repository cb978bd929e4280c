"""A worker is killed in the middle of an import: nothing of it is there, and the sweep has it done by another."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from feedback.models import FeedbackImport, Place, Reading
from feedback.rules import ImportState
from feedback.services import importing
from feedback.services.reading import SILENT
from tests.feedback.deeds import MONTH, extract, now, send

pytestmark = pytest.mark.django_db(transaction=True)

HELD = "SELECT 1 FROM departments_trust WHERE id = %s FOR UPDATE"


def wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("A minute has passed.")


def kill_with_its_children(worker: subprocess.Popen[bytes]) -> None:
    """As a machine that loses its power: nobody can say goodbye."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    for pid in [worker.pid, *map(int, children)]:
        os.kill(pid, signal.SIGKILL)
    worker.wait(timeout=30)


def test_a_worker_killed_in_the_middle_of_an_import(worker, people, here, measures, services_and_sites, tmp_path):
    keeper = people["administrator"]
    brought = send(here.trust, keeper, extract(tmp_path))
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:  # the import cannot go on past the trust, which it holds
            cursor.execute(HELD, [here.trust.pk])
        importing.confirm_import(brought=brought, by=keeper, **MONTH)
        wait_for(lambda: now(brought).rows_done == 2)
        kill_with_its_children(worker)
        other.rollback()
    finally:
        other.close()
    assert now(brought).state == ImportState.IMPORTING
    assert not Reading.objects.exists()
    assert not Place.objects.exists()

    FeedbackImport.objects.update(beaten_at=timezone.now() - SILENT - timedelta(seconds=1))
    assert FeedbackImport.objects.filter(importing.to_import(timezone.now())).exists()
    importing.import_figures(pk=brought.pk)
    assert (now(brought).state, now(brought).attempts) == (ImportState.IMPORTED, 2)
    assert Reading.objects.count() == 2
