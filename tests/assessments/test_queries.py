"""Queries: the assessor asks, the department answers, and nobody's words are lost on the way."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.forms.words import LONGEST_TEXT
from assessments.models import Assessment, EvidenceUse, Query, QueryMessage, Statement
from assessments.services import cycle, queries
from assessments.services.evidence import write_evidence
from assessments.services.refusals import Refused
from assessments.workflow import Move, Stage
from departments.models import Membership, Notice
from files.models import File
from files.rules import FileState, PatientData
from files.services.intake import receive
from tests.conftest import make_link
from tests.races import at_once

pytestmark = pytest.mark.django_db

IN_A_WEEK = timezone.localdate() + timedelta(days=7)
YESTERDAY = timezone.localdate() - timedelta(days=1)
QUESTION = "When were the signs put up?"


def asking(assessment, number="4.3.4"):
    return reverse("assessments:query_ask", args=[assessment.pk, number])


def at(query):
    return reverse("assessments:query", args=[query.pk])


def element_page(assessment, number="4.3.4"):
    return reverse("assessments:element", args=[assessment.pk, number])


def said(query, text="In March.", **more):
    return {"text": text, "version": Query.objects.get(pk=query.pk).version, **more}


def texts(query):
    return list(query.messages.values_list("text", flat=True))


def answered(query, people, text="In March."):
    return queries.answer(query=query, version=1, text=text, by=people["lead"])


# --- Asking
def test_an_assessor_asks_and_both_sides_read_it_on_the_element(signed_in, in_review):
    answer = signed_in("assessor").post(asking(in_review), {"text": QUESTION, "due_on": IN_A_WEEK})
    assert answer.url == element_page(in_review)
    for who in ("lead", "contributor", "executive", "assessor", "certifier"):
        html = signed_in(who).get(element_page(in_review)).content.decode()
        assert QUESTION in html
        assert "Queries (1 open)" in html
        assert ("Send the answer" in html) is (who in ("lead", "contributor"))
        assert ("Ask the department" in html) is (who == "assessor")


def test_a_stranger_gets_404_and_a_lesser_role_403(signed_in, query):
    assert signed_in("lead.elsewhere").get(at(query)).status_code == 404
    assert signed_in("assessor.unassigned").get(at(query)).status_code == 404
    assert signed_in("executive").post(at(query), said(query)).status_code == 403
    assert signed_in("certifier").post(at(query), said(query)).status_code == 403
    assert signed_in("lead").post(reverse("assessments:query_close", args=[query.pk])).status_code == 403


def test_a_day_that_is_past_is_refused_beside_the_field_and_the_words_stay(signed_in, in_review):
    html = signed_in("assessor").post(asking(in_review), {"text": QUESTION, "due_on": YESTERDAY}).content.decode()
    assert "Choose a day that is today or later." in html
    assert QUESTION in html
    assert not Query.objects.exists()


def test_who_writes_for_the_department_is_told_once(query, people):
    told = Notice.objects.filter(key=f"query-{query.pk}-1")
    assert {notice.to.email for notice in told} == {"lead@example.org", "contributor@example.org"}
    assert {notice.due_on for notice in told} == {query.due_on}


@pytest.mark.parametrize(
    ("world", "takes"),
    [("visit_planned", True), ("visited", True), ("drafted", True), ("in_factual_check", True), ("proposed", False),
     ("submitted", False), ("decided", False)],
)  # fmt: skip
def test_a_query_can_be_opened_from_the_desk_review_to_the_check_of_facts(world, takes, request, people, standard):
    assessment = request.getfixturevalue(world)
    words = {"element": standard.elements.get(number="4.3.4"), "text": QUESTION, "due_on": IN_A_WEEK}
    if takes:
        assert queries.ask(assessment=assessment, by=people["assessor"], **words).is_open
    else:
        with pytest.raises(Refused, match="neither asked nor answered"):
            queries.ask(assessment=assessment, by=people["assessor"], **words)


def test_nothing_is_asked_before_the_declaration_of_interests(in_review, people, standard):
    Assessment.objects.filter(pk=in_review.pk).update(declared_at=None)
    with pytest.raises(Refused, match="declaration of interests"):
        queries.ask(
            assessment=in_review, element=standard.elements.get(number="4.3.4"), text=QUESTION, due_on=IN_A_WEEK,
            by=people["assessor"],
        )  # fmt: skip


# --- Answering
@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_the_department_answers(signed_in, query, who):
    assert signed_in(who).post(at(query), said(query)).url == at(query)
    assert Query.objects.get().state == "answered"
    assert texts(query) == [QUESTION, "In March."]
    assert Notice.objects.get(to__email="assessor@example.org", kind="query").path == at(query)


@pytest.mark.parametrize(
    "words", ["Schön – “quoted” 😀👩🏽‍⚕️", "وضعنا اللافتات في مارس", "One.\n\nTwo.", "<script>alert(1)</script> & more"]
)
def test_every_script_is_kept_as_it_was_typed(signed_in, query, words):
    signed_in("lead").post(at(query), said(query, words))
    assert texts(query)[1] == words
    assert "<script>alert" not in signed_in("assessor").get(at(query)).content.decode()


def test_a_very_long_text_is_kept_and_one_that_is_far_too_long_is_refused_kindly(signed_in, query):
    too_long = "x" * (LONGEST_TEXT + 1)
    page = signed_in("lead").post(at(query), said(query, too_long))
    assert too_long in page.content.decode()
    assert texts(query) == [QUESTION]
    signed_in("lead").post(at(query), said(query, "x" * 60_000))
    assert texts(query) == [QUESTION, "x" * 60_000]


def test_pressing_twice_sends_one_answer(signed_in, query):
    words = said(query)
    lead = signed_in("lead")
    assert [lead.post(at(query), words).status_code for _ in range(3)] == [302, 302, 302]
    assert texts(query) == [QUESTION, "In March."]


def test_a_colleagues_answer_meanwhile_is_shown_and_nothing_is_lost(signed_in, query):
    seen = said(query, "What the lead says.")
    signed_in("contributor").post(at(query), said(query, "What the contributor says."))
    html = signed_in("lead").post(at(query), seen).content.decode()
    assert "Contributor wrote here after you opened this page" in html
    assert "What the contributor says." in html
    assert "What the lead says." in html
    signed_in("lead").post(at(query), said(query, "What the lead says."))
    assert texts(query)[1:] == ["What the contributor says.", "What the lead says."]


def test_an_answer_to_what_was_closed_meanwhile_says_so_and_keeps_the_words(signed_in, query, people):
    seen = said(query, "Too late.")
    queries.close(query=query, version=1, by=people["assessor"])
    html = signed_in("lead").post(at(query), seen).content.decode()
    assert "The assessor has closed this query" in html
    assert "Too late." in html


def test_an_answer_after_the_stage_moved_on_says_so_and_keeps_the_words(signed_in, query):
    Assessment.objects.filter(pk=query.assessment_id).update(stage=Stage.PAUSED, paused_from=Stage.DESK_REVIEW)
    html = signed_in("lead").post(at(query), said(query, "Too late.")).content.decode()
    assert "neither asked nor answered" in html
    assert "Too late." in html


def test_what_was_typed_survives_a_session_that_ended(client, people, query):
    client.post(at(query), said(query, "Typed for an hour.", who=people["lead"].pk))
    client.force_login(people["lead"])
    html = client.get(at(query)).content.decode()
    assert "Typed for an hour." in html
    assert "not sent yet" in html


def test_a_removed_persons_words_stay_with_their_name(signed_in, query, people):
    queries.answer(query=query, version=1, text="In March.", by=people["contributor"])
    Membership.objects.filter(user=people["contributor"]).update(valid_until=timezone.now())
    people["contributor"].is_active = False
    people["contributor"].save()
    html = signed_in("lead").get(element_page(query.assessment)).content.decode()
    assert "In March." in html
    assert "<strong>Contributor</strong>" in html


def test_a_message_stays_as_it_was_sent(query):
    with pytest.raises(Exception, match="a_message_stays"):
        QueryMessage.objects.update(text="Something else.")


# --- Following up, closing, opening again
def test_an_assessor_follows_up_closes_and_opens_again(signed_in, query, people):
    answered(query, people)
    assessor = signed_in("assessor")
    assessor.post(at(query), said(query, "Which year?", due_on=IN_A_WEEK))
    assert Query.objects.get().state == "open"
    version = Query.objects.get().version
    assessor.post(reverse("assessments:query_close", args=[query.pk]), {"version": version})
    closed = Query.objects.get()
    assert (closed.state, closed.closed_by) == ("closed", people["assessor"])
    assert "Send the answer" not in signed_in("lead").get(at(query)).content.decode()
    assessor.post(at(query), said(query, "One more thing.", due_on=IN_A_WEEK))
    assert (Query.objects.get().state, Query.objects.get().closed_by) == ("open", None)
    assert texts(query) == [QUESTION, "In March.", "Which year?", "One more thing."]


def test_a_query_is_not_closed_over_an_answer_that_nobody_read(signed_in, query, people):
    answered(query, people)
    page = signed_in("assessor").post(reverse("assessments:query_close", args=[query.pk]), {"version": 1}, follow=True)
    assert "Something was said after you opened this page" in page.content.decode()
    assert Query.objects.get().state == "answered"


# --- Evidence with an answer
def test_a_file_sent_with_an_answer_supports_the_element_and_waits_for_its_check(signed_in, query):
    file = SimpleUploadedFile("Signs_2026.txt", b"Signs were put up in March.")
    signed_in("lead").post(at(query), said(query, file=file))
    use = EvidenceUse.objects.get(assessment=query.assessment)
    assert (use.element.number, use.evidence.title, use.evidence.owner) == ("4.3.4", "Signs 2026", "Lead")
    served = reverse("assessments:version_file", args=[use.version_id])
    assert signed_in("assessor").get(served).status_code == 409
    File.objects.update(state=FileState.CLEAN, content_type="text/plain", read_at=timezone.now())
    assert signed_in("assessor").get(served).status_code == 200
    assert signed_in("assessor.unassigned").get(served).status_code == 404
    assert signed_in("lead.elsewhere").get(served).status_code == 404
    File.objects.update(patient_data=PatientData.FOUND)
    assert signed_in("assessor").get(served).status_code == 409
    assert "Signs 2026" in signed_in("assessor").get(at(query)).content.decode()


def test_it_counts_and_is_in_the_register(signed_in, query):
    signed_in("lead").post(at(query), said(query, file=SimpleUploadedFile("Signs.txt", b"Signs.")))
    assert Statement.objects.get(assessment=query.assessment, element__number="4.3.4").evidence_count == 1
    register = signed_in("certifier").get(reverse("assessments:evidence", args=[query.assessment_id]))
    assert "Signs" in register.content.decode()


def test_evidence_that_the_department_has_can_be_brought(signed_in, query, people):
    piece = make_link(query.assessment.department, people["lead"], number=7)
    assert signed_in("assessor").get(reverse("assessments:evidence_detail", args=[piece.pk])).status_code == 404
    signed_in("contributor").post(at(query), said(query, evidence=[piece.pk]))
    assert EvidenceUse.objects.get(assessment=query.assessment).version == piece.current
    assert signed_in("assessor").get(reverse("assessments:evidence_detail", args=[piece.pk])).status_code == 200
    assert "ES 7" in signed_in("assessor").get(at(query)).content.decode()


def test_another_departments_evidence_is_no_choice(signed_in, query, elsewhere, people):
    make_link(query.assessment.department, people["lead"], number=7)
    piece = make_link(elsewhere.department, people["lead.elsewhere"], number=1)
    assert signed_in("lead").post(at(query), said(query, evidence=[piece.pk])).status_code == 200
    assert not EvidenceUse.objects.exists()


def test_what_was_submitted_is_brought_in_the_version_that_was_submitted(
    signed_in, evidence_in_preparation, query, people
):
    piece = evidence_in_preparation
    other = queries.ask(
        assessment=query.assessment, element=query.assessment.standard.elements.get(number="1.1.1"), text=QUESTION,
        due_on=IN_A_WEEK, by=people["assessor"],
    )  # fmt: skip
    submitted = piece.current_id
    form = signed_in("lead").get(reverse("assessments:version_add", args=[piece.pk])).context["form"]
    said_of_it = {
        "dated": "2026-05-01",
        "change": "Newer.",
        "link": "https://www.example.org/",
        "version": form["version"].value(),
    }
    signed_in("lead").post(reverse("assessments:version_add", args=[piece.pk]), said_of_it)
    signed_in("lead").post(at(other), said(other, evidence=[piece.pk]))
    assert set(EvidenceUse.objects.values_list("version", flat=True)) == {submitted}


def test_a_file_that_came_with_a_refused_answer_is_kept(signed_in, query):
    lead = signed_in("lead")
    refused = lead.post(at(query), said(query, "", file=SimpleUploadedFile("Signs.txt", b"Signs.")))
    assert "<strong>Signs.txt</strong> has arrived" in refused.content.decode()
    token = refused.context["form"]["kept_file"].value()
    lead.post(at(query), said(query, kept_file=token))
    assert File.objects.get(versions__uses__assessment=query.assessment).name == "Signs.txt"


# --- Lists and home
def test_the_list_is_narrowed_by_state(signed_in, query, people):
    list_ = reverse("assessments:queries", args=[query.assessment_id])
    assessor = signed_in("assessor")

    def found(show):
        return QUESTION in assessor.get(list_, {"show": show}).content.decode()

    assert [found(show) for show in ("", "open", "answered", "closed", "overdue")] == [True, True, False, False, False]
    Query.objects.update(due_on=YESTERDAY)
    assert found("overdue")
    answered(query, people)
    assert [found(show) for show in ("open", "answered", "overdue")] == [False, True, False]


def test_the_list_and_the_element_cost_the_same_queries_at_two_sizes(
    signed_in, query, people, django_assert_max_num_queries, django_assert_num_queries
):
    def more(number):
        for one in range(number):
            queries.ask(
                assessment=query.assessment, element=query.element, text=f"Question {one}", due_on=IN_A_WEEK,
                by=people["assessor"],
            )  # fmt: skip

    lead = signed_in("lead")
    with django_assert_num_queries(5):  # session, person, assessment, count, queries
        lead.get(reverse("assessments:queries", args=[query.assessment_id]))
    more(30)
    with django_assert_num_queries(5):
        lead.get(reverse("assessments:queries", args=[query.assessment_id]))
    with django_assert_max_num_queries(9):  # as without queries, and: queries, messages, attachments
        lead.get(element_page(query.assessment))


def test_home_says_what_is_to_answer_and_what_is_to_read(signed_in, query, people, standard):
    queries.ask(
        assessment=query.assessment, element=standard.elements.get(number="3.4.2"), text=QUESTION, due_on=IN_A_WEEK,
        by=people["assessor"],
    )  # fmt: skip
    home = signed_in("lead").get(reverse("portal:home")).content.decode()
    assert "Answer 2 queries of the assessor: Cardiology" in home
    assert "3.4.2, 4.3.4, answer by" in home
    assert "Read 1 answer" not in signed_in("assessor").get(reverse("portal:home")).content.decode()
    answered(query, people)
    assert (
        "Read 1 answer to your queries: Cardiology"
        in signed_in("assessor").get(reverse("portal:home")).content.decode()
    )


# --- Two people at once
@pytest.mark.django_db(transaction=True)
def test_ten_equal_posts_make_one_query_and_one_message(in_review, people, standard):
    element = standard.elements.get(number="4.3.4")
    words = {"assessment": in_review, "element": element, "text": QUESTION, "due_on": IN_A_WEEK}
    assert at_once(*[lambda: queries.ask(by=people["assessor"], **words)] * 10) == ["done"] * 10
    query = Query.objects.get()
    assert at_once(*[lambda: answered(query, people)] * 10) == ["done"] * 10
    assert texts(query) == [QUESTION, "In March."]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_answer_at_once_both_hear_of_it(query, people):
    results = at_once(
        lambda: queries.answer(query=query, version=1, text="One.", by=people["lead"]),
        lambda: queries.answer(query=query, version=1, text="Other.", by=people["contributor"]),
    )
    assert results == ["SavedByAColleague", "done"]
    assert len(texts(query)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_refused_answer_leaves_no_evidence_behind(query, people):
    file = receive(
        file=io.BytesIO(b"Signs."), name="Signs.txt", department=query.assessment.department, by=people["lead"]
    )
    new: dict[str, Any] = {"title": "Signs", "owner": "Lead", "dated": timezone.localdate(), "file": file}
    write_evidence(department=query.assessment.department, by=people["lead"], **new)
    with pytest.raises(Refused, match="already"):
        queries.answer(query=query, version=1, text="See it.", by=people["lead"], new=new)
    assert texts(query) == [QUESTION]
    assert not EvidenceUse.objects.exists()


def test_a_paused_assessment_goes_on_where_it_was(query, people):
    paused = cycle.go(assessment=query.assessment, move=Move.PAUSE, reason="A strike.", by=people["certifier"])
    resumed = cycle.go(assessment=paused, move=Move.RESUME, by=people["certifier"])
    assert resumed.takes_queries
