"""What somebody can do to take an assessment on: the one button, and the other moves that the table allows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from assessments.models import Assessment
from assessments.views.seeing import sees_findings
from assessments.views.stages import PAGES
from assessments.workflow import ACTIONS, REVIEW, Move, Stage, moves_from
from departments.access import Action, SignedInRequest, may

# The button of each stage for whoever may press it: the address and its words. The rest stands in `other_moves`.
BUTTONS: dict[Stage, tuple[tuple[Move, str, str], ...]] = {
    Stage.PREPARING: ((Move.SUBMIT, "assessments:submit", "Submit the self-assessment"),),
    Stage.SUBMITTED: ((Move.ASSIGN, "assessments:assign", "Assign an assessor"),),
    Stage.DESK_REVIEW: ((Move.PLAN_VISIT, "assessments:plan_visit", "Plan the visit"),),
    Stage.VISIT_PLANNED: ((Move.CLOSE_VISIT, "assessments:close_visit", "Close the visit"),),
    Stage.VISITED: ((Move.DRAFT, "assessments:draft", "Begin the draft report"),),
    Stage.DRAFT_REPORT: ((Move.SEND_DRAFT, "assessments:summary", "Write the summary and send the draft"),),
    Stage.FACTUAL_CHECK: ((Move.PROPOSE, "assessments:propose", "Propose an outcome"),),
    Stage.DECISION: ((Move.DECIDE, "reports:decide", "Read the proposal and decide"),),
    Stage.APPEALED: ((Move.DISMISS_APPEAL, "reports:appeal", "Read the appeal and answer it"),),
    Stage.PAUSED: ((Move.RESUME, "assessments:resume", "Resume the assessment"),),
}

# The other moves that have a page, by the words of their links.
LINKS: dict[Move, str] = {
    **{move: page.title for move, page in PAGES.items()},
    Move.CALL_OFF_VISIT: "Call off the visit",
    Move.REOPEN_VISIT: "Open the visit again",
}


def ways_on(request: SignedInRequest, assessment: Assessment) -> dict[str, Any]:
    """The button, the other moves, and what this person may do besides."""
    return {
        "next_step": next_step(request, assessment),
        "other_moves": other_moves(request, assessment),
        "may": abilities(request, assessment),
    }


def abilities(request: SignedInRequest, assessment: Assessment) -> dict[str, bool]:
    """What this person may do with this assessment at the stage where it is."""
    user = request.user
    return {
        "write": assessment.takes_statements and may(user, Action.WRITE_STATEMENT, assessment),
        "find": assessment.takes_findings and may(user, Action.WRITE_FINDING, assessment),
        "assign": assessment.stage in REVIEW and may(user, Action.ASSIGN, assessment),
        "see_independence": assessment.assessor_id is not None and may(user, Action.ASSIGN, assessment),
        "declare": assessment.declared_at is not None and may(user, Action.DECLARE, assessment),
        "summarise": assessment.takes_findings and may(user, Action.PROPOSE, assessment),
        "draft": reads_draft(request, assessment),
        "compare": stands_beside_corporate(request, assessment),
        "report": assessment.is_decided and may(user, Action.READ_REPORT, assessment),
    }


def stands_beside_corporate(request: SignedInRequest, assessment: Assessment) -> bool:
    """Whether the trust has corporate services besides this department, and this person may compare the two."""
    beside = any(
        held.department_id == assessment.department_id and held.corporate_id not in (None, held.department_id)
        for held in request.user.held
    )
    return beside and may(request.user, Action.COMPARE_WITH_CORPORATE, assessment)


def reads_draft(request: SignedInRequest, assessment: Assessment) -> bool:
    """Whether there is a draft report to read, and this person may."""
    reads = assessment.assessor_id is not None and may(request.user, Action.READ_CHALLENGES, assessment)
    return reads and sees_findings(request.user, assessment)


def next_step(request: SignedInRequest, assessment: Assessment) -> dict[str, Any] | None:
    """The one button that takes the assessment on, and why it cannot yet."""
    if assessment.stage == Stage.FACTUAL_CHECK and may(request.user, Action.READ_DRAFT, assessment):
        return step("assessments:draft_report", assessment, "Read the draft report and check its facts")
    for move, name, words in BUTTONS.get(Stage(assessment.stage), ()):
        if may(request.user, ACTIONS[move], assessment):
            return step(name, assessment, words, what_waits(assessment, move))
    if assessment.is_decided and may(request.user, Action.READ_REPORT, assessment):
        return step("reports:award", assessment, "Open the award report")
    return None


def what_waits(assessment: Assessment, move: Move) -> str:
    """How many elements a move still waits for, from the stored counts."""
    tallies = assessment.tallies.values()
    total = sum(tally["elements"] for tally in tallies)
    if move == Move.SUBMIT:
        return waiting(total - sum(tally["ready"] for tally in tallies), "ready")
    if move == Move.SEND_DRAFT:
        rated = sum(sum(tally["found"].values()) - tally["found"].get("", 0) for tally in tallies)
        return waiting(total - rated, "rated")
    return ""


def waiting(number: int, what: str) -> str:
    return f"{number} element{' is' if number == 1 else 's are'} not {what} yet." if number else ""


def step(name: str, assessment: Assessment, words: str, blocked: str = "") -> dict[str, Any]:
    return {"url": reverse(name, args=[assessment.pk]), "words": words, "blocked": blocked}


def other_moves(request: SignedInRequest, assessment: Assessment) -> list[dict[str, str]]:
    """The moves with a page of their own that this person may make now, besides the button."""
    button = {move for move, _, _ in BUTTONS.get(Stage(assessment.stage), ())}
    return [
        {"url": reverse(f"assessments:{move.value}", args=[assessment.pk]), "words": LINKS[move]}
        for move in moves_from(assessment.stage, paused_from=assessment.paused_from)
        if move in LINKS and move not in button and may(request.user, ACTIONS[move], assessment)
    ]
