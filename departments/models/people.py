"""People, the roles that they hold in time, and invitations to take one up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject, Lower, Now
from django.utils import timezone

from departments.models.history import remembered
from departments.models.organisations import CertificationBody, Department, Trust
from departments.models.scope import Scope
from departments.rules import BODY_ROLES, DEPARTMENT_ROLES, TRUST_ROLES, Role

ONE_PLACE_THAT_FITS_THE_ROLE = (
    Q(role__in=DEPARTMENT_ROLES, department__isnull=False, trust__isnull=True, body__isnull=True)
    | Q(role__in=TRUST_ROLES, department__isnull=True, trust__isnull=False, body__isnull=True)
    | Q(role__in=BODY_ROLES, department__isnull=True, trust__isnull=True, body__isnull=False)
)


@dataclass(frozen=True)
class Held:
    """One role that somebody holds today. A department's role carries the department's trust too, and that trust's
    corporate services (a department's id) if it has them here."""

    role: str
    place: str
    trust_id: int | None
    department_id: int | None
    body_id: int | None
    corporate_id: int | None


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, password: str | None = None) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def with_roles(self) -> models.QuerySet[User]:
        """People together with the roles that they hold now, in the one query that a request needs."""
        corporate = Department.objects.filter(trust=OuterRef("department__trust"), is_corporate=True).values("pk")
        held = (
            Membership.objects.current()
            .filter(user=OuterRef("pk"))
            .annotate(
                place_name=Coalesce(F("department__name"), F("trust__name"), F("body__name")),
                trust_of=Coalesce(F("trust_id"), F("department__trust_id")),
            )
            .order_by("pk")
            .values(
                held=JSONObject(
                    role="role",
                    place="place_name",
                    trust_id="trust_of",
                    department_id="department_id",
                    body_id="body_id",
                    corporate_id=Subquery(corporate),
                )
            )
        )
        return self.annotate(held_now=ArraySubquery(held))


@remembered(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """Somebody who signs in, with an e-mail address and a password."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="an_email_address_is_one_person")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The roles held now. Read once a request."""
        rows: list[dict[str, Any]] | None = getattr(self, "held_now", None)
        if rows is None:  # not read by the request: a person from a form, a task or a test
            return User.objects.with_roles().get(pk=self.pk).held
        return tuple(Held(**row) for row in rows)

    def trusts_as(self, *roles: Role) -> set[int]:
        """Trusts over which one of these trust roles is held."""
        return {held.trust_id for held in self.held if held.role in roles and held.trust_id}

    def trusts_of_departments(self) -> set[int]:
        """Trusts in a department of which any role is held."""
        return {held.trust_id for held in self.held if held.department_id and held.trust_id}

    def corporate_departments(self) -> set[int]:
        """The corporate services of the trusts in a department of which any role is held."""
        return {held.corporate_id for held in self.held if held.corporate_id}

    def departments_as(self, *roles: Role) -> set[int]:
        return {held.department_id for held in self.held if held.role in roles and held.department_id}

    def bodies_as(self, *roles: Role) -> set[int]:
        return {held.body_id for held in self.held if held.role in roles and held.body_id}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Held at this moment."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=Now()), valid_from__lte=Now())

    def leading(self) -> MembershipQuerySet:
        """Leads who can act: they hold the role now, and their account is open."""
        return self.current().filter(role=Role.LEAD, user__is_active=True)

    def over_trust(self, trust: Trust) -> MembershipQuerySet:
        """Roles over the trust and over its departments."""
        return self.filter(Q(trust=trust) | Q(department__trust=trust))

    def visible_to(self, user: User) -> MembershipQuerySet:
        trusts = user.trusts_as(Role.ADMINISTRATOR, Role.EXECUTIVE)
        return self.filter(Q(trust__in=trusts) | Q(department__trust__in=trusts))


@remembered()
class Membership(models.Model):
    """A role that somebody holds over one place, from a moment until another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    body = models.ForeignKey(
        CertificationBody, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=ONE_PLACE_THAT_FITS_THE_ROLE, name="a_role_is_held_over_one_place_that_fits_it"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="a_role_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "trust", "department", "body"],
                condition=Q(valid_until=None),
                nulls_distinct=False,
                name="a_role_is_held_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.place}"

    @property
    def place(self) -> Trust | Department | CertificationBody:
        place = self.department or self.trust or self.body
        if place is None:
            raise ValueError("A membership is over one place; the database forbids any other.")
        return place

    def scope(self) -> Scope:
        if self.department is not None:
            return self.department.scope()
        return Scope(trust_id=self.trust_id, body_id=self.body_id)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither taken up nor withdrawn nor too old."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=Now())

    def over_trust(self, trust: Trust) -> InvitationQuerySet:
        return self.filter(Q(trust=trust) | Q(department__trust=trust))

    def visible_to(self, user: User) -> InvitationQuerySet:
        trusts = user.trusts_as(Role.ADMINISTRATOR)
        return self.filter(Q(trust__in=trusts) | Q(department__trust__in=trusts))


@remembered(exclude=["token_sha256"])
class Invitation(models.Model):
    """An offer of a role, sent by e-mail. Only the hash of its secret is kept."""

    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=20, choices=Role)
    trust = models.ForeignKey(Trust, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    body = models.ForeignKey(
        CertificationBody, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=ONE_PLACE_THAT_FITS_THE_ROLE, name="an_invitation_is_to_one_place_that_fits_the_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    @property
    def place(self) -> Trust | Department | CertificationBody | None:
        return self.department or self.trust or self.body

    def scope(self) -> Scope:
        if self.department is not None:
            return self.department.scope()
        return Scope(trust_id=self.trust_id, body_id=self.body_id)
