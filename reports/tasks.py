"""The reports floor's jobs."""

from celery import shared_task

from reports.services import rendering, requests


@shared_task
def render_report(pk: int) -> None:
    rendering.render(pk=pk)


@shared_task
def sweep_reports() -> None:
    requests.sweep()
