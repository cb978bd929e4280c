"""How a row that is a job reaches the worker: its id, by task name, once the row is committed."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def enqueue(task: str, pk: int) -> None:
    """Send the id of a job's row to the worker after commit. A broker that is away costs time, never the job:
    the sweep of its kind finds the row again."""
    transaction.on_commit(partial(publish, task, pk))


def publish(task: str, pk: int) -> None:
    """Send one id now, or leave it to the sweep when the broker does not answer."""
    try:
        current_app.send_task(task, args=[pk])
    except Exception as error:  # whatever the broker's client raises: the row stays queued
        log.warning("job_left_to_the_sweep", task=task, pk=pk, error=repr(error))
