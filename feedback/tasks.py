"""The feedback floor's jobs."""

from celery import shared_task

from feedback.services import importing, reading, sending


@shared_task
def read_import(pk: int) -> None:
    reading.read_import(pk=pk)


@shared_task
def import_figures(pk: int) -> None:
    importing.import_figures(pk=pk)


@shared_task
def sweep_feedback() -> None:
    reading.sweep()
    importing.sweep()
    sending.give_up_forgotten()
