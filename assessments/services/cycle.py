"""An assessment's way from stage to stage. Every move is checked against the table of the workflow and recorded.

Where a service takes `at`, it is the moment when this happened: now, unless a past one is being recorded.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Assessment, Element, Finding, StageMove, Standard, Statement
from assessments.rules import Outcome, Verdict, decide_award
from assessments.services.coverage import coverage_of, what_files_block
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount
from assessments.workflow import Kind, Move, Stage, step_for
from departments.models import Department, Membership, User
from departments.rules import Role


@transaction.atomic
def open_assessment(
    *,
    department: Department,
    title: str,
    kind: str = Kind.INITIAL,
    due_on: date | None = None,
    by: User,
    at: datetime | None = None,
) -> Assessment:
    """Begin an assessment against the newest version of the standard, with an empty statement for every element."""
    standard = Standard.objects.newest()
    if standard is None:
        raise Refused("No standard is loaded yet. Ask whoever runs the portal to load one.")
    if department.trust.body is None:
        raise Refused("No certification body serves this trust yet. Ask your trust administrator to arrange one.")
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                department=department,
                standard=standard,
                body=department.trust.body,
                kind=kind,
                title=title,
                due_on=due_on,
                opened_by=by,
                opened_at=at or timezone.now(),
            )
    except IntegrityError as error:
        raise Refused("This department already has an assessment under way. Go on with that one.") from error
    elements = Element.objects.filter(standard=standard)
    Statement.objects.bulk_create([Statement(assessment=assessment, element=element) for element in elements])
    recount(assessment)
    return assessment


@transaction.atomic
def submit(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """Hand the self-assessment to the certification body. Refused with what still blocks it, element by element."""
    assessment = _locked(assessment)
    blocks = blockers(assessment)
    if blocks:
        raise Refused(*(f"{statement.element.number}: {', '.join(statement.missing)}." for statement in blocks))
    # A past submission is recorded as it was; whether its files may be handed over is asked of today's alone.
    if at is None and (reasons := what_evidence_blocks(assessment)):
        raise Refused(*reasons)
    assessment.submitted_at = _move(assessment, Move.SUBMIT, by=by, at=at)
    assessment.save()
    return assessment


def blockers(assessment: Assessment) -> list[Statement]:
    """The statements that are not ready, in the standard's order."""
    statements = Statement.objects.filter(assessment=assessment).in_order()
    return [statement for statement in statements if not statement.is_ready]


def what_evidence_blocks(assessment: Assessment) -> list[str]:
    """Why the evidence cannot be handed over as it is: by the standard's rule, and by what was found in its files."""
    covered = coverage_of(assessment, today=timezone.localdate())
    return [*what_files_block(assessment), *(point.words for point in covered.blocks)]


@transaction.atomic
def return_to_department(*, assessment: Assessment, reason: str, by: User, at: datetime | None = None) -> Assessment:
    """Give a submission back, with the reason, before an assessor is assigned."""
    assessment = _locked(assessment)
    _move(assessment, Move.RETURN, by=by, reason=reason, at=at)
    assessment.submitted_at = None
    assessment.save()
    return assessment


def possible_assessors(assessment: Assessment) -> list[User]:
    """Assessors of the certification body today."""
    held = Membership.objects.current().filter(role=Role.ASSESSOR, body_id=assessment.body_id)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk"))


@transaction.atomic
def assign(*, assessment: Assessment, assessor: User, by: User, at: datetime | None = None) -> Assessment:
    """Give the assessment to an assessor, or to another one during the review; findings stay."""
    assessment = _locked(assessment)
    if assessor not in possible_assessors(assessment):
        raise Refused(f"{assessor.name} is not an assessor of {assessment.body}.")
    if assessor == by:
        raise Refused("Whoever assigns decides later, so choose somebody else to assess.")
    assessment.assigned_at = _move(assessment, Move.ASSIGN, by=by, reason=f"To {assessor.name}", at=at)
    assessment.assessor = assessor
    assessment.save()
    elements = Element.objects.filter(standard=assessment.standard)
    Finding.objects.bulk_create(
        [Finding(assessment=assessment, element=element) for element in elements], ignore_conflicts=True
    )
    recount(assessment)
    return assessment


def verdict_of(assessment: Assessment) -> Verdict:
    """What the rule says of the findings so far."""
    bands = dict(Finding.objects.filter(assessment=assessment).values_list("element__number", "band"))
    return decide_award(assessment.standard.rule(), {number: band or None for number, band in bands.items()})


def self_verdict_of(assessment: Assessment) -> Verdict:
    """What the rule would say if the department's own bands were found."""
    bands = dict(Statement.objects.filter(assessment=assessment).values_list("element__number", "band"))
    return decide_award(assessment.standard.rule(), {number: band or None for number, band in bands.items()})


