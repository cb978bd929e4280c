"""An appeal: who hears it, what its answers do, and that every decision keeps its facts."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Query, StageMove
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.workflow import Move, Stage
from reports.documents.award import award_html
from reports.facts import facts_of
from reports.models import DecisionFacts, Report
from reports.services import decisions
from tests.races import at_once
from tests.reports.example_facts import example_facts

ALLOWED = {"answer": "allow_appeal", "reason": "4.3.5 must be seen."}
CONFIRMED = {"decision": "award", "confirmed": "on"}


def hear(assessment: Assessment) -> str:
    return reverse("reports:appeal", args=[assessment.pk])


@pytest.fixture
def allowed(appealed, people, certifier_too) -> Assessment:
    """The appeal is allowed: the findings are looked at again."""
    return cycle.go(assessment=appealed, move=Move.ALLOW_APPEAL, by=certifier_too, reason="4.3.5 must be seen.")


@pytest.fixture
def proposed_again(allowed, people) -> Assessment:
    assessor = people["assessor"]
    drafted = cycle.go(assessment=allowed, move=Move.DRAFT, by=assessor, reason="The visit was made.")
    cycle.send_draft(assessment=drafted, outcome=Outcome.AWARD, by=assessor)
    cycle.finish_fact_check(assessment=drafted, by=people["lead"])
    return cycle.propose(assessment=drafted, outcome=Outcome.AWARD, by=assessor)


@pytest.fixture
def certifying(signed_in, people, certifier_too):
    """A browser in which the other certifier has signed in."""
    people["certifier.too"] = certifier_too
    return signed_in("certifier.too")


# --- The page
@pytest.mark.parametrize(
    ("who", "status"),
    [("certifier", 200), ("assessor", 403), ("lead", 403), ("executive", 403), ("certifier.elsewhere", 404)],
)
def test_certifiers_alone_open_the_page(signed_in, appealed, who, status):
    assert signed_in(who).get(hear(appealed)).status_code == status


def test_it_shows_the_grounds_the_decision_and_its_facts(certifying, appealed):
    page = certifying.get(hear(appealed)).text
    for said in ("4.3.5 was not looked at.", "Certifier decided on", "On these bands: award.", "An award."):
        assert said in page
    assert 'name="answer"' in page


def test_who_decided_reads_who_else_can_hear_it(signed_in, appealed, certifier_too):
    page = signed_in("certifier").get(hear(appealed)).text
    assert "The appeal is against your own decision" in page
    assert f"{certifier_too.name} can hear the appeal." in page
    assert 'name="answer"' not in page
    assert signed_in("certifier").post(hear(appealed), ALLOWED).status_code == 200
    assert Assessment.objects.get().stage == Stage.APPEALED


def test_with_no_other_certifier_the_page_says_what_to_do(signed_in, appealed):
    page = signed_in("certifier").get(hear(appealed)).text
    assert "has no other certifier who could hear the appeal. Ask whoever runs the portal" in page


def test_an_answer_needs_its_reasons(certifying, appealed):
    assert "Give your reasons" in certifying.post(hear(appealed), {"answer": "dismiss_appeal", "reason": " "}).text
    assert "Choose your answer" in certifying.post(hear(appealed), {"reason": "Because."}).text
    assert Assessment.objects.get().stage == Stage.APPEALED


def test_a_dismissed_appeal_leaves_the_decision(certifying, appealed, people):
    answer = certifying.post(hear(appealed), {"answer": "dismiss_appeal", "reason": "It was seen."}, follow=True)
    assert "The appeal is dismissed. The decision stands." in answer.text
    decided = Assessment.objects.get()
    assert (decided.stage, decided.outcome, decided.decided_by) == (Stage.DECIDED, "award", people["certifier"])
    assert DecisionFacts.objects.count() == 1


def test_home_asks_the_other_certifier_and_tells_the_executive(certifying, signed_in, appealed):
    assert "Hear the appeal: Cardiology" in certifying.get("/").text
    assert "Hear the appeal: Cardiology" not in signed_in("certifier").get("/").text
    assert "Appeal under way: Cardiology" in signed_in("executive").get("/").text


def test_an_appeal_comes_in_time(decided, people, settings):
    settings.APPEAL_DAYS = -1
    with pytest.raises(Refused, match="An appeal could be made until"):
        cycle.go(assessment=decided, move=Move.APPEAL, by=people["lead"], reason="Too late.")


def test_the_days_for_an_appeal_are_a_setting():
    assert settings.APPEAL_DAYS == 28
    assert timezone.now() + timedelta(days=settings.APPEAL_DAYS) > timezone.now()


# --- The second decision
def test_who_decided_first_does_not_decide_again(signed_in, proposed_again, people):
    with pytest.raises(Refused, match="set aside on appeal"):
        decisions.decide(assessment=proposed_again, outcome=Outcome.AWARD, by=people["certifier"])
    page = signed_in("certifier").get(reverse("reports:decide", args=[proposed_again.pk])).text
    assert "Your first decision was set aside on appeal" in page
    assert 'name="decision"' not in page


def test_each_decision_keeps_its_facts_and_the_report_is_of_the_newest(proposed_again, certifier_too):
    report = decisions.decide(
        assessment=proposed_again, outcome=Outcome.NO_AWARD, by=certifier_too, reason="4.3.5 is not done."
    )
    first, second = DecisionFacts.objects.all()
    assert (first.number, first.facts["outcome"]["code"]) == (1, "award")
    assert (second.number, second.facts["outcome"]["code"]) == (2, "no_award")
    assert Report.objects.get() == report
    assert second.facts["decision"]["against_the_rule"] == "4.3.5 is not done."
    appeal = second.facts["decision"]["appeals"][0]
    assert (appeal["answer"], appeal["grounds"]) == ("allowed", "4.3.5 was not looked at.")
    html = award_html(second.facts)
    assert "Appeal allowed." in html
    assert "on appeal" in html
    assert "Decided against the rule." in html


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(appealed, certifier_too):
    both = [
        lambda: cycle.go(assessment=appealed, move=Move.DISMISS_APPEAL, by=certifier_too, reason="No."),
        lambda: cycle.go(assessment=appealed, move=Move.ALLOW_APPEAL, by=certifier_too, reason="Yes."),
    ]
    assert at_once(*both * 5).count("done") == 1
    answers = StageMove.objects.filter(move__in=[Move.DISMISS_APPEAL, Move.ALLOW_APPEAL])
    assert answers.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_certifiers_deciding_at_once_decide_once(proposed, people, certifier_too):
    each = [
        lambda by=by: decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=by)
        for by in (people["certifier"], certifier_too)
    ]
    assert at_once(*each * 5).count("done") == 1
    assert DecisionFacts.objects.count() == Report.objects.count() == 1


# --- Deciding
def test_no_award_against_the_rule_needs_a_reason_that_is_kept(signed_in, proposed):
    client, url = signed_in("certifier"), reverse("reports:decide", args=[proposed.pk])
    against = {"decision": "no_award", "confirmed": "on"}
    assert "Say why you decide against it." in client.post(url, against).text
    with pytest.raises(Refused, match="Say why you decide against it"):
        decisions.decide(assessment=proposed, outcome=Outcome.NO_AWARD, by=proposed.moves.get(move="assign").by)
    assert client.post(url, {**against, "reason": "The visit was too short."}).status_code == 302
    assert StageMove.objects.get(move=Move.DECIDE).reason == "The visit was too short."


def test_the_decision_shows_headroom_what_would_change_it_and_what_is_open(signed_in, proposed, people):
    element = proposed.standard.elements.get(number="4.3.5")
    asked = Query.objects.create(
        assessment=proposed, element=element, due_on=timezone.localdate(), opened_by=people["assessor"],
        opened_at=timezone.now(),
    )  # fmt: skip
    page = signed_in("certifier").get(reverse("reports:decide", args=[proposed.pk])).text
    assert "Partials left: " in page
    assert "Any one element found Non-Compliant would lose it." in page
    assert reverse("assessments:query", args=[asked.pk]) in page
    assert "Assessor declared that nothing stands in the way" in page


@pytest.mark.parametrize(("who", "status"), [("certifier", 200), ("assessor", 403), ("stranger", 404)])
def test_certifiers_alone_try_bands(signed_in, proposed, who, status):
    assert signed_in(who).get(reverse("reports:what_if", args=[proposed.pk])).status_code == status


def test_bands_are_tried_without_saving(signed_in, proposed):
    url = reverse("reports:what_if", args=[proposed.pk])
    page = signed_in("certifier").get(
        url, {"try": ["2.2.3:compliant", "9.9.9:x", "1.1.1:"], "element": "4.3.5", "band": "non_compliant"}
    )
    assert "As tried: On these bands: no award." in page.text
    assert 'value="2.2.3:compliant"' in page.text
    assert 'value="4.3.5:non_compliant"' in page.text
    assert "9.9.9" not in page.text
    assert proposed.findings.get(element__number="4.3.5").band == "partially_compliant"


def test_a_band_that_the_standard_does_not_allow_is_refused_in_words(signed_in, proposed):
    url = reverse("reports:what_if", args=[proposed.pk])
    page = signed_in("certifier").get(url, {"element": "1.1.1", "band": "not_applicable"}).text
    assert "cannot be Not Applicable" in page


# --- The report
def test_overrides_and_interests_stand_in_the_report(in_conflict, people):
    cycle.override_declared(assessment=in_conflict, reason="She left in May.", by=people["certifier"])
    html = award_html(example_facts(independence=facts_of(in_conflict)["independence"]))
    assert "My sister is a nurse on Montuschi Ward." in html
    assert "Let pass." in html
    assert "She left in May." in html


def test_facts_of_before_still_make_a_report():
    facts = example_facts()
    del facts["independence"], facts["decision"]
    html = award_html(facts)
    assert "Independence" not in html
    assert "Decision: award." in html
