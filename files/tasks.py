"""The files floor's jobs."""

from celery import shared_task

from files.services import arriving, checking, destruction, integrity, moving, reading


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


@shared_task
def move_files() -> None:
    moving.move_what_is_checked()


@shared_task
def check_a_slice() -> None:
    integrity.check_slice(most_bytes=integrity.SLICE_BYTES)


@shared_task
def destroy_what_is_due() -> None:
    destruction.destroy_what_is_due()
