"""Two people at the same moment, in real transactions: one of them waits, and nothing is overwritten or done twice."""

import pytest

from assessments.models import Finding, StageMove, Statement
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.evidence import use_evidence
from assessments.services.writing import save_statement
from reports.models import Report
from reports.services import decisions
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_saves_of_one_statement(preparing, people):
    statement = Statement.objects.get(assessment=preparing, element__number="4.3.4")
    words = {"band": "compliant", "tell_me": ""}
    results = at_once(
        lambda: save_statement(statement=statement, version=0, by=people["lead"], text="The lead's.", **words),
        lambda: save_statement(statement=statement, version=0, by=people["contributor"], text="Another's.", **words),
    )
    assert results == ["SavedByAColleague", "done"]
    assert Statement.objects.get(pk=statement.pk).version == 1


def test_a_save_while_a_colleague_submits(written, people):
    statement = Statement.objects.get(assessment=written, element__number="4.3.4")
    at_once(
        lambda: cycle.submit(assessment=written, by=people["lead"]),
        lambda: save_statement(
            statement=statement, version=1, by=people["contributor"], text="Late.", band="compliant", tell_me=""
        ),
    )
    submitted = StageMove.objects.filter(assessment=written).exists()
    late = Statement.objects.get(pk=statement.pk)
    # Whoever came first, nothing unfinished was submitted: "Late." has neither evidence nor a note for the visit.
    assert submitted != (late.text == "Late.")


def test_one_decision_however_often_it_is_pressed(proposed, people):
    results = at_once(
        *[lambda: decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])] * 3
    )
    assert results.count("done") == 1
    assert Report.objects.count() == 1
    assert StageMove.objects.filter(assessment=proposed, move="decide").count() == 1


def test_assigning_twice_makes_each_finding_once(submitted, people):
    at_once(*[lambda: cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])] * 2)
    assert Finding.objects.filter(assessment=submitted).count() == 57


def test_evidence_put_to_elements_by_two_people_is_counted_right(evidence_in_preparation, preparing, people):
    elements = list(preparing.standard.elements.all()[:10])
    at_once(
        *[
            lambda: use_evidence(
                assessment=preparing, evidence=evidence_in_preparation, elements=elements, by=people["lead"]
            )
        ]
        * 2
    )
    counts = Statement.objects.filter(assessment=preparing, element__in=elements).values_list(
        "evidence_count", flat=True
    )
    assert set(counts) == {1}
