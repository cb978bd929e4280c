"""What keeps files and what ends them: legal holds, the log of destruction, checks of what is stored."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.models import Department, Scope, Trust, User
from departments.models.history import remembered
from departments.rules import Role
from files.models.file import File


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def visible_to(self, user: User) -> LegalHoldQuerySet:
        """The trust's own, for those who run it."""
        rows = self.select_related("trust", "department", "set_by", "lifted_by")
        return rows.filter(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))

    def standing(self) -> LegalHoldQuerySet:
        return self.filter(lifted_at=None)

    def over(self, department: Department) -> LegalHoldQuerySet:
        """Those that cover a department now: its own, and its whole trust's."""
        here = Q(department=None, trust_id=department.trust_id) | Q(department=department)
        return self.standing().filter(here)


@remembered()
class LegalHold(models.Model):
    """Nothing of a trust, or of one of its departments, is destroyed while this stands: an inquiry may ask for it."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="legal_holds")
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: the whole trust.",
    )
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None, lifted_because="")
                | Q(lifted_by__isnull=False, lifted_at__isnull=False) & ~Q(lifted_because=""),
                name="a_hold_is_lifted_by_somebody_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"Hold on {self.department or self.trust}"

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)


class Destruction(models.Model):
    """That the bytes of a file were destroyed: by which rule, why, and by whom. Never changed and never removed."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="destructions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, help_text="Empty: it had never arrived whole.")
    rule = models.CharField(max_length=30, help_text="Its code among the rules of retention.")
    reason = models.TextField()
    shared = models.BooleanField(help_text="Others had sent the same content, so the bytes stay for them.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: the portal, as its time was up.",
    )  # fmt: skip
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["file"], name="a_file_is_destroyed_once")]
        triggers = [
            pgtrigger.Protect(name="a_destruction_is_history", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d}"


class Leftover(models.Model):
    """An object to be removed from another storage: written with what makes it superfluous, gone once it is."""

    kept_in = models.CharField(max_length=20)
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kept_in}: {self.sha256}"


class IntegrityCheck(models.Model):
    """One look at what is stored: how much was hashed again, and what differed."""

    began_at = models.DateTimeField()
    at = models.DateTimeField(help_text="When it ended.")
    whole = models.BooleanField(help_text="Everything was hashed, and not a slice.")
    blobs = models.PositiveIntegerField(help_text="Contents that were hashed.")
    bytes = models.PositiveBigIntegerField(help_text="That were hashed.")
    problems = models.JSONField(default=list, help_text="Whole sentences; none when nothing differs.")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {len(self.problems)} problems"
