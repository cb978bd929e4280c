"""The roof's own job: a worker that shows it is alive."""

from celery import shared_task

from portal import health


@shared_task
def beat_of_the_worker() -> None:
    health.note_heartbeat()
