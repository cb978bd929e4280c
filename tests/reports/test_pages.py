"""The pages of decisions and reports: who may open them, what they say at each stage, and what a second click does."""

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, StageMove
from assessments.rules import Outcome
from assessments.workflow import Stage
from departments.services.files import store
from reports.models import Report, ReportState

PDF_BYTES = b"%PDF-1.7 a small file"
CONFIRMED = {"decision": "award", "confirmed": "on"}


@pytest.fixture
def ready(report, tmp_path) -> Report:
    """A report whose file is there (bytes of a test: what rendering makes is tested elsewhere)."""
    path = tmp_path / "award.pdf"
    path.write_bytes(PDF_BYTES)
    with path.open("rb") as file:
        blob = store(file=file, by=None)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.READY, progress=100, blob=blob, pages=48, finished_at=timezone.now()
    )
    return Report.objects.get(pk=report.pk)


def text_of(response) -> str:
    """What the page says; a page that is not valid HTML raises."""
    page = response.content.decode()
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return " ".join(" ".join(tree.itertext()).split())


def address(name: str, row: Assessment | Report) -> str:
    return reverse(f"reports:{name}", kwargs={"pk": row.pk})


# --- Deciding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("certifier", 200),
        ("assessor", 403),
        ("lead", 403),
        ("contributor", 403),
        ("executive", 403),
        ("administrator", 404),
        ("assessor.unassigned", 404),
        ("certifier.elsewhere", 404),
        ("lead.elsewhere", 404),
        ("stranger", 404),
    ],
)
def test_only_the_certifier_decides(signed_in, shown, who, status):
    assert signed_in(who).get(address("decide", shown)).status_code == status


def test_the_certifier_reads_the_proposal(signed_in, shown):
    page = text_of(signed_in("certifier").get(address("decide", shown)))
    for said in (
        "The assessor proposes: Award", "On these bands: award. 3 partials of 10 allowed", "Commitment at every level.",
        "A desk review and a visit.", "An award.", "4.3.5", "Do this for all.", "Where the assessor and the department",
    ):  # fmt: skip
        assert said in page
    assert "All criteria Assessor found 9 45 3 0 57 Own view 0 57 0 0 57" in page


def test_the_proposal_costs_few_queries(signed_in, shown, django_assert_max_num_queries):
    certifier = signed_in("certifier")
    with django_assert_max_num_queries(36):
        certifier.get(address("decide", shown))


def test_an_award_is_decided_and_leads_to_its_report(signed_in, shown, people):
    response = signed_in("certifier").post(address("decide", shown), CONFIRMED, follow=True)
    assert response.redirect_chain == [(address("award", shown), 302)]
    assert "Decided: award. The award report is being made." in text_of(response)
    decided = Assessment.objects.get(pk=shown.pk)
    assert (decided.outcome, decided.decided_by) == (Outcome.AWARD, people["certifier"])


def test_a_second_click_changes_nothing_and_says_how_it_stands(signed_in, shown):
    certifier = signed_in("certifier")
    certifier.post(address("decide", shown), CONFIRMED)
    again = certifier.post(address("decide", shown), {"decision": "no_award", "confirmed": "on"})
    assert "decided this assessment on" in text_of(again)
    assert Assessment.objects.get(pk=shown.pk).outcome == Outcome.AWARD
    assert StageMove.objects.filter(assessment=shown, move="decide").count() == 1


def test_an_outcome_must_be_confirmed(signed_in, shown):
    page = text_of(signed_in("certifier").post(address("decide", shown), {"decision": "award"}))
    assert "Tick the box to confirm" in page
    assert Assessment.objects.get(pk=shown.pk).stage == Stage.DECISION


def test_nothing_chosen_is_asked_for(signed_in, shown):
    response = signed_in("certifier").post(address("decide", shown), {})
    assert "There is a problem Choose an outcome, or send it back." in text_of(response)


def test_what_the_rule_forbids_is_refused_with_its_reasons(signed_in, shown):
    shown.findings.filter(element__number="5.3.2").update(band="non_compliant")
    page = text_of(signed_in("certifier").post(address("decide", shown), CONFIRMED))
    assert "The award rule does not allow an award on these findings." in page
    assert "element 5.3.2 is Non-Compliant" in page
    assert Assessment.objects.get(pk=shown.pk).stage == Stage.DECISION


