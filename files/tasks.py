"""The files floor's jobs."""

from celery import shared_task

from files.services import checking


@shared_task
def check_file(pk: int) -> None:
    checking.check(pk=pk)


@shared_task
def sweep_files() -> None:
    checking.sweep()
