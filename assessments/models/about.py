"""What evidence is about: the services that a piece speaks of."""

from django.db import models

from departments.models import Service
from departments.models.history import remembered


@remembered()
class EvidenceService(models.Model):
    """A service that a piece of evidence is about."""

    evidence = models.ForeignKey("Evidence", on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "service"], name="evidence_is_about_a_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} about {self.service_id}"
