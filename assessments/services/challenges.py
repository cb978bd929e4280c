"""The check of facts: a department challenges findings of the draft, and the assessor accepts or refuses each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.models import Assessment, Challenge, ChallengeAttachment, ChallengeState, Evidence, Finding
from assessments.models.challenge import as_it_reads
from assessments.services.bringing import bring
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.workflow import CHALLENGES_ARE_ANSWERED, Stage
from departments.access import Action, who_may
from departments.models import User
from departments.rules import NoticeKind
from departments.services.history import remembered_as_theirs
from departments.services.notices import notify


@remembered_as_theirs
@transaction.atomic
def challenge(
    *,
    finding: Finding,
    seen: int,
    text: str,
    by: User,
    evidence: Iterable[Evidence] = (),
    new: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Challenge:
    """Say what is wrong in a finding of the draft. `seen` is how many challenges of it the page showed.

    The same words sent twice by the same person are one challenge; SavedByAColleague when a colleague's came meanwhile.
    """
    assessment = _locked(finding.assessment_id)
    now = at or timezone.now()
    earlier = Challenge.objects.filter(finding=finding).order_by("pk")
    last = earlier.last()
    if last is not None and earlier.count() == seen + 1 and (last.made_by_id, last.text) == (by.pk, text):
        return last
    refuse_unless_checking(assessment, now)
    if earlier.count() != seen:
        raise SavedByAColleague
    row = Finding.objects.select_related("element").get(pk=finding.pk)
    made = Challenge.objects.create(
        assessment=assessment, finding=row, text=text, made_by=by, made_at=now, before=as_it_reads(row)
    )
    versions = bring(assessment=assessment, element=row.element, evidence=evidence, new=new, by=by)
    ChallengeAttachment.objects.bulk_create([ChallengeAttachment(challenge=made, version=one) for one in versions])
    tell(made, who=Action.WRITE_FINDING, matter="a challenge", words=f"{by.name} challenges the finding on")
    return made


@remembered_as_theirs
@transaction.atomic
def answer_challenge(
    *, challenge: Challenge, accept: bool, answer: str, by: User, at: datetime | None = None
) -> Challenge:
    """Accept a challenge, which opens its finding to be put right, or refuse it; both with the reason.

    The same answer twice is one; another answer meanwhile raises SavedByAColleague.
    """
    assessment = _locked(challenge.assessment_id)
    row = Challenge.objects.select_related("finding__element").get(pk=challenge.pk)
    row.assessment = assessment
    state = ChallengeState.ACCEPTED if accept else ChallengeState.REFUSED
    if not row.is_open:
        if (row.state, row.answer, row.answered_by_id) == (state, answer, by.pk):
            return row
        raise SavedByAColleague
    if assessment.stage not in CHALLENGES_ARE_ANSWERED:
        raise Refused(
            f"This assessment is at the stage “{assessment.get_stage_display()}”, where challenges are no longer "
            "answered. Open the assessment again to see how it stands."
        )
    row.state, row.answer, row.answered_by, row.answered_at = state, answer, by, at or timezone.now()
    row.save()
    done = "accepts" if accept else "does not accept"
    tell(row, who=Action.READ_DRAFT, matter="an answer", words=f"{by.name} {done} the challenge to the finding on")
    return row


def why_not_challenged(assessment: Assessment, now: datetime) -> str:
    """Why no finding can be challenged at a moment, and what to do instead; nothing while it can."""
    ask = "If a fact in it is wrong, tell the certification body at once: the draft can be taken back and put right."
    if assessment.stage != Stage.FACTUAL_CHECK:
        return (
            "The draft report is not with you to be checked now, so findings cannot be challenged. Open the assessment "
            "to see how it stands."
        )
    if assessment.facts_checked_at is not None:
        day = date_format(timezone.localtime(assessment.facts_checked_at))
        return f"Your department said on {day} that it has checked the facts and has nothing more to challenge. {ask}"
    if assessment.facts_due_on and timezone.localdate(now) > assessment.facts_due_on:
        return f"Findings could be challenged until {date_format(assessment.facts_due_on)}. {ask}"
    return ""


def refuse_unless_checking(assessment: Assessment, now: datetime) -> None:
    if reason := why_not_challenged(assessment, now):
        raise Refused(reason)


def tell(row: Challenge, *, who: Action, matter: str, words: str) -> None:
    """Whoever has to do with the other side of a challenge hears of it."""
    assessment, element = row.assessment, row.finding.element
    notify(
        to=who_may(who, assessment),
        kind=NoticeKind.CHALLENGE,
        subject=f"{assessment.department.name}: {matter} on {element.number}",
        words=f"{words} {element.number} {element.title}.",
        path=reverse("assessments:challenge", args=[row.pk]),
        key=f"challenge-{row.pk}-{row.state}",
    )


def _locked(pk: int) -> Assessment:
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("department__trust", "standard")
    return rows.get(pk=pk)
