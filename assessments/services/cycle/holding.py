"""What must hold before a move besides its stage, its role and its reason: whole sentences of what does not."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from assessments.models import (
    Assessment,
    Challenge,
    ChallengeState,
    Declaration,
    Finding,
    StageMove,
    Statement,
    VisitStop,
)
from assessments.rules import Outcome, Verdict, decide_award
from assessments.services.coverage import coverage_of, what_files_block
from assessments.workflow import ACTIONS, Move
from departments.access import who_may
from departments.models import User
from departments.rules import in_words


def what_holds_back(assessment: Assessment, move: Move, *, by: User, past: bool = False) -> list[str]:
    """Why a move cannot be made yet, or not by this person; nothing when it can.

    `past`: the move is recorded as it once was, so what is asked of today alone is not asked.
    """
    look = HOLDS.get(move)
    return look(assessment, by, past) if look else []


def blockers(assessment: Assessment) -> list[Statement]:
    """The statements that are not ready, in the standard's order."""
    statements = Statement.objects.filter(assessment=assessment).in_order()
    return [statement for statement in statements if not statement.is_ready]


def what_evidence_blocks(assessment: Assessment) -> list[str]:
    """Why the evidence cannot be handed over as it is: by the standard's rule, and by what was found in its files."""
    covered = coverage_of(assessment, today=timezone.localdate())
    left_out = Statement.objects.filter(assessment=assessment, in_scope=False)
    numbers = set(left_out.values_list("element__number", flat=True))
    return [
        *what_files_block(assessment),
        *(point.words for point in covered.blocks if point.element not in numbers),
    ]


def verdict_of(assessment: Assessment) -> Verdict:
    """What the rule says of the findings so far."""
    return decide_award(assessment.standard.rule(), ratings_of(assessment))


def ratings_of(assessment: Assessment) -> dict[str, str | None]:
    """The band found of each element, by its number; None where there is none yet."""
    bands = Finding.objects.filter(assessment=assessment).values_list("element__number", "band")
    return {number: band or None for number, band in bands}


def self_verdict_of(assessment: Assessment) -> Verdict:
    """What the rule would say if the department's own bands were found."""
    bands = dict(Statement.objects.filter(assessment=assessment).values_list("element__number", "band"))
    return decide_award(assessment.standard.rule(), {number: band or None for number, band in bands.items()})


def what_blocks_a_proposal(assessment: Assessment, outcome: str) -> list[str]:
    """Why this outcome cannot be put forward with the findings and the summary as they are."""
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
    brought_in = Statement.objects.filter(assessment=assessment, in_scope=True).values("element")
    stale = Finding.objects.filter(assessment=assessment, carried=True, version=0, element__in=brought_in)
    if numbers := list(stale.order_by("element__position").values_list("element__number", flat=True)):
        reasons.append(
            f"Look again at {', '.join(numbers)}: brought into scope, and still the finding of the last time."
        )
    if not assessment.strengths:
        reasons.append("Write the summary of strengths.")
    if not assessment.recommendation:
        reasons.append("Write the recommendation.")
    if outcome != verdict.outcome:
        reasons.append(f"The award rule gives “{verdict.outcome.label}” on these bands. {verdict.sentence}")
    return reasons


def submitting(assessment: Assessment, by: User, past: bool) -> list[str]:
    if blocks := blockers(assessment):
        return [f"{statement.element.number}: {', '.join(statement.missing)}." for statement in blocks]
    # A past submission is recorded as it was; whether its files may be handed over is asked of today's alone.
    return [] if past else what_evidence_blocks(assessment)


def planning_a_visit(assessment: Assessment, by: User, past: bool) -> list[str]:
    if past or VisitStop.objects.filter(visit=assessment.pk).exists():
        return []
    return ["Plan at least one stop of the visit first: its day, its time and where you go."]


def closing_a_visit(assessment: Assessment, by: User, past: bool) -> list[str]:
    last = VisitStop.objects.filter(visit=assessment.pk).order_by("day").last()
    if past or last is None or last.day <= timezone.localdate():
        return []
    words = f"The last day of the visit is {last.day.day} {last.day:%B %Y}. Close the visit then, or change its plan."
    return [words]


def sending_the_draft(assessment: Assessment, by: User, past: bool) -> list[str]:
    return what_blocks_a_proposal(assessment, assessment.proposed_outcome)


def proposing(assessment: Assessment, by: User, past: bool) -> list[str]:
    due = assessment.facts_due_on
    if not past and assessment.facts_checked_at is None and due and timezone.localdate() <= due:
        return [f"The department has until {due.day} {due:%B %Y} to check the facts, and has not said yet that it has."]
    open_ = Challenge.objects.filter(assessment=assessment, state=ChallengeState.OPEN).order_by(
        "finding__element__position"
    )
    if numbers := list(dict.fromkeys(open_.values_list("finding__element__number", flat=True))):
        return [f"Answer the department’s challenge to {in_words(numbers)}."]
    return what_blocks_a_proposal(assessment, assessment.proposed_outcome)


def deciding(assessment: Assessment, by: User, past: bool) -> list[str]:
    if has_assessed(by, assessment):
        return ["You assessed this department, so another certifier must decide."]
    if StageMove.objects.filter(assessment=assessment, move=Move.DECIDE, by=by).exists():
        return ["Your first decision was set aside on appeal, so another certifier must decide this time."]
    return []


def who_else_could(assessment: Assessment, move: Move) -> list[User]:
    """Everybody in whose way nothing stands to decide or to hear the appeal."""
    certifiers = who_may(ACTIONS[move], assessment).order_by("name", "pk")
    return [person for person in certifiers if not what_holds_back(assessment, move, by=person)]


def has_assessed(user: User, assessment: Assessment) -> bool:
    """Whether somebody assesses this, or did before somebody else took over."""
    if user.pk == assessment.assessor_id:
        return True
    signed = Declaration.objects.filter(assessment=assessment, assessor=user).exclude(signed_at=None)
    return signed.exists() or Finding.objects.filter(assessment=assessment, edited_by=user).exists()


def appealing(assessment: Assessment, by: User, past: bool) -> list[str]:
    decided = assessment.decided_at or timezone.now()
    last = timezone.localdate(decided) + timedelta(days=settings.APPEAL_DAYS)
    if not past and timezone.localdate() > last:
        return [
            f"An appeal could be made until {last.day} {last:%B %Y}, {settings.APPEAL_DAYS} days after the decision."
        ]
    if Assessment.objects.under_way().filter(department=assessment.department_id).exclude(pk=assessment.pk).exists():
        return ["A new assessment of this department is under way already. Withdraw that one before you appeal."]
    return []


def hearing(assessment: Assessment, by: User, past: bool) -> list[str]:
    if by.pk == assessment.decided_by_id:
        return ["The appeal is against your own decision, so another certifier must hear it."]
    if has_assessed(by, assessment):
        return ["You assessed this department, so another certifier must hear the appeal."]
    return []


HOLDS: dict[Move, Callable[[Assessment, User, bool], list[str]]] = {
    Move.SUBMIT: submitting,
    Move.PLAN_VISIT: planning_a_visit,
    Move.CLOSE_VISIT: closing_a_visit,
    Move.SEND_DRAFT: sending_the_draft,
    Move.PROPOSE: proposing,
    Move.DECIDE: deciding,
    Move.APPEAL: appealing,
    Move.DISMISS_APPEAL: hearing,
    Move.ALLOW_APPEAL: hearing,
}
