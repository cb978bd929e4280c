"""The review: who assesses, what is written of the whole, the draft that is checked for facts, and the proposal."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Finding
from assessments.rules import working_days_after
from assessments.services.cycle.independence import ask_to_declare
from assessments.services.cycle.moving import arrive, locked, take
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.renewal import first_findings
from assessments.services.tallies import recount
from assessments.workflow import Move, Stage
from departments.models import Membership, User
from departments.rules import Role

DAYS_TO_CHECK = 10  # working days that a department has to check a draft


def possible_assessors(assessment: Assessment) -> list[User]:
    """Assessors of the certification body today."""
    held = Membership.objects.current().filter(role=Role.ASSESSOR, body_id=assessment.body_id)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk"))


@transaction.atomic
def assign(
    *, assessment: Assessment, assessor: User, by: User, reason: str = "", at: datetime | None = None
) -> Assessment:
    """Give the assessment to an assessor, or to another one during the review; findings stay, and wait.

    Raises Refused with whatever stands against their independence, unless the certifier gives a `reason` to have them
    all the same. They are asked to declare their interests, each time anew. What this review leaves out
    begins with the finding of the last time.
    """
    assessment = locked(assessment)
    if assessor not in possible_assessors(assessment):
        raise Refused(f"{assessor.name} is not an assessor of {assessment.body}.")
    if assessor == by:
        raise Refused("Whoever assigns decides later, so choose somebody else to assess.")
    assessment.assigned_at = take(assessment, Move.ASSIGN, by=by, reason=f"To {assessor.name}", at=at)
    assessment.assessor, assessment.declared_at = assessor, None
    arrive(assessment, Move.ASSIGN, by=by, at=at)
    ask_to_declare(assessment=assessment, by=by, reason=reason, at=assessment.assigned_at)
    Finding.objects.bulk_create(first_findings(assessment), ignore_conflicts=True)
    recount(assessment)
    return assessment


@transaction.atomic
def save_summary(*, assessment: Assessment, version: int, by: User, **words: str) -> Assessment:
    """Store what the assessor writes of the whole: `method`, `strengths`, `recommendation`.

    Raises Refused outside the review, SavedByAColleague when the page was stale.
    """
    assessment = locked(assessment)
    if not assessment.takes_findings:
        raise Refused("The summary can be changed during the review only.")
    if all(getattr(assessment, name) == text for name, text in words.items()):
        return assessment
    if assessment.proposal_version != version:
        raise SavedByAColleague(assessment)
    for name, text in words.items():
        setattr(assessment, name, text)
    assessment.proposal_version += 1
    assessment.save()
    return assessment


@transaction.atomic
def send_draft(
    *, assessment: Assessment, outcome: str, by: User, facts_due_on: date | None = None, at: datetime | None = None
) -> Assessment:
    """Give the draft report, with the outcome that it proposes, to the department, which checks its facts.

    It has until `facts_due_on`, ten working days unless another day to come is named.
    """
    assessment = locked(assessment)
    today = timezone.localdate(at) if at else timezone.localdate()
    if facts_due_on is not None and facts_due_on <= today:
        raise Refused("Choose a day to come by which the department checks the facts.")
    assessment.proposed_outcome = outcome
    assessment.draft_sent_at = take(assessment, Move.SEND_DRAFT, by=by, at=at)
    assessment.facts_due_on = facts_due_on or working_days_after(today, DAYS_TO_CHECK)
    assessment.facts_checked_at = None
    arrive(assessment, Move.SEND_DRAFT, by=by, at=at)
    return assessment


@transaction.atomic
def finish_fact_check(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """The department has checked the facts, and has nothing more to say against them. Twice is once."""
    assessment = locked(assessment)
    if assessment.stage != Stage.FACTUAL_CHECK:
        raise Refused("There is no draft report to check now. Open the assessment again to see how it stands.")
    assessment.facts_checked_at = assessment.facts_checked_at or at or timezone.now()
    assessment.save()
    return assessment


@transaction.atomic
def propose(*, assessment: Assessment, outcome: str, by: User, at: datetime | None = None) -> Assessment:
    """Put an outcome to the certifier, once the facts are checked. It must be the one that the rule gives."""
    assessment = locked(assessment)
    assessment.proposed_outcome = outcome
    assessment.proposed_at = take(assessment, Move.PROPOSE, by=by, at=at)
    arrive(assessment, Move.PROPOSE, by=by, at=at)
    return assessment
