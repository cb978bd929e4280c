"""What a department says against a finding of the draft report, and what the assessor makes of it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.models.assessment import Assessment, fixed_once_decided
from assessments.models.evidence import EvidenceVersion
from assessments.models.words import Finding
from assessments.workflow import DECISION_STANDS, DRAFT_IS_OUT
from departments.models import Scope, User
from departments.models.history import remembered
from departments.rules import Role


class ChallengeState(models.TextChoices):
    """Whether the assessor has answered, and how."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def visible_to(self, user: User) -> ChallengeQuerySet:
        """The reviewers'; and a lead's of the department, whenever a lead may read the findings challenged."""
        reviewers = Q(assessment__body_id__in=user.bodies_as(Role.CERTIFIER)) | Q(
            assessment__body_id__in=user.bodies_as(Role.ASSESSOR), assessment__assessor=user
        )
        lead = Q(
            assessment__department_id__in=user.departments_as(Role.LEAD),
            assessment__stage__in=DRAFT_IS_OUT | DECISION_STANDS,
        )
        return self.with_names().filter(reviewers | lead, assessment__in=Assessment.objects.visible_to(user))

    def with_names(self) -> ChallengeQuerySet:
        return self.select_related(
            "finding__element", "assessment__department__trust", "assessment__assessor", "made_by", "answered_by"
        )

    def open_findings(self, assessment: Assessment) -> ChallengeQuerySet:
        """Those that were accepted since the draft was sent: each opens its finding to be put right."""
        return self.filter(
            assessment=assessment, state=ChallengeState.ACCEPTED, answered_at__gte=F("assessment__draft_sent_at")
        )


@remembered()
class Challenge(models.Model):
    """A fact of one finding that the department says is wrong, with the finding as it was then and as it became."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="challenges")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="challenges")
    state = models.CharField(max_length=20, choices=ChallengeState, default=ChallengeState.OPEN)
    text = models.TextField("what is wrong")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(help_text="The finding when it was challenged: band, narrative, strengths, improvement.")
    after = models.JSONField(null=True, blank=True, help_text="The same as it was put right; nothing until then.")
    attached = models.ManyToManyField(EvidenceVersion, through="ChallengeAttachment", related_name="+")

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["finding__element__position", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_challenge_says_something"),
            models.CheckConstraint(
                condition=Q(state=ChallengeState.OPEN, answer="", answered_by=None, answered_at=None)
                | Q(
                    state__in=[ChallengeState.ACCEPTED, ChallengeState.REFUSED],
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                & ~Q(answer=""),
                name="a_challenge_is_answered_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(after=None) | Q(state=ChallengeState.ACCEPTED), name="only_an_accepted_challenge_changes"
            ),
        ]
        triggers = [
            fixed_once_decided(),
            pgtrigger.Protect(name="a_challenge_is_never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Challenge to {self.finding_id}"

    def scope(self) -> Scope:
        return self.assessment.scope()

    @property
    def is_open(self) -> bool:
        return self.state == ChallengeState.OPEN


def as_it_reads(finding: Finding) -> dict[str, Any]:
    """What a finding says, to be kept as it is now."""
    return {name: getattr(finding, name) for name in ("band", "narrative", "strengths", "improvement", "good_practice")}


@remembered()
class ChallengeAttachment(models.Model):
    """Evidence that a challenge brings, in the version that the assessment rests on from then on."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="attachments")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version__evidence__number"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "version"], name="a_challenge_brings_evidence_once")
        ]
        triggers = [pgtrigger.Protect(name="an_attachment_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.version_id} with {self.challenge_id}"
