"""The pages that take an assessment on: what they say, whom they serve, what they refuse."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Finding, Statement
from assessments.services import cycle
from assessments.workflow import Stage

pytestmark = pytest.mark.django_db


def at(name, row):
    return reverse(f"assessments:{name}", args=[row.pk])


def stage(row):
    return Assessment.objects.get(pk=row.pk).stage


def test_a_lead_opens_an_assessment(signed_in, here, standard):
    said = {"kind": "initial", "title": "First assessment", "due_on": "2027-01-31"}
    answer = signed_in("lead").post(at("open", here.department), said)
    opened = Assessment.objects.get()
    assert answer.url == at("detail", opened)
    assert opened.title == "First assessment"


def test_a_department_with_one_under_way_is_sent_to_it(signed_in, preparing):
    html = signed_in("lead").get(at("open", preparing.department)).content.decode()
    assert "has an assessment under way" in html
    assert at("detail", preparing) in html


def test_the_submit_page_says_exactly_what_blocks_it(signed_in, written):
    Statement.objects.filter(assessment=written, element__number="1.1.1").update(text="", band="")
    lead = signed_in("lead")
    html = lead.get(at("submit", written)).content.decode()
    assert "1 element is not ready" in html
    assert "write the statement, choose your own band" in html
    lead.post(at("submit", written))
    assert stage(written) == Stage.PREPARING


def test_a_lead_submits(signed_in, written):
    answer = signed_in("lead").post(at("submit", written))
    assert answer.url == at("detail", written)
    assert stage(written) == Stage.SUBMITTED


def test_a_second_click_changes_nothing(signed_in, written):
    lead = signed_in("lead")
    lead.post(at("submit", written))
    again = lead.post(at("submit", written))
    assert again.status_code == 200
    assert "can no longer be done" in again.content.decode()


def test_a_certifier_assigns(signed_in, submitted, people):
    certifier = signed_in("certifier")
    html = certifier.get(at("assign", submitted)).content.decode()
    assert people["assessor"].name in html
    certifier.post(at("assign", submitted), {"assessor": people["assessor"].pk})
    assert Assessment.objects.get(pk=submitted.pk).assessor == people["assessor"]


def test_an_assessor_of_another_body_is_not_a_choice(signed_in, submitted, people):
    answer = signed_in("certifier").post(at("assign", submitted), {"assessor": people["assessor.elsewhere"].pk})
    assert answer.status_code == 200
    assert stage(submitted) == Stage.SUBMITTED


def test_a_return_needs_a_reason_which_the_department_reads(signed_in, submitted):
    certifier = signed_in("certifier")
    assert certifier.post(at("return", submitted), {"reason": ""}).status_code == 200
    certifier.post(at("return", submitted), {"reason": "Evidence for 4.3 is missing."})
    assert stage(submitted) == Stage.PREPARING
    assert "Evidence for 4.3 is missing." in signed_in("lead").get(at("detail", submitted)).content.decode()
    assert certifier.get(at("detail", submitted)).status_code == 404


def test_the_summary_is_saved_and_the_draft_says_what_is_missing(signed_in, drafted):
    Finding.objects.filter(assessment=drafted).update(band="")
    said = {"method": "A visit.", "strengths": "More.", "recommendation": "An award.", "outcome": "award", "version": 1}
    answer = signed_in("assessor").post(at("summary", drafted), {**said, "send": "1"})
    assert answer.status_code == 200
    assert "not yet rated" in answer.content.decode() or "rated yet" in answer.content.decode()
    kept = Assessment.objects.get(pk=drafted.pk)
    assert (kept.strengths, kept.stage) == ("More.", Stage.DRAFT_REPORT)


def test_an_assessor_sends_the_draft_and_proposes(signed_in, drafted):
    said = {"method": "A visit.", "strengths": "Many.", "recommendation": "An award.", "outcome": "award", "version": 1}
    assessor = signed_in("assessor")
    assessor.post(at("summary", drafted), {**said, "send": "1"})
    assert stage(drafted) == Stage.FACTUAL_CHECK
    assert "to check the facts" in assessor.post(at("propose", drafted), {"outcome": "award"}).content.decode()
    Assessment.objects.filter(pk=drafted.pk).update(facts_checked_at=timezone.now())
    assessor.post(at("propose", drafted), {"outcome": "award"})
    assert stage(drafted) == Stage.DECISION


def test_two_pages_of_the_summary_overwrite_nothing(signed_in, in_review):
    assessor = signed_in("assessor")
    said = {"method": "First.", "strengths": "", "recommendation": "", "version": 0}
    assessor.post(at("summary", in_review), said)
    answer = assessor.post(at("summary", in_review), {**said, "method": "Second."})
    html = answer.content.decode()
    assert "First." in html
    assert "Second." in html
    assert Assessment.objects.get(pk=in_review.pk).method == "First."


def test_the_overview_costs_five_queries(signed_in, proposed, django_assert_num_queries):
    for who in ("lead", "assessor", "certifier", "executive"):
        client = signed_in(who)
        with django_assert_num_queries(5):
            client.get(at("detail", proposed))


@pytest.mark.parametrize(
    ("query", "shows", "hides"),
    [("?show=partial", "2.2.3", "1.1.1 "), ("?criterion=4", "4.3.5", "2.2.3"), ("?show=gap", "1.1.1", "3.1.1 ")],
)
def test_the_overview_narrows(signed_in, proposed, query, shows, hides):
    html = signed_in("assessor").get(at("detail", proposed) + query).content.decode()
    assert shows in html
    assert hides not in html


def test_the_overview_hides_findings_until_the_decision(signed_in, proposed):
    assert "Compliance Plus" in signed_in("certifier").get(at("detail", proposed)).content.decode()
    for who in ("contributor", "executive"):
        assert "Compliance Plus" not in signed_in(who).get(at("detail", proposed)).content.decode()


def test_a_lead_reads_the_findings_of_the_draft_once_it_is_sent(signed_in, drafted, people):
    assert "Compliance Plus" not in signed_in("lead").get(at("detail", drafted)).content.decode()
    cycle.send_draft(assessment=drafted, outcome="award", by=people["assessor"])
    assert "Compliance Plus" in signed_in("lead").get(at("detail", drafted)).content.decode()


def test_findings_have_no_place_where_they_may_not_be_read(signed_in, in_review):
    html = signed_in("lead").get(at("detail", in_review)).content.decode()
    assert "Finding" not in html
    assert "On these bands: award" in html


def test_somebody_with_no_assessment_reads_what_the_page_is_for(signed_in, here):
    assert "No assessments yet" in signed_in("lead").get(reverse("assessments:list")).content.decode()
