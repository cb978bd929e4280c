"""Wards and sites as files name them, and whose each is: decided once, remembered for every later file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from departments.models import Department, Scope, Service, Trust, User
from departments.models.history import remembered
from departments.rules import Role
from feedback.rules import PlaceState


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, user: User) -> PlaceQuerySet:
        """One's trust's: what files name is for who imports them."""
        return self.with_names().filter(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))

    def with_names(self) -> PlaceQuerySet:
        return self.select_related("trust", "service", "department", "decided_by")

    def undecided(self) -> PlaceQuerySet:
        return self.filter(state=PlaceState.UNDECIDED)

    def decided(self) -> PlaceQuerySet:
        return self.exclude(state=PlaceState.UNDECIDED)


@remembered()
class Place(models.Model):
    """A ward, or a site as a whole, as the files of a trust name it."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="feedback_places")
    site_code = models.CharField(max_length=20, blank=True)
    site_name = models.CharField(max_length=200, blank=True)
    ward = models.CharField(max_length=200, blank=True, help_text="Empty: the site as a whole.")
    specialties = models.JSONField(default=list, help_text="As the newest file names them.")
    state = models.CharField(max_length=10, choices=PlaceState, default=PlaceState.UNDECIDED)
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="feedback_places"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback_places"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: matched by its name.",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["site_name", "ward", "pk"]
        constraints = [
            models.UniqueConstraint(
                "trust",
                Coalesce(NullIf(Lower("site_code"), Value("")), Lower("site_name")),
                Lower("ward"),
                name="a_place_is_decided_once",
            ),
            models.CheckConstraint(condition=~Q(site_code="", site_name="", ward=""), name="a_place_has_a_name"),
            models.CheckConstraint(
                condition=Q(state=PlaceState.UNDECIDED, service=None, department=None, decided_at=None, decided_by=None)
                | Q(state=PlaceState.MATCHED, department__isnull=False, decided_at__isnull=False)
                | Q(
                    state=PlaceState.SET_ASIDE,
                    service=None,
                    department=None,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="a_place_is_somebodys_once_decided",
            ),
        ]
        indexes = [models.Index(fields=["trust"], condition=Q(state=PlaceState.UNDECIDED), name="places_to_be_decided")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.ward, self.site_name or self.site_code) if part)

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)
