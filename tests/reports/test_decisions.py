"""Deciding: outcome, facts and the asked-for report come together or not at all."""

import pytest

from assessments.models import Assessment
from assessments.rules import Outcome
from assessments.services.refusals import Refused
from assessments.workflow import Stage
from reports.models import DecisionFacts, Report, ReportState
from reports.services import decisions
from reports.services.requests import RENDER_TASK


def test_a_decision_stores_its_facts_and_queues_the_report(shown, people, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = decisions.decide(assessment=shown, outcome=Outcome.AWARD, by=people["certifier"])
    assert report.state == ReportState.QUEUED
    assert sent() == [(RENDER_TASK, report.pk)]
    facts = DecisionFacts.objects.get(assessment=shown).facts
    assert facts["outcome"]["code"] == "award"
    assert facts["certifier"] == people["certifier"].name
    assert facts["counts"]["found"] == {"compliance_plus": 9, "compliant": 45, "partially_compliant": 3}


def test_a_refused_decision_leaves_nothing_behind(shown, people):
    shown.findings.filter(element__number__startswith="5.3").update(band="non_compliant")
    with pytest.raises(Refused, match="does not allow an award"):
        decisions.decide(assessment=shown, outcome=Outcome.AWARD, by=people["certifier"])
    assert Assessment.objects.get(pk=shown.pk).stage == Stage.DECISION
    assert not DecisionFacts.objects.exists()
    assert not Report.objects.exists()


def test_a_decision_is_made_once(report, people):
    with pytest.raises(Refused, match="at the stage “Decided”"):
        decisions.decide(
            assessment=report.assessment, outcome=Outcome.NO_AWARD, reason="On reflection.", by=people["certifier"]
        )
    assert Report.objects.count() == 1
