"""An assessment's way from stage to stage. Every move is checked against the table of the workflow and recorded.

Where a service takes `at`, it is the moment when this happened: now, unless a past one is being recorded.
"""

from assessments.services.cycle.deciding import decide
from assessments.services.cycle.holding import (
    blockers,
    has_assessed,
    ratings_of,
    self_verdict_of,
    verdict_of,
    what_blocks_a_proposal,
    what_evidence_blocks,
    what_holds_back,
    who_else_could,
)
from assessments.services.cycle.independence import (
    conflict_waiting,
    declaration_of,
    override_declared,
    sign,
    standing_against,
)
from assessments.services.cycle.moving import go
from assessments.services.cycle.opening import open_assessment, submit
from assessments.services.cycle.reviewing import (
    assign,
    finish_fact_check,
    possible_assessors,
    propose,
    save_summary,
    send_draft,
)

__all__ = [
    "assign",
    "blockers",
    "conflict_waiting",
    "decide",
    "declaration_of",
    "finish_fact_check",
    "go",
    "has_assessed",
    "open_assessment",
    "override_declared",
    "possible_assessors",
    "propose",
    "ratings_of",
    "save_summary",
    "self_verdict_of",
    "send_draft",
    "sign",
    "standing_against",
    "submit",
    "verdict_of",
    "what_blocks_a_proposal",
    "what_evidence_blocks",
    "what_holds_back",
    "who_else_could",
]
