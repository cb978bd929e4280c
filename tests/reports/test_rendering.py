"""Rendering a report: a row that tells how far it is, one worker at a time, and nothing lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.services.refusals import Refused
from departments.services.files import open_blob
from reports import tasks
from reports.models import DecisionFacts, Report, ReportState
from reports.services import rendering, requests
from reports.services.requests import MAX_ATTEMPTS, RENDER_TASK


@pytest.fixture
def broken(proposed, people) -> Report:
    """A report whose stored facts cannot be made into anything."""
    DecisionFacts.objects.create(assessment=proposed, facts={"reference": "only"})
    return requests.ask(assessment=proposed, by=people["certifier"])


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def test_a_report_is_rendered_stored_and_made_again_to_the_same_file(report, people):
    tasks.render_report(report.pk)
    ready = fresh(report)
    assert (ready.state, ready.progress, ready.error, ready.attempts) == (ReportState.READY, 100, "", 1)
    assert ready.blob is not None
    assert open_blob(blob=ready.blob).read(8) == b"%PDF-1.7"
    assert ready.pages is not None
    assert ready.pages > 10
    assert ready.finished_at is not None
    requests.ask_again(assessment=ready.assessment, by=people["lead"])
    assert fresh(report).state == ReportState.QUEUED
    assert fresh(report).blob == ready.blob  # the old one serves until the new one is there
    tasks.render_report(report.pk)
    assert (fresh(report).state, fresh(report).blob) == (ReportState.READY, ready.blob)


def test_a_second_message_for_a_finished_report_does_nothing(report):
    Report.objects.filter(pk=report.pk).update(state=ReportState.FAILED, error="Said so.", finished_at=timezone.now())
    rendering.render(pk=report.pk)
    assert fresh(report).error == "Said so."


def test_a_message_for_a_report_that_is_not_there_does_nothing(db):
    rendering.render(pk=404)


def test_only_one_worker_takes_a_report(report):
    assert rendering.take(report.pk) is not None
    assert rendering.take(report.pk) is None


def test_the_row_shows_each_step_while_it_is_rendered(report):
    turn = rendering.take(report.pk)
    assert turn is not None
    seen = []
    for percent in (10, 15, 60, 95):
        turn.reach(percent)
        seen.append((fresh(report).progress, fresh(report).doing))
    assert seen == [
        (10, "Setting the text"), (15, "Setting the text"), (60, "Laying out the pages"), (95, "Writing the file"),
    ]  # fmt: skip


def test_a_worker_that_was_given_up_stops_when_another_has_taken_over(report):
    first = rendering.take(report.pk)
    assert first is not None
    Report.objects.update(beaten_at=timezone.now() - timedelta(minutes=6))
    second = rendering.take(report.pk)
    assert second is not None
    with pytest.raises(rendering.TurnLost):
        first.reach(50)
    second.reach(20)
    assert (fresh(report).progress, fresh(report).attempts) == (20, 2)


def test_a_failure_is_told_in_words_and_can_be_tried_again(broken, people, sent, django_capture_on_commit_callbacks):
    rendering.render(pk=broken.pk)
    failed = fresh(broken)
    assert failed.state == ReportState.FAILED
    assert failed.error.startswith("Something went wrong at this step: setting the text.")
    assert "KeyError" not in failed.error
    with django_capture_on_commit_callbacks(execute=True):
        requests.ask_again(assessment=failed.assessment, by=people["lead"])
    again = fresh(broken)
    assert (again.state, again.progress, again.error, again.requested_by) == (
        ReportState.QUEUED, 0, "", people["lead"],
    )  # fmt: skip
    assert sent() == [(RENDER_TASK, broken.pk)]


def test_a_report_without_facts_says_so(proposed, people):
    report = requests.ask(assessment=proposed, by=people["certifier"])
    rendering.render(pk=report.pk)
    assert fresh(report).error.startswith("The facts of this decision are not stored")


def test_what_is_under_way_stays_under_way_when_asked_for_again(report, people):
    turn = rendering.take(report.pk)
    assert turn is not None
    requests.ask_again(assessment=report.assessment, by=people["lead"])
    turn.reach(50)
    assert fresh(report).requested_by == people["certifier"]


def test_nothing_is_made_before_the_decision(proposed, people):
    with pytest.raises(Refused, match="once the assessment is decided"):
        requests.ask_again(assessment=proposed, by=people["lead"])


def test_the_sweep_sends_again_what_was_lost_or_left(report, sent):
    requests.sweep()
    assert sent() == []
    requests.sweep(now=timezone.now() + timedelta(seconds=31))
    assert sent() == [(RENDER_TASK, report.pk)]
    rendering.take(report.pk)
    requests.sweep(now=timezone.now() + timedelta(minutes=4))
    assert sent() == []
    requests.sweep(now=timezone.now() + timedelta(minutes=6))
    assert sent() == [(RENDER_TASK, report.pk)]
    tasks.sweep_reports()
    assert sent() == []


def test_the_sweep_gives_up_what_was_begun_too_often(report, sent):
    Report.objects.update(
        state=ReportState.RENDERING, attempts=MAX_ATTEMPTS, beaten_at=timezone.now() - timedelta(minutes=6)
    )
    requests.sweep()
    assert fresh(report).state == ReportState.FAILED
    assert f"begun {MAX_ATTEMPTS} times" in fresh(report).error
    assert sent() == []
