"""Good practice: cases from findings and from outside the NHS, and their nominations for national recognition."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from assessments.models.standard import Element
from assessments.models.words import Finding
from assessments.practising import AGREED, SETTLED, WRITABLE, CaseState, NominationState, Source
from departments.models import CertificationBody, Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role
from files.models.words import WithoutWords, words_of

OF_A_DEPARTMENT = Q(source=Source.NHS, department__isnull=False, finding__isnull=False, organisation="", link="")
FROM_OUTSIDE = ~Q(source=Source.NHS) & Q(department=None, finding=None) & ~Q(organisation="") & ~Q(link="")


class PracticeCaseQuerySet(models.QuerySet["PracticeCase"]):
    def visible_to(self, user: User) -> PracticeCaseQuerySet:
        """Published ones are everybody's who holds a role. Before, and after consent is withdrawn, a department's are
        its own and its trust's; its certification body sees them while it consents, and keeps those from outside."""
        if not user.held:
            return self.none()
        bodies = user.bodies_as(Role.CERTIFIER)
        return self.with_names().filter(
            Q(state=CaseState.PUBLISHED)
            | Q(department__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(department__trust__in=user.trusts_as(Role.EXECUTIVE))
            | Q(body__in=bodies, state__in=[*sorted(AGREED), CaseState.RETURNED])
            | Q(body__in=bodies, department=None)
        )

    def with_names(self) -> PracticeCaseQuerySet:
        return self.select_related("department__trust", "element__subcriterion__criterion", "finding", "nomination")

    def published(self) -> PracticeCaseQuerySet:
        return self.filter(state=CaseState.PUBLISHED)

    def under(self, number: str) -> PracticeCaseQuerySet:
        """Of a criterion, sub-criterion or element by its number, and of what that was in earlier versions."""
        found: set[int] = set()
        named = Q(number=number) | Q(number__startswith=f"{number}.")
        at = set(Element.objects.filter(named).values_list("pk", flat=True))
        while at - found:
            found |= at
            at = set(Element.objects.filter(successors__in=at).values_list("pk", flat=True))
        return self.filter(element__in=found)


@remembered(exclude=["words"])
class PracticeCase(models.Model):
    """What somebody does so well that others can learn from it."""

    source = models.CharField(max_length=20, choices=Source)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="practice_cases"
    )
    finding = models.OneToOneField(
        Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="practice_case"
    )
    organisation = models.CharField(max_length=200, blank=True, help_text="Of a case from outside the NHS.")
    link = models.URLField("web address", max_length=1000, blank=True)
    body = models.ForeignKey(CertificationBody, on_delete=models.PROTECT, related_name="practice_cases")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="practice_cases")
    title = models.CharField(max_length=200, blank=True)
    what = models.TextField("what is done", blank=True)
    why = models.TextField("why it works", blank=True)
    results = models.TextField("what came of it", blank=True)
    contact = models.CharField("a post to ask", max_length=200, blank=True, help_text="Never a private person.")
    state = models.CharField(max_length=20, choices=CaseState, default=CaseState.DRAFT)
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    words = words_of(title="A", what="B", why="C", results="C", organisation="B")

    objects = WithoutWords.from_queryset(PracticeCaseQuerySet)()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=OF_A_DEPARTMENT | FROM_OUTSIDE, name="a_case_has_one_source"),
            models.CheckConstraint(
                condition=Q(department=None)
                | Q(state__in=sorted(AGREED), consented_by__isnull=False, consented_at__isnull=False)
                | Q(state__in=sorted(WRITABLE), consented_by=None, consented_at=None),
                name="a_department_consents_before_its_case_is_shown",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.PUBLISHED, published_by__isnull=False, published_at__isnull=False)
                | ~Q(state=CaseState.PUBLISHED) & Q(published_by=None, published_at=None),
                name="a_case_is_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(AGREED))
                | ~Q(title="") & ~Q(what="") & ~Q(why="") & ~Q(results="") & (Q(department=None) | ~Q(contact="")),
                name="a_case_is_whole_before_it_is_shown",
            ),
        ]
        indexes = [GinIndex(fields=["words"], name="cases_by_their_words")]

    def __str__(self) -> str:
        return self.title or f"Good practice on {self.element}"

    def scope(self) -> Scope:
        if self.department is None:
            return Scope(body_id=self.body_id)
        return Scope(trust_id=self.department.trust_id, department_id=self.department_id, body_id=self.body_id)

    @property
    def is_nhs(self) -> bool:
        return self.source == Source.NHS

    @property
    def is_published(self) -> bool:
        return self.state == CaseState.PUBLISHED

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def whose(self) -> str:
        """The department with its trust, or the organisation."""
        return f"{self.department.name}, {self.department.trust.name}" if self.department else self.organisation


@remembered()
class Nomination(models.Model):
    """A case put forward for national recognition, and what came of it."""

    case = models.OneToOneField(PracticeCase, on_delete=models.PROTECT, related_name="nomination")
    state = models.CharField(max_length=20, choices=NominationState)
    on = models.DateField("date", help_text="When it came to this.")
    outcome = models.TextField("outcome in words", blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(SETTLED)) | ~Q(outcome=""), name="a_nominations_end_is_told_in_words"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.case}"
