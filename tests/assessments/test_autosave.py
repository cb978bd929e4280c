"""Forms that save themselves: answered in a few words, by the same services, and nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Finding, Statement
from assessments.services.tallies import count
from tests.assessments.test_element_page import address, statement_of, words

AUTOSAVE = {"X-Autosave": "1"}


def found(**changes):
    return {"band": "", "narrative": "", "strengths": "", "improvement": "", "version": 0, **changes}


def finding_of(assessment, number="4.3.4"):
    return Finding.objects.get(assessment=assessment, element__number=number)


def test_a_statement_saves_itself(signed_in, preparing):
    lead = signed_in("lead")
    answer = lead.post(address(preparing), words(statement_of(preparing), text="We learn."), headers=AUTOSAVE)
    assert answer.json()["version"] == 1
    assert len(answer.json()["saved_at"]) == len("10:42")
    again = lead.post(address(preparing), words(statement_of(preparing), text="We learn daily."), headers=AUTOSAVE)
    assert again.json()["version"] == 2
    assert statement_of(preparing).text == "We learn daily."


def test_a_stranger_finds_nothing_to_save(signed_in, preparing):
    assert (
        signed_in("stranger").post(address(preparing), words(statement_of(preparing)), headers=AUTOSAVE).status_code
        == 404
    )


@pytest.mark.parametrize("who", ["executive"])
def test_a_reader_saves_nothing(signed_in, preparing, who):
    assert signed_in(who).post(address(preparing), words(statement_of(preparing)), headers=AUTOSAVE).status_code == 403


def test_the_same_words_sent_twice_are_one_version(signed_in, in_review):
    """The answer to the first was lost on its way: the page sends it again, with the version that it knows."""
    assessor = signed_in("assessor")
    for _ in range(2):
        answer = assessor.post(address(in_review), found(narrative="Boards on every ward."), headers=AUTOSAVE)
        assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_a_colleague_who_was_first_is_named_and_nothing_is_overwritten(signed_in, preparing):
    seen = words(statement_of(preparing))
    signed_in("contributor").post(address(preparing), {**seen, "text": "Theirs."}, headers=AUTOSAVE)
    answer = signed_in("lead").post(address(preparing), {**seen, "text": "Mine."}, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json()["words"] == "Contributor saved this after you opened it."
    assert statement_of(preparing).text == "Theirs."


def test_what_is_wrong_is_said_in_words(signed_in, preparing):
    answer = signed_in("lead").post(
        address(preparing), words(statement_of(preparing), text="x" * 100_001), headers=AUTOSAVE
    )
    assert "version" not in answer.json()
    assert "at most 100,000 can be kept" in answer.json()["reasons"][0]


def test_a_save_after_submission_is_refused_in_words(signed_in, in_review):
    answer = signed_in("lead").post(address(in_review), words(statement_of(in_review), text="Late."), headers=AUTOSAVE)
    assert answer.status_code == 403
    assert statement_of(in_review).text != "Late."


def test_without_a_session_the_page_keeps_the_words_and_no_session_is_made(preparing):
    client = Client()
    answer = client.post(address(preparing), words(statement_of(preparing), text="Typed."), headers=AUTOSAVE)
    assert answer.status_code == 401
    assert "sessionid" not in client.cookies


def test_a_page_of_somebody_else_saves_nothing(signed_in, people, preparing):
    typed = words(statement_of(preparing), text="The lead's.", who=people["lead"].pk)
    answer = signed_in("contributor").post(address(preparing), typed, headers=AUTOSAVE)
    assert answer.json() == {"reasons": ["Somebody else is signed in now in this browser."]}
    assert statement_of(preparing).text == ""


def test_the_summary_saves_itself(signed_in, in_review):
    typed = {"method": "A desk review.", "strengths": "", "recommendation": "", "version": 0}
    address = reverse("assessments:summary", args=[in_review.pk])
    assessor = signed_in("assessor")
    assert assessor.post(address, typed, headers=AUTOSAVE).json()["version"] == 1
    stale = assessor.post(address, {**typed, "method": "A visit."}, headers=AUTOSAVE)
    assert stale.status_code == 409
    in_review.refresh_from_db()
    assert in_review.method == "A desk review."


@pytest.mark.parametrize(
    "changes", [{"text": "We learn."}, {"text": "", "tell_me": "The board."}, {"band": "compliant"}, {"text": ""}]
)
def test_the_stored_counts_stay_true(signed_in, written, changes):
    lead = signed_in("lead")
    lead.post(address(written), words(statement_of(written), **changes), headers=AUTOSAVE)
    written.refresh_from_db()
    assert written.tallies == count(written)


def test_words_alone_cost_one_read_and_one_write(signed_in, written, django_assert_max_num_queries):
    lead = signed_in("lead")
    typed = words(statement_of(written), text="Other words.")
    with django_assert_max_num_queries(9):
        lead.post(address(written), typed, headers=AUTOSAVE)


@pytest.mark.parametrize(
    "text",
    ["🧑‍⚕️ in every bay", "نستمع إلى كل مريض", "“Smart” – and long… dashes", "x" * 60_000],
    ids=["emoji", "right to left", "quotes of Word", "sixty thousand"],
)
def test_every_way_of_writing_survives(signed_in, preparing, text):
    lead = signed_in("lead")
    lead.post(address(preparing), words(statement_of(preparing), text=text), headers=AUTOSAVE)
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").text == text
    assert text in lead.get(address(preparing)).content.decode()
