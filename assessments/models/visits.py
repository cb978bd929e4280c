"""The visit of an assessment: its plan, whom the assessor meets, and the notes made on the day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.standard import Element
from assessments.visiting import Level, Seen
from assessments.workflow import Stage
from departments.models import Scope, Service, Site, User
from departments.models.history import remembered
from departments.rules import Role


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> VisitQuerySet:
        """Reviewers see the visits of their assessments; the department and its trust once they have been told."""
        reviewers = Q(assessment__body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(
            assessment__body_id__in=user.bodies_as(Role.ASSESSOR), assessment__assessor=user
        )
        return self.select_related(
            "assessment__department__trust", "assessment__standard", "assessment__body", "assessment__assessor"
        ).filter(
            Q(announced_at__isnull=False) | reviewers,
            assessment__in=Assessment.objects.visible_to(user).order_by().values("pk"),
        )


@remembered()
class Visit(models.Model):
    """The site visit of one assessment, known by its assessment’s id. Its days are those of its stops; when it was
    closed, by whom and why with gaps, the assessment’s moves say."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, primary_key=True, related_name="visit")
    took_place = models.BooleanField("it has taken place already", default=False)
    arrangements = models.TextField(blank=True, help_text="Where to come, whom to ask for. The department reads it.")
    announced_at = models.DateTimeField(null=True, blank=True, help_text="Since when the department sees the plan.")
    commitment = models.JSONField(default=dict, blank=True, help_text="What was seen of it, by level.")
    version = models.PositiveIntegerField(default=0)

    objects = VisitQuerySet.as_manager()

    class Meta:
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"Visit of {self.assessment}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    @property
    def takes_plans(self) -> bool:
        return self.assessment.stage in (Stage.DESK_REVIEW, Stage.VISIT_PLANNED)

    @property
    def takes_notes(self) -> bool:
        """Also after it is closed: a note may have waited for a signal until then."""
        return self.assessment.stage in (Stage.VISIT_PLANNED, Stage.VISITED, Stage.DRAFT_REPORT)


class VisitStopQuerySet(models.QuerySet["VisitStop"]):
    def visible_to(self, user: User) -> VisitStopQuerySet:
        """Those of the visits that somebody can see."""
        return self.select_related("visit__assessment__department__trust").filter(
            visit__in=Visit.objects.visible_to(user).values("pk")
        )


@remembered()
class VisitStop(models.Model):
    """Where the assessor goes, when, and what for. `place` keeps its name, whatever becomes of the service and site."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="stops")
    day = models.DateField()
    time = models.TimeField()
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=500)
    purpose = models.TextField("what to see", blank=True)
    seen = models.CharField(max_length=3, choices=Seen, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = VisitStopQuerySet.as_manager()

    class Meta:
        ordering = ["day", "time", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(place=""), name="a_stop_is_somewhere")]

    def __str__(self) -> str:
        return f"{self.time:%H:%M} {self.place}"

    def scope(self) -> Scope:
        return self.visit.scope()

    @property
    def begins(self) -> datetime:
        """Its day and time in London."""
        return timezone.make_aware(datetime.combine(self.day, self.time))


class VisitPersonQuerySet(models.QuerySet["VisitPerson"]):
    def visible_to(self, user: User) -> VisitPersonQuerySet:
        """Those of the visits that somebody can see."""
        return self.select_related("visit__assessment__department__trust").filter(
            visit__in=Visit.objects.visible_to(user).values("pk")
        )


@remembered()
class VisitPerson(models.Model):
    """Somebody to meet, or a group. Patients and carers have no name here: the database refuses one."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="people")
    stop = models.ForeignKey(VisitStop, on_delete=models.SET_NULL, null=True, blank=True, related_name="people")
    level = models.CharField(max_length=20, choices=Level)
    post = models.CharField("post or description", max_length=200)
    name = models.CharField(max_length=200, blank=True)
    count = models.PositiveSmallIntegerField("how many", default=1)
    met = models.CharField(max_length=3, choices=Seen, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = VisitPersonQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(level=Level.PATIENTS) | Q(name=""), name="no_patient_has_a_name"),
            models.CheckConstraint(condition=~Q(post=""), name="who_is_met_has_a_post"),
            models.CheckConstraint(condition=Q(count__gte=1), name="somebody_is_met"),
        ]

    def __str__(self) -> str:
        many = f" ({self.count})" if self.count > 1 else ""
        return f"{self.name}, {self.post}" if self.name else f"{self.post}{many}"

    def scope(self) -> Scope:
        return self.visit.scope()


@remembered()
class VisitElement(models.Model):
    """At which stop the assessor looks at an element."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="elements")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    stop = models.ForeignKey(VisitStop, on_delete=models.CASCADE, related_name="elements")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "element"], name="an_element_is_seen_at_one_stop"),
        ]

    def __str__(self) -> str:
        return f"{self.element} at {self.stop}"


@remembered()
class VisitNote(models.Model):
    """What the assessor noted of an element, where and of whom. Its token was made where it was written: sent twice, it
    is one note."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="notes")
    token = models.UUIDField(unique=True)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    stop = models.ForeignKey(VisitStop, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(VisitPerson, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was written, which may be before it arrived.")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something")]

    def __str__(self) -> str:
        return f"Note of {self.at:%Y-%m-%d %H:%M} on {self.element}"
