"""The stages of an assessment, and the moves between them: one table that everything else reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices

from departments.access import Action


class Stage(TextChoices):
    """How far an assessment has come."""

    PREPARING = "preparing", "Preparing"
    SUBMITTED = "submitted", "Submitted"
    DESK_REVIEW = "desk_review", "Desk review"
    VISIT_PLANNED = "visit_planned", "Visit planned"
    VISITED = "visited", "Visited"
    DRAFT_REPORT = "draft_report", "Draft report"
    FACTUAL_CHECK = "factual_check", "Factual-accuracy check"
    DECISION = "decision", "Decision"
    DECIDED = "decided", "Decided"
    APPEALED = "appealed", "Appealed"
    PAUSED = "paused", "Paused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Move(TextChoices):
    """What takes an assessment from one stage to another."""

    SUBMIT = "submit", "Submitted"
    RETURN = "return", "Returned to the department"
    ASSIGN = "assign", "Assessor assigned"
    PLAN_VISIT = "plan_visit", "Visit planned"
    CALL_OFF_VISIT = "call_off_visit", "Visit called off"
    CLOSE_VISIT = "close_visit", "Visit closed"
    REOPEN_VISIT = "reopen_visit", "Visit opened again"
    DRAFT = "draft", "Draft report begun"
    SEND_DRAFT = "send_draft", "Draft sent to be checked for facts"
    TAKE_BACK = "take_back", "Draft taken back"
    PROPOSE = "propose", "Outcome proposed"
    SEND_BACK = "send_back", "Sent back to the assessor"
    DECIDE = "decide", "Decided"
    APPEAL = "appeal", "Appealed"
    DISMISS_APPEAL = "dismiss_appeal", "Appeal dismissed"
    ALLOW_APPEAL = "allow_appeal", "Appeal allowed"
    WITHDRAW = "withdraw", "Withdrawn"
    PAUSE = "pause", "Paused"
    RESUME = "resume", "Resumed"


@dataclass(frozen=True)
class Step:
    """From a stage to another. A step back needs a reason, and so does one that `asks_why`."""

    start: Stage
    end: Stage
    back: bool = False
    asks_why: bool = False

    @property
    def needs_reason(self) -> bool:
        return self.back or self.asks_why


REVIEW = (Stage.DESK_REVIEW, Stage.VISIT_PLANNED, Stage.VISITED, Stage.DRAFT_REPORT)
WITH_THE_BODY = (Stage.SUBMITTED, *REVIEW, Stage.FACTUAL_CHECK, Stage.DECISION)

STEPS: dict[Move, tuple[Step, ...]] = {
    Move.SUBMIT: (Step(Stage.PREPARING, Stage.SUBMITTED),),
    Move.RETURN: (Step(Stage.SUBMITTED, Stage.PREPARING, back=True),),
    Move.ASSIGN: (Step(Stage.SUBMITTED, Stage.DESK_REVIEW), *(Step(stage, stage) for stage in REVIEW)),
    Move.PLAN_VISIT: (Step(Stage.DESK_REVIEW, Stage.VISIT_PLANNED),),
    Move.CALL_OFF_VISIT: (Step(Stage.VISIT_PLANNED, Stage.DESK_REVIEW, back=True),),
    Move.CLOSE_VISIT: (Step(Stage.VISIT_PLANNED, Stage.VISITED),),
    Move.REOPEN_VISIT: (Step(Stage.VISITED, Stage.VISIT_PLANNED, back=True),),
    Move.DRAFT: (
        Step(Stage.VISITED, Stage.DRAFT_REPORT),
        Step(Stage.DESK_REVIEW, Stage.DRAFT_REPORT, asks_why=True),
    ),
    Move.SEND_DRAFT: (Step(Stage.DRAFT_REPORT, Stage.FACTUAL_CHECK),),
    Move.TAKE_BACK: (Step(Stage.FACTUAL_CHECK, Stage.DRAFT_REPORT, back=True),),
    Move.PROPOSE: (Step(Stage.FACTUAL_CHECK, Stage.DECISION),),
    Move.SEND_BACK: (Step(Stage.DECISION, Stage.DRAFT_REPORT, back=True),),
    Move.DECIDE: (Step(Stage.DECISION, Stage.DECIDED),),
    Move.APPEAL: (Step(Stage.DECIDED, Stage.APPEALED, asks_why=True),),
    Move.DISMISS_APPEAL: (Step(Stage.APPEALED, Stage.DECIDED, asks_why=True),),
    Move.ALLOW_APPEAL: (Step(Stage.APPEALED, Stage.DESK_REVIEW, back=True),),
    Move.WITHDRAW: tuple(
        Step(stage, Stage.WITHDRAWN, asks_why=True) for stage in (Stage.PREPARING, *WITH_THE_BODY, Stage.PAUSED)
    ),
    Move.PAUSE: tuple(Step(stage, Stage.PAUSED, asks_why=True) for stage in WITH_THE_BODY),
    Move.RESUME: tuple(Step(Stage.PAUSED, stage) for stage in WITH_THE_BODY),
}

# Who may make a move: whoever the policy lets do this to the assessment.
ACTIONS: dict[Move, Action] = {
    Move.SUBMIT: Action.SUBMIT,
    Move.RETURN: Action.ASSIGN,
    Move.ASSIGN: Action.ASSIGN,
    Move.PLAN_VISIT: Action.VISIT,
    Move.CALL_OFF_VISIT: Action.VISIT,
    Move.CLOSE_VISIT: Action.VISIT,
    Move.REOPEN_VISIT: Action.VISIT,
    Move.DRAFT: Action.PROPOSE,
    Move.SEND_DRAFT: Action.PROPOSE,
    Move.TAKE_BACK: Action.PROPOSE,
    Move.PROPOSE: Action.PROPOSE,
    Move.SEND_BACK: Action.DECIDE,
    Move.DECIDE: Action.DECIDE,
    Move.APPEAL: Action.APPEAL,
    Move.DISMISS_APPEAL: Action.HEAR_APPEAL,
    Move.ALLOW_APPEAL: Action.HEAR_APPEAL,
    Move.WITHDRAW: Action.WITHDRAW,
    Move.PAUSE: Action.PAUSE,
    Move.RESUME: Action.PAUSE,
}

# What must hold besides the stage, as the table in docs says it; `services/cycle/holding.py` looks.
MUST_HOLD: dict[Move, str] = {
    Move.SUBMIT: "every statement is ready, and the evidence may be handed over",
    Move.ASSIGN: "an assessor of the body, independent of the department or overridden with a reason; not who assigns",
    Move.PLAN_VISIT: "at least one stop is planned",
    Move.CLOSE_VISIT: "its last day is not to come; a reason for what it has not covered",
    Move.DRAFT: "without a visit, a reason",
    Move.SEND_DRAFT: "every finding and the summary are written, and the outcome is the one of the award rule",
    Move.PROPOSE: "the department has checked the facts, or its time has passed; the outcome is the one of the rule",
    Move.DECIDE: "an award only if the rule gives one; none although it does, with a reason; neither who assessed nor "
    "whose decision was set aside on appeal",
    Move.APPEAL: "within the days for an appeal, and no other assessment is under way",
    Move.DISMISS_APPEAL: "neither who decided nor who assessed",
    Move.ALLOW_APPEAL: "neither who decided nor who assessed",
    Move.RESUME: "to the stage where it was paused",
}

# The department writes while preparing; the assessor writes during the review; nobody does otherwise.
STATEMENTS_ARE_OPEN = frozenset({Stage.PREPARING})
FINDINGS_ARE_OPEN = frozenset(REVIEW)
# Assessor and department ask and answer until the findings are put to the certifier.
QUERIES_ARE_OPEN = FINDINGS_ARE_OPEN | {Stage.FACTUAL_CHECK}
# A draft may be taken back with challenges open.
CHALLENGES_ARE_ANSWERED = frozenset({Stage.DRAFT_REPORT, Stage.FACTUAL_CHECK})
# A decision stands while an appeal against it is heard. Nothing that it rests on can be changed then, nor of what was
# withdrawn.
DECISION_STANDS = frozenset({Stage.DECIDED, Stage.APPEALED})
ENDED = frozenset({Stage.DECIDED, Stage.WITHDRAWN})
FIXED = DECISION_STANDS | {Stage.WITHDRAWN}
# The draft is with the department: to be checked, and then to be read until it is decided.
DRAFT_IS_OUT = frozenset({Stage.FACTUAL_CHECK, Stage.DECISION})

WHAT_COMES_NEXT = {
    Stage.PREPARING: "The department writes its self-assessment and submits it.",
    Stage.SUBMITTED: "The certification body assigns an assessor.",
    Stage.DESK_REVIEW: "The assessor reads the evidence, records what it shows and plans the visit.",
    Stage.VISIT_PLANNED: "The assessor visits, and closes the visit when everything was seen.",
    Stage.VISITED: "The assessor completes the findings and begins the draft report.",
    Stage.DRAFT_REPORT: "The assessor writes the draft report and sends it to the department to be checked for facts.",
    Stage.FACTUAL_CHECK: "The department checks the facts of the draft, and the assessor answers its challenges.",
    Stage.DECISION: "The certifier reads the findings and decides.",
    Stage.DECIDED: "The outcome is fixed and the award report can be downloaded.",
    Stage.APPEALED: "Another certifier hears the appeal; until then the decision stands.",
    Stage.PAUSED: "The certification body resumes it where it was paused.",
    Stage.WITHDRAWN: "The department has withdrawn it. A new assessment can be opened.",
}


def step_for(move: Move, stage: str, *, paused_from: str = "") -> Step | None:
    """The step that a move makes from this stage, or None when the table forbids it.

    Resuming leads to where it was paused, and nowhere else.
    """
    return next(
        (step for step in STEPS[move] if step.start == stage and (move != Move.RESUME or step.end == paused_from)), None
    )


def moves_from(stage: str, *, paused_from: str = "") -> Iterator[Move]:
    """The moves that the table allows from a stage, in its order."""
    return (move for move in Move if step_for(move, stage, paused_from=paused_from) is not None)


class Kind(TextChoices):
    """Which assessment of the certification cycle this is."""

    INITIAL = "initial", "Initial assessment"
    ANNUAL_REVIEW_1 = "annual_review_1", "Annual review 1"
    ANNUAL_REVIEW_2 = "annual_review_2", "Annual review 2"
    RECERTIFICATION = "recertification", "Recertification"
