"""What an organisation is: certification bodies, trusts, departments, what they run and where."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from departments.models.history import remembered
from departments.models.scope import HoldsRoles, Scope
from departments.rules import PartnerKind, Role, ServiceKind, SiteKind


@remembered()
class CertificationBody(models.Model):
    """An independent organisation that assesses departments and certifies them."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        verbose_name_plural = "certification bodies"

    def __str__(self) -> str:
        return self.name


class TreatmentFunction(models.Model):
    """A national treatment function, such as 320 Cardiology (NHS Data Dictionary)."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["short_name", "code"]

    def __str__(self) -> str:
        return f"{self.short_name} ({self.code})"


class TrustQuerySet(models.QuerySet["Trust"]):
    def visible_to(self, user: HoldsRoles) -> TrustQuerySet:
        """Trusts in which somebody holds a role, and those that their certification body serves."""
        return self.filter(
            Q(pk__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
            | Q(pk__in=user.trusts_of_departments())
            | Q(body_id__in=user.bodies_as(Role.CERTIFIER))
        )


@remembered()
class Trust(models.Model):
    """An NHS trust, known by its code at the Organisation Data Service."""

    ods_code = models.CharField("ODS code", max_length=6, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40)
    region = models.CharField(max_length=100)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    icb_code = models.CharField("integrated care board code", max_length=10)
    icb_name = models.CharField("integrated care board", max_length=200)
    body = models.ForeignKey(CertificationBody, on_delete=models.PROTECT, null=True, blank=True, related_name="trusts")
    quota_bytes = models.PositiveBigIntegerField(
        "space for evidence", null=True, blank=True, help_text="In bytes; empty: EVIDENCE_QUOTA_BYTES."
    )

    objects = TrustQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return Scope(trust_id=self.pk, body_id=self.body_id)

    @property
    def type_in_words(self) -> str:
        return self.type.replace("_", " ").capitalize()


class TrustsOwnQuerySet(models.QuerySet[models.Model]):
    """Rows that belong to a trust and that only its own people see."""

    def visible_to(self, user: HoldsRoles) -> TrustsOwnQuerySet:
        return self.filter(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))


@remembered()
class Partner(models.Model):
    """Another organisation that hosts a department's services."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=PartnerKind)

    objects = TrustsOwnQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "trust",
                Lower("name"),
                name="a_trust_lists_a_partner_once",
                violation_error_message="This trust already lists a partner of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)


@remembered()
class Site(models.Model):
    """A place where services are run, the trust's own or a partner's."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="sites")
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        help_text="The organisation that hosts you there. Leave empty for the trust’s own site.",
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=SiteKind)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)

    objects = TrustsOwnQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "trust",
                Lower("name"),
                name="a_trust_lists_a_site_once",
                violation_error_message="This trust already lists a site of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id)


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, user: HoldsRoles) -> DepartmentQuerySet:
        """One's own department, every one of one's trust, every one of the trusts that one's body serves."""
        return self.select_related("trust").filter(
            Q(pk__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
            | Q(trust__body_id__in=user.bodies_as(Role.CERTIFIER))
        )


@remembered()
class Department(models.Model):
    """Part of a trust that is assessed: a cardiology department, a pharmacy service."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="departments")
    name = models.CharField(max_length=200)
    treatment_function = models.ForeignKey(TreatmentFunction, on_delete=models.PROTECT, null=True, blank=True)
    is_corporate = models.BooleanField(
        "the trust’s corporate services",
        default=False,
        help_text="Its assessment speaks for the whole trust, and the other departments may rest on it.",
    )
    about = models.TextField(
        "about the department",
        blank=True,
        help_text="Who it serves, what it runs and how it came here. The award report opens with this.",
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "trust",
                Lower("name"),
                name="a_trust_names_a_department_once",
                violation_error_message="This trust already has a department of that name.",
            ),
            models.UniqueConstraint(
                fields=["trust"],
                condition=Q(is_corporate=True),
                name="a_trust_has_one_corporate_department",
                violation_error_message="Your trust has its corporate services here already. Go on with those.",
            ),
            models.CheckConstraint(
                condition=Q(is_corporate=True, treatment_function=None)
                | Q(is_corporate=False, treatment_function__isnull=False),
                name="a_clinical_department_has_a_treatment_function",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def specialty(self) -> str:
        """What sort of department it is, in words."""
        return "Corporate: speaks for the whole trust" if self.is_corporate else str(self.treatment_function)

    def scope(self) -> Scope:
        return Scope(trust_id=self.trust_id, department_id=self.pk, body_id=self.trust.body_id)


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: HoldsRoles) -> ServiceQuerySet:
        return self.filter(department__in=Department.objects.visible_to(user))


@remembered()
class Service(models.Model):
    """What a department runs for patients, at one site or many."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="services")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=ServiceKind)
    sites = models.ManyToManyField(Site, related_name="services", blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                "department",
                Lower("name"),
                name="a_department_names_a_service_once",
                violation_error_message="This department already runs a service of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return self.department.scope()
