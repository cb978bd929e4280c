"""Evidence: what a department can show, kept once and used for as many elements as it supports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import or_

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.improving import GIVEN_TO_CHECK
from assessments.models.assessment import Assessment, assessors_of, fixed_once_decided, open_to_reviewers
from assessments.models.standard import Element
from assessments.pieces import SOON, Series, Standing, how_it_stands, page_named, standing_in_words
from assessments.workflow import Stage
from departments.models import Department, Scope, Service, User
from departments.models.history import remembered
from departments.rules import Role
from files.models import File
from files.models.words import WithoutWords, words_of
from files.rules import PatientData

MOST_WORDS = 20  # each costs the database its time, and an address has room for a thousand


def assessors_shown(versions: models.QuerySet[EvidenceVersion]) -> models.QuerySet[Assessment]:
    """The assessments whose assessors are to check with one of these versions that an action is done."""
    given = versions.filter(actions__state__in=sorted(GIVEN_TO_CHECK))
    return Assessment.objects.filter(
        Q(pk__in=given.values("actions__assessment"))
        | Q(pk__in=Assessment.objects.reviewed_now().filter(department__in=given.values("actions__department")))
    )


def shows_what_is_done(user: User) -> models.QuerySet[EvidenceVersion]:
    """What a department has given to show that an action is done, to whoever is to check it or has."""
    theirs = open_to_reviewers(user)
    return EvidenceVersion.objects.filter(
        Q(actions__assessment__in=theirs) | Q(actions__department__in=theirs.reviewed_now().values("department")),
        actions__state__in=sorted(GIVEN_TO_CHECK),
    )


def lent_to(user: User, way: str, **of_a_use: OuterRef) -> Q:
    """Corporate evidence of which a department's people know: what their trust's corporate assessment rests on, and
    what their department has taken over from it. Where a trust has no corporate services, nothing is asked.

    `way` leads to the evidence from the rows that are filtered, `of_a_use` says how a use of them is found.
    """
    corporate = user.corporate_departments()
    uses = EvidenceUse.objects.filter(
        Q(assessment__department_id__in=corporate) & ~Q(assessment__stage=Stage.WITHDRAWN)
        | Q(assessment__department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR)),
        **of_a_use,
    )
    return Q(Exists(uses), **{f"{way}department_id__in": corporate})


def known_to(user: User, way: str, **of_a_use: OuterRef) -> Q:
    """Evidence of one's department and trust, what is lent to it, and what an assessment that one reviews rests on."""
    reviewed = EvidenceUse.objects.filter(assessment__in=open_to_reviewers(user))
    return (
        Q(**{f"{way}department_id__in": user.departments_as(Role.LEAD, Role.CONTRIBUTOR)})
        | Q(**{f"{way}department__trust_id__in": user.trusts_as(Role.EXECUTIVE)})
        | Q(pk__in=reviewed.values(*of_a_use))
        | lent_to(user, way, **of_a_use)
    )


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """What is known to them, and what shows them that an action is done."""
        shown = Q(pk__in=shows_what_is_done(user).values("evidence"))
        return self.with_names().filter(known_to(user, "", evidence=OuterRef("pk")) | shown)

    def to_search(self, user: User) -> EvidenceQuerySet:
        """Those of `visible_to` in which they search: what only shows that an action is done stands with the action."""
        return self.with_names().filter(known_to(user, "", evidence=OuterRef("pk")))

    def with_names(self) -> EvidenceQuerySet:
        return self.select_related("department__trust", "current__file__blob", "current__added_by")

    def holding(self, words: str, *, among: EvidenceVersionQuerySet | None = None) -> EvidenceQuerySet:
        """Evidence whose title, code, owner, notes or file name holds every word, of the first twenty. The file is the
        current one, or one of the versions `among` which to look: reviewers know of no other."""
        rows = self
        for word in words.upper().replace("ES ", "ES").split()[:MOST_WORDS]:
            number = word.removeprefix("ES")
            match = Q(title__icontains=word) | Q(owner__icontains=word) | Q(notes__icontains=word)
            if among is None:
                match |= Q(current__file__name__icontains=word)
            else:
                match |= Q(pk__in=among.filter(file__name__icontains=word).values("evidence"))
            rows = rows.filter(match | Q(number=int(number)) if number.isdecimal() and len(number) < 9 else match)
        return rows

    def of_standing(self, *standings: str, today: date) -> EvidenceQuerySet:
        """Evidence whose current version stands like this on a day, as `how_it_stands` says it."""
        expired = Q(current__valid_until__lt=today)
        expires = Q(current__valid_until__gte=today, current__valid_until__lte=today + SOON)
        to_review = Q(current__review_on__lte=today) & (
            Q(current__valid_until=None) | Q(current__valid_until__gt=today + SOON)
        )
        tests = {Standing.EXPIRED: expired, Standing.EXPIRES: expires, Standing.TO_REVIEW: to_review}
        return self.filter(reduce(or_, (tests[Standing(one)] for one in standings), Q(pk__in=[])))

    def in_the_newest_assessment(self) -> EvidenceQuerySet:
        """What a department's newest assessment rests on: the evidence that it has to keep in date."""
        later = Assessment.objects.filter(
            department=OuterRef("assessment__department"), opened_at__gt=OuterRef("assessment__opened_at")
        )
        return self.filter(pk__in=EvidenceUse.objects.filter(~Exists(later)).values("evidence"))