def test_a_proposal_is_sent_back_with_a_reason(signed_in, shown):
    certifier = signed_in("certifier")
    page = text_of(certifier.post(address("decide", shown), {"decision": "send_back", "reason": "  "}))
    assert "Say what the assessor must do" in page
    response = certifier.post(address("decide", shown), {"decision": "send_back", "reason": "Visit the pharmacy."})
    assert response.status_code == 302
    assert Assessment.objects.get(pk=shown.pk).stage == Stage.DRAFT_REPORT
    assert StageMove.objects.get(assessment=shown, move="send_back").reason == "Visit the pharmacy."


def test_with_nothing_proposed_the_page_says_what_comes_next(signed_in, in_review):
    page = text_of(signed_in("certifier").get(address("decide", in_review)))
    assert "nothing to decide now" in page
    assert "The assessor reads the evidence" in page


# --- The report ----------------------------------------------------------------------------------------------------

MAY_READ = [
    ("lead", 200),
    ("executive", 200),
    ("assessor", 200),
    ("certifier", 200),
    ("contributor", 403),
    ("administrator", 404),
    ("assessor.unassigned", 404),
    ("executive.elsewhere", 404),
    ("certifier.elsewhere", 404),
    ("stranger", 404),
]


@pytest.mark.parametrize(("who", "status"), MAY_READ)
def test_who_may_see_and_download_the_report(signed_in, ready, who, status):
    client = signed_in(who)
    assert client.get(address("award", ready.assessment)).status_code == status
    assert client.get(address("award_status", ready.assessment)).status_code == status
    assert client.get(address("download", ready)).status_code == status
    assert client.post(address("render_again", ready.assessment)).status_code == (302 if status == 200 else status)


def test_the_file_has_a_name_that_says_what_it_is(signed_in, ready):
    response = signed_in("executive").get(address("download", ready))
    name = f"award-report-{ready.assessment.reference}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/pdf"
    assert response.getvalue() == PDF_BYTES


def test_there_is_nothing_to_download_before_it_is_made(signed_in, report):
    assert signed_in("lead").get(address("download", report)).status_code == 404


def test_before_the_decision_the_page_says_what_comes_next(signed_in, shown):
    page = text_of(signed_in("lead").get(address("award", shown)))
    assert "Not decided yet" in page
    assert "The certifier reads the findings and decides." in page


def test_a_queued_report_is_watched(signed_in, report):
    response = signed_in("lead").get(address("award", report.assessment))
    assert "In the queue" in text_of(response)
    assert f'hx-get="{address("award_status", report.assessment)}"' in response.content.decode()


def test_a_report_being_made_shows_how_far_it_is(signed_in, report):
    Report.objects.update(state=ReportState.RENDERING, progress=42, attempts=1, beaten_at=timezone.now())
    response = signed_in("lead").get(address("award_status", report.assessment))
    fragment = " ".join(" ".join(html5lib.parseFragment(response.content.decode()).itertext()).split())
    assert "Laying out the pages" in fragment
    assert "42%" in fragment
    assert "hx-trigger" in response.content.decode()


def test_a_ready_report_is_no_longer_watched_and_can_be_downloaded(signed_in, ready):
    response = signed_in("lead").get(address("award", ready.assessment))
    page = text_of(response)
    assert "48 pages" in page
    assert "Download the report (PDF, 21" in page
    assert "hx-trigger" not in response.content.decode()
    assert address("download", ready) in response.content.decode()


def test_a_failed_report_says_why_and_can_be_tried_again(signed_in, report):
    Report.objects.update(state=ReportState.FAILED, error="The pages were too wide.", finished_at=timezone.now())
    lead = signed_in("lead")
    assert "The pages were too wide." in text_of(lead.get(address("award", report.assessment)))
    lead.post(address("render_again", report.assessment))
    assert Report.objects.get(pk=report.pk).state == ReportState.QUEUED


def test_trying_again_is_a_post(signed_in, report):
    assert signed_in("lead").get(address("render_again", report.assessment)).status_code == 405


def test_trying_again_before_the_decision_is_refused_in_words(signed_in, shown):
    response = signed_in("lead").post(address("render_again", shown), follow=True)
    assert "made once the assessment is decided" in text_of(response)


def test_pages_of_the_report_cost_few_queries(signed_in, ready, django_assert_max_num_queries):
    lead = signed_in("lead")
    with django_assert_max_num_queries(6):
        lead.get(address("award", ready.assessment))
    with django_assert_max_num_queries(6):
        lead.get(address("award_status", ready.assessment))
