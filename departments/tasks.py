"""The ground floor's jobs."""

from celery import shared_task

from departments.services import drafts, email, mailing


@shared_task
def send_email(pk: int) -> None:
    email.send_email(pk=pk)


@shared_task
def sweep_emails() -> None:
    email.sweep_emails()


@shared_task
def sweep_drafts() -> None:
    drafts.clear_old_drafts()


@shared_task
def send_notice(pk: int) -> None:
    mailing.send_notice(pk=pk)


@shared_task
def sweep_notices() -> None:
    mailing.sweep_notices()
