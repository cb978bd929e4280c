"""An assessment's way from stage to stage: what each move needs, records and forbids."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import InternalError
from django.utils import timezone

from assessments.models import Assessment, Finding, StageMove, Statement
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.services.tallies import count
from assessments.workflow import Move, Stage


def test_opening_makes_an_empty_statement_for_every_element(preparing):
    assert preparing.stage == Stage.PREPARING
    assert Statement.objects.filter(assessment=preparing, text="", band="").count() == 57
    assert {number: tally["elements"] for number, tally in preparing.tallies.items()} == {
        "1": 11, "2": 11, "3": 12, "4": 13, "5": 10,
    }  # fmt: skip


def test_a_department_has_one_assessment_under_way(preparing, people):
    with pytest.raises(Refused, match="already has an assessment under way"):
        cycle.open_assessment(department=preparing.department, title="Another", by=people["lead"])


def test_submitting_names_everything_that_still_blocks_it(written, people):
    Statement.objects.filter(assessment=written, element__number="4.3.4").update(text="", band="")
    Statement.objects.filter(assessment=written, element__number="5.1.1").update(tell_me="")
    with pytest.raises(Refused) as refused:
        cycle.submit(assessment=written, by=people["lead"])
    assert refused.value.reasons == (
        "4.3.4: write the statement, choose your own band.",
        "5.1.1: add evidence, or say what to see on the visit.",
    )


def test_a_submission_can_be_returned_with_a_reason(submitted, people):
    with pytest.raises(Refused, match="Say why"):
        cycle.go(assessment=submitted, move=Move.RETURN, reason=" ", by=people["certifier"])
    returned = cycle.go(assessment=submitted, move=Move.RETURN, reason="Evidence is missing.", by=people["certifier"])
    assert returned.stage == Stage.PREPARING
    assert StageMove.objects.values_list("reason", flat=True).last() == "Evidence is missing."


def test_an_assessor_of_another_body_cannot_be_assigned(submitted, people):
    with pytest.raises(Refused, match="is not an assessor of"):
        cycle.assign(assessment=submitted, assessor=people["assessor.elsewhere"], by=people["certifier"])


def test_assigning_makes_an_empty_finding_for_every_element(in_review):
    assert Finding.objects.filter(assessment=in_review, band="").count() == 57


def test_handing_over_to_another_assessor_keeps_the_findings(in_review, people):
    Finding.objects.filter(assessment=in_review, element__number="1.1.1").update(narrative="Seen.")
    handed = cycle.assign(assessment=in_review, assessor=people["assessor.unassigned"], by=people["certifier"])
    assert handed.assessor == people["assessor.unassigned"]
    assert Finding.objects.get(assessment=in_review, element__number="1.1.1").narrative == "Seen."


def test_a_draft_waits_for_every_finding(drafted, people):
    Finding.objects.filter(assessment=drafted, element__number="1.1.1").update(band="")
    with pytest.raises(Refused, match="not yet rated"):
        cycle.send_draft(assessment=drafted, outcome=Outcome.AWARD, by=people["assessor"])


def test_a_department_has_ten_working_days_to_check_the_facts(drafted, people):
    monday = datetime(2026, 11, 2, 9, tzinfo=UTC)
    sent = cycle.send_draft(assessment=drafted, outcome=Outcome.AWARD, by=people["assessor"], at=monday)
    assert sent.facts_due_on == date(2026, 11, 16)


def test_a_day_that_has_passed_is_no_deadline(drafted, people):
    with pytest.raises(Refused, match="a day to come"):
        cycle.send_draft(
            assessment=drafted, outcome=Outcome.AWARD, facts_due_on=timezone.localdate(), by=people["assessor"]
        )


def test_a_proposal_waits_for_the_facts_to_be_checked(in_factual_check, people):
    with pytest.raises(Refused, match="to check the facts"):
        cycle.propose(assessment=in_factual_check, outcome=Outcome.AWARD, by=people["assessor"])
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert cycle.propose(assessment=in_factual_check, outcome=Outcome.AWARD, by=people["assessor"]).proposed_at


def test_a_proposal_follows_the_rule(proposed, people):
    back = cycle.go(assessment=proposed, move=Move.SEND_BACK, reason="Look at 2.2 again.", by=people["certifier"])
    Finding.objects.filter(assessment=back, element__number="1.1.1").update(band="non_compliant", improvement="Do.")
    with pytest.raises(Refused, match="The award rule gives “No award”"):
        cycle.send_draft(assessment=back, outcome=Outcome.AWARD, by=people["assessor"])


def test_a_decision_is_fixed_in_the_database(proposed, people):
    decided = cycle.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    assert (decided.stage, decided.outcome, decided.decided_by) == (Stage.DECIDED, Outcome.AWARD, people["certifier"])
    assert decided.certified_until
    assert decided.decided_at
    assert decided.certified_until.year == decided.decided_at.year + 3
    with pytest.raises(InternalError, match="a_decision_is_fixed"):
        Assessment.objects.filter(pk=decided.pk).update(outcome=Outcome.NO_AWARD)


def test_an_award_against_the_rule_is_refused(proposed, people):
    Finding.objects.filter(assessment=proposed, element__number="1.1.1").update(band="non_compliant")
    with pytest.raises(Refused, match="does not allow an award"):
        cycle.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])


@pytest.mark.parametrize("move", ["submit", "assign", "propose", "decide"])
def test_no_move_is_made_from_a_stage_that_the_table_forbids(proposed, people, move):
    decided = cycle.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    moves = {
        "submit": lambda: cycle.submit(assessment=decided, by=people["lead"]),
        "assign": lambda: cycle.assign(assessment=decided, assessor=people["assessor"], by=people["certifier"]),
        "propose": lambda: cycle.propose(assessment=decided, outcome=Outcome.AWARD, by=people["assessor"]),
        "decide": lambda: cycle.decide(assessment=decided, outcome=Outcome.AWARD, by=people["certifier"]),
    }
    with pytest.raises(Refused, match="can no longer be done"):
        moves[move]()


def test_stored_counts_are_what_the_rows_say(proposed):
    assert proposed.tallies == count(proposed)
    assert proposed.tallies["1"]["found"] == {"compliance_plus": 9, "compliant": 2}
    assert proposed.tallies["4"]["found"] == {"compliant": 12, "partially_compliant": 1}


def test_every_move_is_recorded(proposed, people):
    moves = list(StageMove.objects.filter(assessment=proposed).values_list("move", "by__email"))
    assert moves == [
        ("submit", "lead@example.org"),
        ("assign", "certifier@example.org"),
        *[(move, "assessor@example.org") for move in ("plan_visit", "close_visit", "draft", "send_draft", "propose")],
    ]


@pytest.mark.parametrize("row", [Statement, Finding])
def test_what_a_decision_rests_on_is_fixed_in_the_database(proposed, people, row):
    cycle.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    with pytest.raises(InternalError, match="fixed_once_decided"):
        row.objects.filter(assessment=proposed).update(band="non_compliant")
