"""What the roof remembers: only when a worker last showed that it is alive."""

from django.db import models
from django.db.models import Q


class WorkerHeartbeat(models.Model):
    """One row, written by whichever worker took the last beat."""

    beaten_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_heartbeat")]

    def __str__(self) -> str:
        return f"{self.beaten_at:%Y-%m-%d %H:%M:%S}"
