"""Tells people that an assessment has moved on: one table of who is told what, for every move of the workflow."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from assessments.models import Assessment
from assessments.rules import Outcome
from assessments.workflow import Move, Stage
from departments.access import Action, who_may
from departments.models import User
from departments.rules import NoticeKind
from departments.services.notices import notify


@dataclass(frozen=True)
class Told:
    """Whoever may do this to the assessment is told this.

    `matter` ends the subject after the department's name; `words` may name {department}, {title}, {by}, {reason} and
    {outcome}. `due` is the field of the assessment with the day by which they are asked for something.
    """

    who: Action
    matter: str
    words: str
    page: str = "assessments:detail"
    kind: NoticeKind = NoticeKind.STAGE
    due: str = ""


# Whoever made the move is never told of it, and nobody twice: the first line that fits a person is theirs. A reason is
# told only to those for whom it was written. A department is not told what is between the assessor and the body.
TOLD: dict[Move, tuple[Told, ...]] = {
    Move.SUBMIT: (
        Told(
            Action.ASSIGN,
            "an assessor to assign",
            "{by} has submitted {title} of {department}. Assign an assessor.",
            "assessments:assign",
        ),
        Told(Action.WRITE_STATEMENT, "submitted", "{by} has submitted {title} of {department}."),
    ),
    Move.RETURN: (
        Told(
            Action.WRITE_STATEMENT,
            "returned to you",
            "{by} has returned {title} of {department} to you: {reason}",
            due="due_on",
        ),
    ),
    Move.ASSIGN: (
        Told(
            Action.DECLARE,
            "yours to assess",
            "{by} has assigned {title} of {department} to you. Declare your interests first.",
            "assessments:declare",
        ),
        Told(Action.SUBMIT, "an assessor is assigned", "{assessor} assesses {title} of {department}."),
    ),
    Move.PLAN_VISIT: (
        Told(
            Action.WRITE_STATEMENT,
            "the visit is planned",
            "{by} has planned the visit for {title} of {department}.",
            kind=NoticeKind.VISIT,
        ),
    ),
    Move.CALL_OFF_VISIT: (
        Told(
            Action.WRITE_STATEMENT,
            "the visit is called off",
            "{by} has called off the visit for {title} of {department}: {reason}",
            kind=NoticeKind.VISIT,
        ),
    ),
    Move.CLOSE_VISIT: (
        Told(
            Action.WRITE_STATEMENT,
            "the visit is closed",
            "{by} has closed the visit for {title} of {department}. The draft report comes next.",
            kind=NoticeKind.VISIT,
        ),
    ),
    Move.REOPEN_VISIT: (
        Told(
            Action.WRITE_STATEMENT,
            "the visit goes on",
            "{by} has opened the visit for {title} of {department} again: {reason}",
            kind=NoticeKind.VISIT,
        ),
    ),
    Move.DRAFT: (),
    Move.SEND_DRAFT: (
        Told(
            Action.READ_DRAFT,
            "check the facts of the draft report",
            "The draft report of {title} of {department} is there. Check its facts.",
            "assessments:draft_report",
            kind=NoticeKind.CHALLENGE,
            due="facts_due_on",
        ),
    ),
    Move.TAKE_BACK: (
        Told(
            Action.READ_DRAFT,
            "the draft report is taken back",
            "{by} has taken back the draft report of {title} of {department}: {reason}",
            kind=NoticeKind.CHALLENGE,
        ),
    ),
    Move.PROPOSE: (
        Told(
            Action.DECIDE,
            "a proposal to decide",
            "{by} proposes for {title} of {department}: {proposed}. Read it and decide.",
            "reports:decide",
        ),
    ),
    Move.SEND_BACK: (
        Told(Action.PROPOSE, "sent back to you", "{by} has sent {title} of {department} back to you: {reason}"),
    ),
    Move.DECIDE: (
        Told(
            Action.READ_ASSESSMENT,
            "decided",
            "{title} of {department} is decided: {outcome}.",
            kind=NoticeKind.DECISION,
        ),
    ),
    Move.APPEAL: (
        Told(
            Action.HEAR_APPEAL,
            "an appeal to hear",
            "{by} appeals against the decision on {title} of {department}: {reason} "
            "A certifier who neither decided nor assessed hears it.",
            "reports:appeal",
            kind=NoticeKind.DECISION,
        ),
        Told(
            Action.READ_ASSESSMENT,
            "an appeal",
            "There is an appeal against the decision on {title} of {department}. Until it is heard, it stands.",
            kind=NoticeKind.DECISION,
        ),
    ),
    Move.DISMISS_APPEAL: (
        Told(
            Action.READ_ASSESSMENT,
            "the appeal is dismissed",
            "The appeal on {title} of {department} is dismissed, and the decision stands: {reason}",
            kind=NoticeKind.DECISION,
        ),
    ),
    Move.ALLOW_APPEAL: (
        Told(
            Action.READ_ASSESSMENT,
            "the appeal is allowed",
            "The appeal on {title} of {department} is allowed, and it is reviewed again: {reason}",
            kind=NoticeKind.DECISION,
        ),
    ),
    Move.WITHDRAW: (Told(Action.READ_ASSESSMENT, "withdrawn", "{by} has withdrawn {title} of {department}: {reason}"),),
    Move.PAUSE: (Told(Action.READ_ASSESSMENT, "paused", "{by} has paused {title} of {department}: {reason}"),),
    Move.RESUME: (Told(Action.READ_ASSESSMENT, "resumed", "{title} of {department} goes on. It is now at: {stage}."),),
}


def announce(assessment: Assessment, move: Move, *, by: User, at: datetime, reason: str) -> None:
    """Tell of a move that was just made; the assessment is saved with all that the move has changed."""
    said = {
        "department": assessment.department.name,
        "title": assessment.title,
        "by": by.name,
        "reason": reason.strip(),
        "assessor": assessment.assessor.name if assessment.assessor else "",
        "stage": Stage(assessment.stage).label,
        "outcome": Outcome(assessment.outcome).label if assessment.outcome else "",
        "proposed": Outcome(assessment.proposed_outcome).label if assessment.proposed_outcome else "",
    }
    done = {by.pk}
    for told in TOLD[move]:
        people = [person for person in who_may(told.who, assessment) if person.pk not in done]
        done |= {person.pk for person in people}
        notify(
            to=people,
            kind=told.kind,
            subject=f"{assessment.department.name}: {told.matter}",
            words=told.words.format(**said),
            path=reverse(told.page, args=[assessment.pk]),
            key=f"assessment-{assessment.pk}-{move}-{at.isoformat()}",
            due_on=getattr(assessment, told.due) if told.due else None,
        )
