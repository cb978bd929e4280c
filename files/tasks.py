"""The files floor's jobs."""

from celery import shared_task

from files.services import arriving, checking, reading


@shared_task
def check_file(pk: int) -> None:
    checking.check(pk=pk)


@shared_task
def read_file(pk: int) -> None:
    reading.read_file(pk=pk)


@shared_task
def sweep_files() -> None:
    arriving.sweep()
    checking.sweep()
    reading.sweep()
