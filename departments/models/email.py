"""E-mails to send: a row each, so that none is lost with a broker or a mail server."""

from django.db import models

from departments.rules import EmailState


class OutgoingEmail(models.Model):
    """One message to one person. Its body is emptied once sent, since it may hold a link that lets somebody in."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True, help_text="Such as how to unsubscribe.")
    state = models.CharField(max_length=10, choices=EmailState, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state=EmailState.QUEUED), name="emails_still_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
