"""Evidence: what a department can show, kept once and used for as many elements as it supports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.standard import Element
from assessments.workflow import Stage
from departments.models import Blob, Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """One's department's and trust's; otherwise only what a submitted assessment of one's own rests on."""
        open_to_reviewers = Assessment.objects.exclude(stage=Stage.PREPARING).filter(
            Q(body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(body_id__in=user.bodies_as(Role.ASSESSOR), assessor=user)
        )
        return self.select_related("department__trust", "blob", "added_by").filter(
            Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE))
            | Q(pk__in=EvidenceUse.objects.filter(assessment__in=open_to_reviewers).values("evidence"))
        )

    def holding(self, words: str) -> EvidenceQuerySet:
        """Evidence whose title, code, owner, notes or file name holds every word."""
        rows = self
        for word in words.upper().replace("ES ", "ES").split():
            number = word.removeprefix("ES")
            match = Q(title__icontains=word) | Q(owner__icontains=word)
            match |= Q(notes__icontains=word) | Q(filename__icontains=word)
            rows = rows.filter(match | Q(number=int(number)) if number.isdecimal() and len(number) < 9 else match)
        return rows


@remembered()
class Evidence(models.Model):
    """A file or a link that shows how a department meets an element ("show me")."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField(help_text="The n of its code ES n, within the department.")
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=200, help_text="Who keeps it: a name or a post.")
    dated = models.DateField("date of the evidence")
    notes = models.TextField(blank=True)
    link = models.URLField("web address", max_length=1000, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="In bytes.")
    version = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="a_department_gives_a_code_once"),
            models.CheckConstraint(
                condition=Q(blob=None, filename="", content_type="", size=None) & ~Q(link="")
                | Q(blob__isnull=False, size__isnull=False, link="") & ~Q(filename=""),
                name="evidence_is_a_file_or_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return f"ES {self.number}"

    def scope(self) -> Scope:
        return Scope(
            trust_id=self.department.trust_id,
            department_id=self.department_id,
            body_id=self.department.trust.body_id,
            assessor_ids=frozenset(
                Assessment.objects.filter(evidence_uses__evidence=self, assessor__isnull=False)
                .values_list("assessor_id", flat=True)
                .distinct()
            ),
        )


class EvidenceUseQuerySet(models.QuerySet["EvidenceUse"]):
    def visible_to(self, user: User) -> EvidenceUseQuerySet:
        """The uses in the assessments that somebody can see."""
        return self.select_related("evidence", "element", "assessment__department__trust").filter(
            assessment__in=Assessment.objects.visible_to(user)
        )


@remembered()
class EvidenceUse(models.Model):
    """One piece of evidence put to one element of one assessment."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence_uses")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    strongest = models.BooleanField("the strongest for this element", default=False)

    objects = EvidenceUseQuerySet.as_manager()

    class Meta:
        ordering = ["evidence__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "element", "evidence"], name="evidence_is_put_to_an_element_once"
            ),
            models.UniqueConstraint(
                fields=["assessment", "element"], condition=Q(strongest=True), name="an_element_has_one_strongest"
            ),
        ]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"{self.evidence} for {self.element}"

    def scope(self) -> Scope:
        return self.assessment.scope()
