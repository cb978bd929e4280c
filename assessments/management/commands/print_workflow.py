"""Print the way of an assessment as a page: `manage.py print_workflow > docs/workflow.md`."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.workflow import (
    ACTIONS,
    ENDED,
    FINDINGS_ARE_OPEN,
    MUST_HOLD,
    STATEMENTS_ARE_OPEN,
    STEPS,
    WHAT_COMES_NEXT,
    Stage,
)
from departments.access import POLICY
from departments.rules import Role

OPENING = """\
# The way of an assessment

Printed by `manage.py print_workflow` from [`assessments/workflow.py`](../assessments/workflow.py), the one table of
stages and moves. Who may do what is in [access.md](access.md).
"""

CLOSING = """\
Every move is checked against this table with the assessment's row locked, and recorded as a `StageMove` with who, when
and why; the database refuses to change or remove one. A decided assessment is fixed: a trigger refuses any
change of its row but an appeal and what comes of it. A withdrawn one is never changed again.
"""


def page() -> str:
    return "\n".join([OPENING, *_diagram(), *_moves(), *_stages(), CLOSING])


def _diagram() -> list[str]:
    arrows = [
        f"    {step.start} --> {step.end}: {move.label}{' (with a reason)' if step.needs_reason else ''}"
        for move, steps in STEPS.items()
        for step in steps
    ]
    named = [f'    state "{stage.label}" as {stage}' for stage in Stage]
    ends = [f"    {stage} --> [*]" for stage in Stage if stage in ENDED]
    return ["```mermaid", "stateDiagram-v2", *named, f"    [*] --> {Stage.PREPARING}", *arrows, *ends, "```", ""]


def _moves() -> list[str]:
    lines = ["| move | from | to | by | a reason is needed | what must hold besides |", "|---|---|---|---|---|---|"]
    for move, steps in STEPS.items():
        who = ", ".join(role.label.lower() for role in Role if role in POLICY[ACTIONS[move]])
        for step in steps:
            reason = "yes" if step.needs_reason else ""
            holds = MUST_HOLD.get(move, "")
            lines.append(f"| {move.label} | {step.start.label} | {step.end.label} | {who} | {reason} | {holds} |")
    return [*lines, ""]


def _stages() -> list[str]:
    lines = ["| stage | what comes next | statements, and what evidence supports | findings |", "|---|---|---|---|"]
    for stage in Stage:
        statements = "can be written" if stage in STATEMENTS_ARE_OPEN else "fixed"
        findings = "can be written" if stage in FINDINGS_ARE_OPEN else "fixed" if _begun(stage) else "not begun"
        lines.append(f"| {stage.label} | {WHAT_COMES_NEXT[stage]} | {statements} | {findings} |")
    return [*lines, ""]


def _begun(stage: Stage) -> bool:
    """Whether a desk review can lie behind this stage."""
    return list(Stage).index(stage) > list(Stage).index(Stage.DESK_REVIEW)


class Command(BaseCommand):
    help = "Print docs/workflow.md: stages, moves, who makes them and what can be written when."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        self.stdout.write(page(), ending="")
