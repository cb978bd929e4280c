"""The stages of an assessment, and the moves between them: one table that everything else reads."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Stage(TextChoices):
    """How far an assessment has come."""

    PREPARING = "preparing", "Preparing"
    SUBMITTED = "submitted", "Submitted"
    DESK_REVIEW = "desk_review", "Desk review"
    DECISION = "decision", "Decision"
    DECIDED = "decided", "Decided"


class Move(TextChoices):
    """What takes an assessment from one stage to another."""

    SUBMIT = "submit", "Submitted"
    RETURN = "return", "Returned to the department"
    ASSIGN = "assign", "Assessor assigned"
    PROPOSE = "propose", "Outcome proposed"
    SEND_BACK = "send_back", "Sent back to the assessor"
    DECIDE = "decide", "Decided"


@dataclass(frozen=True)
class Step:
    """From a stage to another. A step back needs a reason."""

    start: Stage
    end: Stage
    back: bool = False


STEPS: dict[Move, tuple[Step, ...]] = {
    Move.SUBMIT: (Step(Stage.PREPARING, Stage.SUBMITTED),),
    Move.RETURN: (Step(Stage.SUBMITTED, Stage.PREPARING, back=True),),
    Move.ASSIGN: (Step(Stage.SUBMITTED, Stage.DESK_REVIEW), Step(Stage.DESK_REVIEW, Stage.DESK_REVIEW)),
    Move.PROPOSE: (Step(Stage.DESK_REVIEW, Stage.DECISION),),
    Move.SEND_BACK: (Step(Stage.DECISION, Stage.DESK_REVIEW, back=True),),
    Move.DECIDE: (Step(Stage.DECISION, Stage.DECIDED),),
}

# The department writes while preparing; the assessor writes during the desk review; nobody does otherwise.
STATEMENTS_ARE_OPEN = frozenset({Stage.PREPARING})
FINDINGS_ARE_OPEN = frozenset({Stage.DESK_REVIEW})

WHAT_COMES_NEXT = {
    Stage.PREPARING: "The department writes its self-assessment and submits it.",
    Stage.SUBMITTED: "The certification body assigns an assessor.",
    Stage.DESK_REVIEW: "The assessor reads the evidence, visits and records a finding for every element.",
    Stage.DECISION: "The certifier reads the findings and decides.",
    Stage.DECIDED: "The outcome is fixed and the award report can be downloaded.",
}


def step_for(move: Move, stage: str) -> Step | None:
    """The step that a move makes from this stage, or None when the table forbids it."""
    return next((step for step in STEPS[move] if step.start == stage), None)


class Kind(TextChoices):
    """Which assessment of the certification cycle this is."""

    INITIAL = "initial", "Initial assessment"
    ANNUAL_REVIEW_1 = "annual_review_1", "Annual review 1"
    ANNUAL_REVIEW_2 = "annual_review_2", "Annual review 2"
    RECERTIFICATION = "recertification", "Recertification"
