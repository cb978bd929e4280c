"""Sends e-mails that are rows: queued with what caused them, sent by the worker, tried again by a sweep."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from departments.models import OutgoingEmail
from departments.rules import EmailState
from departments.services.jobs import enqueue, publish

MAX_ATTEMPTS = 6
SEND_TASK = "departments.tasks.send_email"


@transaction.atomic
def queue_email(*, to: str, subject: str, body: str, headers: dict[str, str] | None = None) -> OutgoingEmail:
    """Store an e-mail; it is sent once what caused it is committed."""
    email = OutgoingEmail.objects.create(to=to, subject=" ".join(subject.split()), body=body, headers=headers or {})
    enqueue(SEND_TASK, email.pk)
    return email


@transaction.atomic
def send_email(*, pk: int) -> None:
    """Send one queued e-mail. Safe to run twice: the row is locked, and a sent one is left alone."""
    email = OutgoingEmail.objects.select_for_update(skip_locked=True).filter(pk=pk, state=EmailState.QUEUED).first()
    if email is None:
        return
    email.attempts += 1
    try:
        EmailMessage(email.subject, email.body, to=[email.to], headers=email.headers).send()
    except OSError as error:
        email.last_error = str(error)
        email.next_try_at = timezone.now() + timedelta(minutes=2**email.attempts)
        if email.attempts >= MAX_ATTEMPTS:
            email.state = EmailState.FAILED
    else:
        email.state, email.sent_at, email.body, email.last_error = EmailState.SENT, timezone.now(), "", ""
    email.save()


def sweep_emails() -> None:
    """Queue again whatever is due and was left behind."""
    due = OutgoingEmail.objects.filter(state=EmailState.QUEUED, next_try_at__lte=timezone.now() - timedelta(minutes=1))
    for pk in due.order_by("next_try_at").values_list("pk", flat=True)[:200]:
        publish(SEND_TASK, pk)
