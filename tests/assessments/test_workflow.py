"""Every stage × move × person, by service and by address: what the table allows happens, and nothing else does.

The table is written out here once more, on purpose: a change of the workflow must be meant twice.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from assessments.models import Assessment, StageMove
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.workflow import MUST_HOLD, STEPS, WHAT_COMES_NEXT, Move, Stage
from reports.services import decisions

REVIEW = {"desk_review", "visit_planned", "visited", "draft_report"}
WITH_THE_BODY = {"submitted", *REVIEW, "factual_check", "decision"}
# Move: who makes it, and from where to where.
TABLE: dict[str, tuple[str, dict[str, str]]] = {
    "submit": ("lead", {"preparing": "submitted"}),
    "return": ("certifier", {"submitted": "preparing"}),
    "assign": ("certifier", {"submitted": "desk_review", **{stage: stage for stage in REVIEW}}),
    "plan_visit": ("assessor", {"desk_review": "visit_planned"}),
    "call_off_visit": ("assessor", {"visit_planned": "desk_review"}),
    "close_visit": ("assessor", {"visit_planned": "visited"}),
    "reopen_visit": ("assessor", {"visited": "visit_planned"}),
    "draft": ("assessor", {"visited": "draft_report", "desk_review": "draft_report"}),
    "send_draft": ("assessor", {"draft_report": "factual_check"}),
    "take_back": ("assessor", {"factual_check": "draft_report"}),
    "propose": ("assessor", {"factual_check": "decision"}),
    "send_back": ("certifier", {"decision": "draft_report"}),
    "decide": ("certifier", {"decision": "decided"}),
    "appeal": ("lead", {"decided": "appealed"}),
    "dismiss_appeal": ("another certifier", {"appealed": "decided"}),
    "allow_appeal": ("another certifier", {"appealed": "desk_review"}),
    "withdraw": ("lead", dict.fromkeys({"preparing", "paused", *WITH_THE_BODY}, "withdrawn")),
    "pause": ("certifier", dict.fromkeys(WITH_THE_BODY, "paused")),
    "resume": ("certifier", {"paused": "desk_review"}),
}
NEED_A_REASON = {
    *("return", "call_off_visit", "reopen_visit", "take_back", "send_back", "appeal", "dismiss_appeal"),
    *("allow_appeal", "withdraw", "pause"),
}
WORLDS = {
    "preparing": "written",
    "submitted": "submitted",
    "desk_review": "in_review",
    "visit_planned": "visit_planned",
    "visited": "visited",
    "draft_report": "drafted",
    "factual_check": "in_factual_check",
    "decision": "proposed",
    "decided": "decided",
    "appealed": "appealed",
    "paused": "paused",
    "withdrawn": "withdrawn",
}
WHO = ("lead", "contributor", "executive", "administrator", "assessor", "assessor.unassigned", "certifier")
CAST = (*WHO, "lead.elsewhere", "assessor.elsewhere", "certifier.elsewhere", "stranger")


@pytest.fixture(params=WORLDS, ids=str)
def at_a_stage(request, people, certifier_too):
    """An assessment at each stage, ready for whatever comes next."""
    assessment = request.getfixturevalue(WORLDS[request.param])
    if request.param == "desk_review":
        request.getfixturevalue("visit_in_plan")
    if request.param == "factual_check":
        cycle.finish_fact_check(assessment=assessment, by=people["lead"])
    return Assessment.objects.with_names().get(pk=assessment.pk)


def expected_end(move: str, who: str, stage: str) -> str | None:
    """Where a move leads when this person makes it at this stage; None when they may not."""
    maker, ways = TABLE[move]
    makers = {"another certifier": {"certifier.too"}, "certifier": {"certifier", "certifier.too"}}.get(maker, {maker})
    return ways.get(stage) if who in makers else None


def make(move: str, assessment: Assessment, by, people) -> None:
    """One move by its service, with everything that it asks for."""
    if move == "submit":
        cycle.submit(assessment=assessment, by=by)
    elif move == "assign":
        cycle.assign(assessment=assessment, assessor=people["assessor.unassigned"], by=by)
    elif move == "send_draft":
        cycle.send_draft(assessment=assessment, outcome="award", by=by)
    elif move == "propose":
        cycle.propose(assessment=assessment, outcome="award", by=by)
    elif move == "decide":
        decisions.decide(assessment=assessment, outcome="award", by=by)
    else:
        cycle.go(assessment=assessment, move=Move(move), by=by, reason="Because of it.")


def posted(move: str, people) -> tuple[str, dict[str, object]]:
    """The address of a move, and what its form sends."""
    words = {"method": "A visit.", "strengths": "Many.", "recommendation": "An award.", "outcome": "award"}
    special: dict[str, tuple[str, dict[str, object]]] = {
        "submit": ("assessments:submit", {}),
        "assign": ("assessments:assign", {"assessor": people["assessor.unassigned"].pk}),
        "send_draft": ("assessments:summary", {**words, "version": 1, "send": "1"}),
        "propose": ("assessments:propose", {"outcome": "award"}),
        "send_back": ("reports:decide", {"decision": "send_back", "reason": "Because of it."}),
        "dismiss_appeal": ("reports:appeal", {"answer": "dismiss_appeal", "reason": "Because of it."}),
        "allow_appeal": ("reports:appeal", {"answer": "allow_appeal", "reason": "Because of it."}),
        "decide": ("reports:decide", {"decision": "award", "confirmed": "on"}),
    }
    return special.get(move, (f"assessments:{move}", {"reason": "Because of it."}))


def stage_of(assessment: Assessment) -> str:
    return Assessment.objects.values_list("stage", flat=True).get(pk=assessment.pk)


def test_the_table_is_the_one_that_is_meant():
    assert set(TABLE) == {move.value for move in Move} == {move.value for move in STEPS}
    for move, steps in STEPS.items():
        starts = {step.start.value: step.end.value for step in steps if move != Move.RESUME}
        assert move == Move.RESUME or starts == TABLE[move][1]
        assert {step.needs_reason for step in steps} <= {True} if move in NEED_A_REASON else True
    assert {step.start.value for step in STEPS[Move.RESUME]} == {"paused"}
    assert set(WHAT_COMES_NEXT) == set(Stage)
    assert set(MUST_HOLD) <= set(Move)


def test_by_service_each_move_is_made_where_the_table_allows_it_and_by_whom(at_a_stage, people, certifier_too):
    stage, wrong = at_a_stage.stage, []
    before = StageMove.objects.filter(assessment=at_a_stage).count()
    for move in TABLE:
        for who in (*CAST, "certifier.too"):
            with transaction.atomic():
                try:
                    make(move, at_a_stage, people.get(who, certifier_too), people)
                    came_to = stage_of(at_a_stage)
                    moved = StageMove.objects.filter(assessment=at_a_stage).count() - before
                except Refused:
                    came_to, moved = None, 0
                transaction.set_rollback(True)
            if (came_to, moved) != ((end := expected_end(move, who, stage)), 1 if end else 0):
                wrong.append((move, who, came_to, moved, end))
    assert wrong == []


def test_by_address_each_move_is_made_where_the_table_allows_it_and_by_whom(
    at_a_stage, people, signed_in, certifier_too
):
    people["certifier.too"] = certifier_too
    stage, wrong = at_a_stage.stage, []
    before = StageMove.objects.filter(assessment=at_a_stage).count()
    for who in (*CAST, "certifier.too"):
        client = signed_in(who)
        for move in TABLE:
            name, data = posted(move, people)
            with transaction.atomic():
                client.post(reverse(name, args=[at_a_stage.pk]), data)
                came_to = stage_of(at_a_stage)
                moved = StageMove.objects.filter(assessment=at_a_stage).count() - before
                transaction.set_rollback(True)
            end = expected_end(move, who, stage)
            if (came_to, moved) != ((end, 1) if end else (stage, 0)):
                wrong.append((move, who, came_to, moved, end))
    assert wrong == []


@pytest.mark.parametrize("move", sorted(NEED_A_REASON))
def test_a_move_that_needs_a_reason_is_refused_without_one(move, request, people, certifier_too):
    stage = next(iter(TABLE[move][1]))
    assessment = request.getfixturevalue(WORLDS[stage])
    by = {"another certifier": certifier_too}.get(TABLE[move][0]) or people[TABLE[move][0]]
    with pytest.raises(Refused, match="Say why"):
        cycle.go(assessment=assessment, move=Move(move), by=by, reason="  ")


def test_a_draft_without_a_visit_needs_a_reason(in_review, people):
    with pytest.raises(Refused, match="Say why"):
        cycle.go(assessment=in_review, move=Move.DRAFT, by=people["assessor"])


@pytest.mark.parametrize("world", ["submitted", "visit_planned", "in_factual_check", "proposed"])
def test_what_is_paused_goes_on_where_it_was(world, request, people):
    assessment = request.getfixturevalue(world)
    was = assessment.stage
    halted = cycle.go(assessment=assessment, move=Move.PAUSE, by=people["certifier"], reason="Winter pressure.")
    assert (halted.stage, halted.paused_from) == (Stage.PAUSED, was)
    on = cycle.go(assessment=halted, move=Move.RESUME, by=people["certifier"])
    assert (on.stage, on.paused_from) == (was, "")