@transaction.atomic
def save_summary(*, assessment: Assessment, version: int, by: User, **words: str) -> Assessment:
    """Store what the assessor writes of the whole: `method`, `strengths`, `recommendation`.

    Raises Refused outside the desk review, SavedByAColleague when the page was stale.
    """
    assessment = _locked(assessment)
    if not assessment.takes_findings:
        raise Refused("The summary can be changed during the desk review only.")
    if all(getattr(assessment, name) == text for name, text in words.items()):
        return assessment
    if assessment.proposal_version != version:
        raise SavedByAColleague
    for name, text in words.items():
        setattr(assessment, name, text)
    assessment.proposal_version += 1
    assessment.save()
    return assessment


@transaction.atomic
def propose(*, assessment: Assessment, outcome: str, by: User, at: datetime | None = None) -> Assessment:
    """Put an outcome to the certifier. It must be the one that the rule gives, with every finding written."""
    assessment = _locked(assessment)
    reasons = what_blocks_a_proposal(assessment, outcome)
    if reasons:
        raise Refused(*reasons)
    assessment.proposed_at = _move(assessment, Move.PROPOSE, by=by, at=at)
    assessment.proposed_outcome = outcome
    assessment.save()
    return assessment


def what_blocks_a_proposal(assessment: Assessment, outcome: str) -> list[str]:
    """Whole sentences; none when the proposal can be made."""
    verdict = verdict_of(assessment)
    if verdict.outcome == Outcome.INCOMPLETE:
        return list(verdict.reasons)
    reasons = []
    unwritten = Finding.objects.filter(assessment=assessment, narrative="").order_by("element__position")
    if numbers := list(unwritten.values_list("element__number", flat=True)):
        reasons.append(f"Write the finding of {', '.join(numbers)}.")
    partial = Finding.objects.filter(
        assessment=assessment, improvement="", band__in=["partially_compliant", "non_compliant"]
    ).order_by("element__position")
    if numbers := list(partial.values_list("element__number", flat=True)):
        reasons.append(f"Say what must improve in {', '.join(numbers)}.")
    if not assessment.strengths:
        reasons.append("Write the summary of strengths.")
    if not assessment.recommendation:
        reasons.append("Write the recommendation.")
    if outcome != verdict.outcome:
        reasons.append(f"The award rule gives “{verdict.outcome.label}” on these bands. {verdict.sentence}")
    return reasons


@transaction.atomic
def send_back(*, assessment: Assessment, reason: str, by: User, at: datetime | None = None) -> Assessment:
    """Give a proposal back to its assessor, with the reason."""
    assessment = _locked(assessment)
    _move(assessment, Move.SEND_BACK, by=by, reason=reason, at=at)
    assessment.proposed_outcome, assessment.proposed_at = "", None
    assessment.save()
    return assessment


@transaction.atomic
def decide(*, assessment: Assessment, outcome: str, by: User, at: datetime | None = None) -> Assessment:
    """Fix the outcome: from here on the award is a stored fact, not a calculation."""
    assessment = _locked(assessment)
    if by.pk == assessment.assessor_id:
        raise Refused("You assessed this department, so another certifier must decide.")
    verdict = verdict_of(assessment)
    if outcome == Outcome.AWARD and verdict.outcome != Outcome.AWARD:
        raise Refused("The award rule does not allow an award on these findings.", *verdict.reasons)
    decided_at = _move(assessment, Move.DECIDE, by=by, at=at)
    assessment.outcome, assessment.decided_by, assessment.decided_at = outcome, by, decided_at
    if outcome == Outcome.AWARD:
        assessment.certified_until = _years_after(
            timezone.localdate(decided_at), assessment.standard.cycle.get("certificate_years", 3)
        )
    assessment.save()
    return assessment


def _locked(assessment: Assessment) -> Assessment:
    """The row as it is now, held until the transaction ends."""
    rows: Any = Assessment.objects.select_for_update(of=("self",)).select_related(
        "department__trust", "standard", "body"
    )
    locked: Assessment = rows.get(pk=assessment.pk)
    return locked


def _move(assessment: Assessment, move: Move, *, by: User, reason: str = "", at: datetime | None = None) -> datetime:
    """Take the step, record it, and give back when it happened."""
    step = step_for(move, assessment.stage)
    if step is None:
        raise Refused(
            f"This assessment is at the stage “{Stage(assessment.stage).label}”, where this can no longer be done, "
            "or not yet. Somebody may have moved it on: open it again to see how it stands."
        )
    if step.back and not reason.strip():
        raise Refused("Say why, so that the reader knows what to do.")
    at = at or timezone.now()
    StageMove.objects.create(
        assessment=assessment, move=move, start=step.start, end=step.end, by=by, at=at, reason=reason
    )
    assessment.stage = step.end
    return at


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