@remembered(exclude=["words"])
class Evidence(models.Model):
    """What shows how a department meets an element ("show me"), with a code, through all its versions."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="evidence")
    series = models.CharField(max_length=3, choices=Series, default=Series.DEPARTMENTS)
    number = models.PositiveIntegerField(help_text="The n of its code ES n, within the department.")
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=200, help_text="Who keeps it: a name or a post.")
    notes = models.TextField(blank=True)
    services = models.ManyToManyField(
        Service, through="EvidenceService", related_name="evidence", help_text="None: the department as a whole."
    )
    current = models.OneToOneField("EvidenceVersion", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Counts saves, so that no stale page overwrites one.")
    words = words_of(title="A", owner="B", notes="C")

    objects = WithoutWords.from_queryset(EvidenceQuerySet)()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="a_department_gives_a_code_once"),
        ]
        indexes = [
            GinIndex(fields=["words"], name="evidence_by_its_words"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="evidence_by_like_titles"),
            GinIndex(fields=["owner"], opclasses=["gin_trgm_ops"], name="evidence_by_like_owners"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return f"{self.series} {self.number}"

    @property
    def lent_in_trust_id(self) -> int | None:
        """The trust whose departments may rest on it."""
        return self.department.trust_id if self.series == Series.CORPORATE else None

    def scope(self) -> Scope:
        """For those who assess with any version of it."""
        rests = Assessment.objects.filter(evidence_uses__evidence=self)
        return self.scope_with(assessors_of(rests, assessors_shown(self.versions.all())))

    def scope_with(self, assessor_ids: frozenset[int]) -> Scope:
        whose = self.department.scope()
        return replace(whose, assessor_ids=assessor_ids, lent_in_trust_id=self.lent_in_trust_id)


class EvidenceVersionQuerySet(models.QuerySet["EvidenceVersion"]):
    def visible_to(self, user: User) -> EvidenceVersionQuerySet:
        """What is known to them, of lent and reviewed evidence the versions that are rested on; and what shows them
        that an action is done."""
        shown = Q(pk__in=shows_what_is_done(user).values("pk"))
        return self.with_names().filter(known_to(user, "evidence__", version=OuterRef("pk")) | shown)

    def to_search(self, user: User) -> EvidenceVersionQuerySet:
        """As of evidence."""
        return self.with_names().filter(known_to(user, "evidence__", version=OuterRef("pk")))

    def with_names(self) -> EvidenceVersionQuerySet:
        return self.select_related("evidence__department__trust", "file__blob", "added_by")

    def open_to(self, user: User) -> EvidenceVersionQuerySet:
        """Those of `visible_to` whose content may be shown too: reviewers get none that may name a patient before its
        department has decided. Whether a file is checked is for `File.is_servable` to say."""
        return self.visible_to(user).with_open_content(user)

    def with_open_content(self, user: User) -> EvidenceVersionQuerySet:
        """Without what may name a patient before its department has decided, unless it is one's own."""
        return self.filter(
            Q(evidence__department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
            | Q(evidence__department__trust_id__in=user.trusts_as(Role.EXECUTIVE))
            | Q(file=None)
            | Q(file__read_at__isnull=False) & ~Q(file__patient_data=PatientData.FOUND)
        )


@remembered()
class EvidenceVersion(models.Model):
    """A file or a link as a piece of evidence was from one day on. What a finding was based on stays what it was."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="Within the evidence, from 1.")
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="versions")
    link = models.URLField("web address", max_length=1000, blank=True)
    dated = models.DateField("date of the document", help_text="When it was made or published.")
    valid_until = models.DateField(null=True, blank=True, help_text="The last day on which it still holds.")
    review_on = models.DateField(null=True, blank=True, help_text="When its owner means to look at it again.")
    change = models.TextField("what is new in it", blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = EvidenceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_has_each_version_once"),
            models.CheckConstraint(
                condition=Q(file=None) & ~Q(link="") | Q(file__isnull=False, link=""),
                name="a_version_is_a_file_or_a_link",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("dated")),
                name="evidence_holds_from_its_date_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}, version {self.number}"

    def scope(self) -> Scope:
        """As its evidence's, for those who assess with this version."""
        rests, this = Assessment.objects.filter(evidence_uses__version=self), EvidenceVersion.objects.filter(pk=self.pk)
        return self.evidence.scope_with(assessors_of(rests, assessors_shown(this)))

    def standing(self, today: date) -> Standing:
        """Whether it still holds on a day."""
        return how_it_stands(valid_until=self.valid_until, review_on=self.review_on, today=today)

    def standing_words(self, today: date) -> str:
        return standing_in_words(valid_until=self.valid_until, review_on=self.review_on, today=today)


class EvidenceUseQuerySet(models.QuerySet["EvidenceUse"]):
    def visible_to(self, user: User) -> EvidenceUseQuerySet:
        """The uses in the assessments that somebody can see."""
        return self.select_related("evidence", "version__file", "element", "assessment__department__trust").filter(
            assessment__in=Assessment.objects.visible_to(user)
        )


@remembered(exclude=["words"])
class EvidenceUse(models.Model):
    """One version of a piece of evidence put to one element of one assessment."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence_uses")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="uses")
    shows = models.TextField("what it shows here", blank=True)
    place = models.CharField("where in it", max_length=100, blank=True, help_text="Such as “page 4”.")
    strongest = models.BooleanField("the strongest for this element", default=False)
    words = words_of(shows="B")

    objects = WithoutWords.from_queryset(EvidenceUseQuerySet)()

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
        indexes = [GinIndex(fields=["words"], name="uses_by_what_they_show")]
        triggers = [fixed_once_decided()]

    def __str__(self) -> str:
        return f"{self.evidence} for {self.element}"

    @property
    def opens_at(self) -> int:
        """The page that “where in it” names, if the file has it; else the first."""
        number = page_named(self.place)
        return number if number and self.version.file and number <= self.version.file.pages else 1

    @property
    def seen(self) -> str:
        """What a page shows of its note, as a mark by which a later save knows whether somebody else changed it."""
        return sha256(f"{self.place}\0{self.shows}".encode()).hexdigest()[:16]

    def scope(self) -> Scope:
        return self.assessment.scope()
