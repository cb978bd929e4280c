"""One file that somebody sent to a department: its bytes, how far it has come, and what was found in it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from departments.models import Blob, Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role
from files.rules import UNDER_CHECK, FileState, PatientData, may_be_served


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, user: User) -> FileQuerySet:
        """What was sent to one's own department, and to one's trust. Reviewers meet files as evidence, not here."""
        return self.select_related("department__trust", "sent_by").filter(
            Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
        )


@remembered(exclude=["attempts", "beaten_at", "read_attempts"])
class File(models.Model):
    """A file on its way in and ever after. Its row stays when its bytes are destroyed by rule.

    While it arrives its blob grows; when all is there the blob is known by its hash, and shared with every file of
    the same content.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Its address while it arrives.")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text="In bytes, as announced; all of them are here once it has arrived.")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    state = models.CharField(max_length=12, choices=FileState, default=FileState.ARRIVING)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    # What the check found
    content_type = models.CharField(max_length=100, blank=True, help_text="Guessed by name until the content is seen.")
    problems = models.JSONField(default=list, help_text="Whole sentences for the sender; none when nothing is wrong.")
    virus = models.CharField(max_length=200, blank=True, help_text="The scanner's name for what it found.")
    checked_at = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    beaten_at = models.DateTimeField(null=True, blank=True, help_text="When its check or reading last showed life.")
    # What was read in it
    read_at = models.DateTimeField(null=True, blank=True)
    read_attempts = models.PositiveSmallIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0, help_text="Pages, sheets or slides that were read.")
    cut = models.BooleanField(default=False, help_text="It has more than was read.")
    has_thumbnail = models.BooleanField(default=False)
    # Whether it may name a patient
    patient_data = models.CharField(max_length=10, choices=PatientData, blank=True)
    patient_signs = models.JSONField(
        default=list, help_text="[{kind, page, line, masked, context}]; never the identifier itself."
    )
    patient_reason = models.TextField(blank=True, help_text="Why its sender keeps it all the same.")
    patient_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    patient_decided_at = models.DateTimeField(null=True, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=FileState.DESTROYED) | Q(blob__isnull=False), name="a_file_has_bytes_until_destroyed"
            ),
            models.CheckConstraint(
                condition=~Q(patient_data=PatientData.CONFIRMED)
                | Q(patient_decided_by__isnull=False, patient_decided_at__isnull=False) & ~Q(patient_reason=""),
                name="patient_data_is_confirmed_by_somebody_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"],
                condition=Q(state__in=[FileState.WAITING, FileState.CHECKING, FileState.NOT_SCANNED]),
                name="files_still_to_check",
            ),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="files_by_like_names"),
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return self.department.scope()

    @property
    def is_under_check(self) -> bool:
        return self.state in UNDER_CHECK

    @property
    def is_on_its_way(self) -> bool:
        """Whether a page that shows it should look again soon: it is being checked, or its pages are being read."""
        return self.is_under_check or (self.is_servable and self.read_at is None)

    @property
    def is_servable(self) -> bool:
        """Whether anybody may have its bytes or its pages."""
        return may_be_served(self.state, must_be_scanned=settings.EVIDENCE_MUST_BE_SCANNED)

    @property
    def is_open_to_reviewers(self) -> bool:
        """Whether people outside the trust may have them: it was read, and nothing about patients is left open."""
        return self.is_servable and self.read_at is not None and self.is_decided

    @property
    def is_decided(self) -> bool:
        """Whether nothing about patients in it waits for its sender."""
        return self.patient_data != PatientData.FOUND
