"""The check of facts: the draft is read, findings are challenged, and each challenge is answered and kept."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.forms.words import LONGEST_TEXT
from assessments.models import Assessment, Challenge, EvidenceUse, Finding
from assessments.rules import Band, Outcome
from assessments.services import cycle
from assessments.services.challenges import answer_challenge, challenge
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.writing import save_finding
from assessments.workflow import Move
from departments.models import Notice
from tests.conftest import make_link
from tests.races import at_once

pytestmark = pytest.mark.django_db

WRONG = "The survey reached 400 people, not 40."


def draft(assessment):
    return reverse("assessments:draft_report", args=[assessment.pk])


def making(assessment, number="4.3.5"):
    return reverse("assessments:challenge_make", args=[assessment.pk, number])


def at(row):
    return reverse("assessments:challenge", args=[row.pk])


def element_page(assessment, number="4.3.5"):
    return reverse("assessments:element", args=[assessment.pk, number])


def finding_of(assessment, number="4.3.5"):
    return Finding.objects.get(assessment=assessment, element__number=number)


def accepted(row, people):
    return answer_challenge(challenge=row, accept=True, answer="Misread.", by=people["assessor"])


def put_right(finding, people, **changes):
    words = {"band": finding.band, "narrative": finding.narrative, "strengths": "", "improvement": "Do this for all."}
    return save_finding(
        finding=finding, version=finding.version, by=people["assessor"], **{**words, "good_practice": False, **changes}
    )


# --- The draft
def test_the_lead_reads_the_whole_draft(signed_in, in_factual_check):
    html = signed_in("lead").get(draft(in_factual_check)).content.decode()
    for words in ("Commitment at every level.", "What was found for 4.3.5.", "What was found for 1.1.1.", "An award."):
        assert words in html
    assert html.count("Challenge this finding") == 57
    for who in ("assessor", "certifier"):
        assert "Challenge this finding" not in signed_in(who).get(draft(in_factual_check)).content.decode()


def test_before_it_is_sent_a_lead_reads_nothing_of_it(signed_in, drafted):
    html = signed_in("lead").get(draft(drafted)).content.decode()
    assert "not with you now" in html
    assert "What was found" not in html
    assert "What was found" not in signed_in("lead").get(making(drafted)).content.decode()


def test_a_stranger_gets_404_and_a_lesser_role_403(signed_in, challenged):
    assert signed_in("lead.elsewhere").get(draft(challenged.assessment)).status_code == 404
    assert signed_in("contributor").get(draft(challenged.assessment)).status_code == 403
    assert signed_in("contributor").get(at(challenged)).status_code == 404
    assert signed_in("lead").post(at(challenged), {"decision": "accept", "answer": "So be it."}).status_code == 403
    assert signed_in("certifier").post(at(challenged), {"decision": "accept", "answer": "So."}).status_code == 403


def test_the_draft_costs_the_same_queries_whatever_is_challenged(
    signed_in, challenged, people, django_assert_num_queries
):
    lead = signed_in("lead")
    with django_assert_num_queries(5):  # session, person, assessment, challenges, findings
        lead.get(draft(challenged.assessment))
    for number in ("1.1.1", "1.1.2", "1.1.3"):
        challenge(finding=finding_of(challenged.assessment, number), seen=0, text=WRONG, by=people["lead"])
    with django_assert_num_queries(5):
        lead.get(draft(challenged.assessment))


# --- Challenging
def test_a_lead_challenges_a_finding_with_evidence(signed_in, in_factual_check, people):
    piece = make_link(in_factual_check.department, people["lead"], number=7)
    file = SimpleUploadedFile("Survey.txt", b"400 people")
    said = {"text": WRONG, "seen": 0, "evidence": [piece.pk], "file": file}
    signed_in("lead").post(making(in_factual_check), said)
    made = Challenge.objects.get()
    assert (made.state, made.made_by, made.before["band"]) == ("open", people["lead"], "partially_compliant")
    assert made.before["narrative"] == "What was found for 4.3.5."
    assert EvidenceUse.objects.filter(assessment=in_factual_check, element__number="4.3.5").count() == 2
    html = signed_in("assessor").get(at(made)).content.decode()
    assert WRONG in html
    assert "ES 7" in html
    assert Notice.objects.get(to=people["assessor"], path=at(made)).kind == "challenge"


@pytest.mark.parametrize("words", ["😀 ‏العربية‏ – “quoted”", "One.\n\nTwo."])
def test_every_script_is_kept(signed_in, in_factual_check, words):
    signed_in("lead").post(making(in_factual_check), {"text": words, "seen": 0})
    assert Challenge.objects.get().text == words


def test_a_very_long_text_is_kept_and_one_that_is_far_too_long_is_refused_kindly(signed_in, in_factual_check):
    too_long = "x" * (LONGEST_TEXT + 1)
    page = signed_in("lead").post(making(in_factual_check), {"text": too_long, "seen": 0})
    assert too_long in page.content.decode()
    assert not Challenge.objects.exists()
    signed_in("lead").post(making(in_factual_check), {"text": "x" * 60_000, "seen": 0})
    assert Challenge.objects.get().text == "x" * 60_000


def test_a_late_challenge_is_refused_with_what_to_do_and_the_words_stay(signed_in, in_factual_check):
    late = timezone.now() + timedelta(days=30)
    with time_machine.travel(late):
        html = signed_in("lead").post(making(in_factual_check), {"text": WRONG, "seen": 0}).content.decode()
    assert "Findings could be challenged until" in html
    assert "tell the certification body" in html
    assert WRONG in html
    assert not Challenge.objects.exists()


def test_a_colleagues_challenge_meanwhile_is_shown(signed_in, challenged):
    html = signed_in("lead").post(making(challenged.assessment), {"text": "And 2025.", "seen": 0}).content.decode()
    assert "Lead challenged this finding after you opened this page" in html
    assert WRONG in html
    assert "And 2025." in html
    assert signed_in("lead").post(making(challenged.assessment), {"text": "And 2025.", "seen": 1}).status_code == 302


def test_having_checked_the_facts_ends_the_check(signed_in, in_factual_check, people):
    lead = signed_in("lead")
    lead.post(reverse("assessments:facts_checked", args=[in_factual_check.pk]))
    assert Assessment.objects.get().facts_checked_at is not None
    html = lead.post(making(in_factual_check), {"text": WRONG, "seen": 0}).content.decode()
    assert "has nothing more to challenge" in html
    assert cycle.propose(assessment=in_factual_check, outcome=Outcome.AWARD, by=people["assessor"])


# --- Answering
def test_accepting_opens_that_one_finding_and_both_texts_are_kept(signed_in, challenged, people):
    assessor = signed_in("assessor")
    assert "You found" not in assessor.get(element_page(challenged.assessment)).content.decode()
    answer = assessor.post(at(challenged), {"decision": "accept", "answer": "The figure was misread."})
    assert answer.url == element_page(challenged.assessment)
    assert "You found" in assessor.get(element_page(challenged.assessment)).content.decode()
    assert "You found" not in assessor.get(element_page(challenged.assessment, "4.3.4")).content.decode()
    put_right(finding_of(challenged.assessment), people, band=Band.COMPLIANT, narrative="It reached 400 people.")
    kept = Challenge.objects.get()
    assert kept.after is not None
    assert (kept.before["band"], kept.after["band"]) == ("partially_compliant", "compliant")
    for who in ("lead", "assessor", "certifier"):
        html = signed_in(who).get(at(kept)).content.decode()
        for words in (WRONG, "The figure was misread.", "What was found for 4.3.5.", "It reached 400 people."):
            assert words in html


def test_refusing_needs_a_reason_and_opens_nothing(signed_in, challenged, people):
    assessor = signed_in("assessor")
    assert assessor.post(at(challenged), {"decision": "refuse", "answer": ""}).status_code == 200
    assessor.post(at(challenged), {"decision": "refuse", "answer": "The file says 40."})
    assert Challenge.objects.get().state == "refused"
    with pytest.raises(Refused, match="where a challenge to them was accepted"):
        put_right(finding_of(challenged.assessment), people, narrative="Other.")
    assert Notice.objects.filter(to=people["lead"], path=at(challenged)).exists()


def test_other_findings_stay_shut_while_the_facts_are_checked(challenged, people):
    accepted(challenged, people)
    with pytest.raises(Refused):
        put_right(finding_of(challenged.assessment, "1.1.1"), people, narrative="Other.")


def test_an_answer_is_given_once(challenged, people):
    accepted(challenged, people)
    assert accepted(challenged, people).state == "accepted"
    with pytest.raises(SavedByAColleague):
        answer_challenge(challenge=challenged, accept=False, answer="No.", by=people["assessor"])
    assert Challenge.objects.get().state == "accepted"


def test_what_was_accepted_before_the_draft_was_taken_back_opens_nothing_in_the_next_check(challenged, people):
    accepted(challenged, people)
    assessment = cycle.go(
        assessment=challenged.assessment, move=Move.TAKE_BACK, reason="More to write.", by=people["assessor"]
    )
    put_right(finding_of(assessment), people, narrative="It reached 400 people.")
    cycle.send_draft(assessment=assessment, outcome=Outcome.AWARD, by=people["assessor"])
    with pytest.raises(Refused):
        put_right(finding_of(assessment), people, narrative="Other.")
    assert Challenge.objects.get(after__narrative="It reached 400 people.")


# --- Proposing
def test_open_challenges_block_the_proposal(challenged, people):
    checked = cycle.finish_fact_check(assessment=challenged.assessment, by=people["lead"])
    with pytest.raises(Refused, match=r"Answer the department’s challenge to 4\.3\.5"):
        cycle.propose(assessment=checked, outcome=Outcome.AWARD, by=people["assessor"])
    accepted(challenged, people)
    assert cycle.propose(assessment=checked, outcome=Outcome.AWARD, by=people["assessor"])


def test_all_of_it_stays_readable_after_the_decision(signed_in, challenged, people):
    accepted(challenged, people)
    cycle.finish_fact_check(assessment=challenged.assessment, by=people["lead"])
    cycle.propose(assessment=challenged.assessment, outcome=Outcome.AWARD, by=people["assessor"])
    cycle.decide(assessment=challenged.assessment, outcome=Outcome.AWARD, by=people["certifier"])
    for who in ("lead", "assessor", "certifier"):
        assert WRONG in signed_in(who).get(at(challenged)).content.decode()
        assert "Challenged by Lead" in signed_in(who).get(draft(challenged.assessment)).content.decode()


# --- Home
def test_home_says_what_is_to_check_and_to_answer(signed_in, challenged, people):
    home = reverse("portal:home")
    lead = signed_in("lead").get(home).content.decode()
    assert "Check the facts of the draft report" in lead
    assert draft(challenged.assessment) in lead
    assert "Check the facts of the draft report" not in signed_in("contributor").get(home).content.decode()
    assert "Answer 1 challenge to the draft report: Cardiology" in signed_in("assessor").get(home).content.decode()
    accepted(challenged, people)
    assert "to the draft report" not in signed_in("assessor").get(home).content.decode()


# --- At once
@pytest.mark.django_db(transaction=True)
def test_ten_equal_posts_make_one_challenge(in_factual_check, people):
    finding = finding_of(in_factual_check)
    results = at_once(*[lambda: challenge(finding=finding, seen=0, text=WRONG, by=people["lead"])] * 10)
    assert results == ["done"] * 10
    assert Challenge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepted_and_refused_at_once_is_one_of_them(challenged, people):
    results = at_once(
        lambda: accepted(challenged, people),
        lambda: answer_challenge(challenge=challenged, accept=False, answer="No.", by=people["assessor"]),
    )
    assert results == ["SavedByAColleague", "done"]
