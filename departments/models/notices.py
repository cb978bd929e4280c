"""What people are told: a row for each person and matter, how it is to reach them, and what they wish of e-mails."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from departments.models.email import OutgoingEmail
from departments.models.people import User
from departments.rules import NoticeKind, NoticeState, Way


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """One's own, and nobody else's."""
        return self.filter(to=user)

    def waiting(self, way: Way) -> NoticeQuerySet:
        """Still to be sent in this way."""
        return self.filter(state=NoticeState.WAITING, way=way)

    def unread(self) -> NoticeQuerySet:
        """On Home until its reader says that they have read it, sent by e-mail or not."""
        return self.filter(state__in=[NoticeState.WAITING, NoticeState.SENT])


class Notice(models.Model):
    """One matter told to one person. `path` is the page that it is about: who may not open that is not told."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind)
    subject = models.CharField(max_length=200, help_text="The place and the matter, as the subject of an e-mail.")
    words = models.TextField(help_text="One or two whole sentences.")
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=200, help_text="The matter: nobody is told of the same one twice.")
    due_on = models.DateField(null=True, blank=True, help_text="By when something is asked of the reader.")
    at = models.DateTimeField(default=timezone.now)
    way = models.CharField(max_length=10, choices=Way)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.WAITING)
    email = models.ForeignKey(OutgoingEmail, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="nobody_is_told_of_the_same_matter_twice"),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.SENT) | Q(email__isnull=False),
                name="a_notice_that_was_sent_has_its_email",
            ),
        ]
        indexes = [
            models.Index(fields=["to", "at"], condition=Q(state=NoticeState.WAITING), name="notices_still_to_tell")
        ]

    def __str__(self) -> str:
        return self.subject


class Digest(models.Model):
    """The e-mail of one day to one person, so that there is never a second."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    email = models.OneToOneField(OutgoingEmail, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["to", "day"], name="one_digest_a_day_and_person")]

    def __str__(self) -> str:
        return f"{self.to}, {self.day}"


class MailWishes(models.Model):
    """What somebody wishes of e-mails. Without a row, or without a way for a kind, the usual one is taken."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_wishes")
    takes_mail = models.BooleanField(default=True, help_text="Off: everything on Home only.")
    ways = models.JSONField(default=dict, help_text="The way chosen for a kind of notice, by its code.")

    def __str__(self) -> str:
        return f"E-mails of {self.user}"
