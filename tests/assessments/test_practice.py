"""Good practice: written and agreed to by its department, published, withdrawn, nominated, found, and offered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Element, Finding, PracticeCase, Statement
from assessments.practising import CaseState, NominationState, Source
from assessments.rules import Band
from assessments.services import cycle, practice
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import Notice
from tests.conftest import CASE
from tests.races import at_once

LIBRARY = "/good-practice/"
OUTSIDE = {
    "source": Source.RETAILER,
    "organisation": "A supermarket",
    "link": "https://www.example.org/quiet",
    "title": "A quiet hour for shoppers",
    "what": "The music is off for an hour.",
    "why": "Noise keeps some away.",
    "results": "More people came.",
}
OUTSIDERS = ("lead.elsewhere", "contributor.elsewhere", "executive.elsewhere", "assessor.elsewhere",
             "certifier.elsewhere", "administrator.elsewhere", "assessor.unassigned")  # fmt: skip


def url(name, row):
    return reverse(f"assessments:{name}", args=[row.pk])


def from_outside(standard, body, people, *, number="4.3.4", **words):
    element = Element.objects.get(standard=standard, number=number)
    return practice.add_from_outside(element=element, body=body, by=people["certifier"], **{**OUTSIDE, **words})


# --- Made, written and agreed to
def test_the_lead_writes_it_up_from_a_finding_that_names_good_practice(signed_in, decided, people):
    client = signed_in("lead")
    make = reverse("assessments:practice_make", args=[decided.pk, "1.1.1"])
    around = reverse("assessments:element_around", args=[decided.pk, "1.1.1"])
    assert make in client.get(around).text
    assert make not in signed_in("contributor").get(around).text
    first, second = client.post(make), client.post(make)
    case = PracticeCase.objects.get()
    assert first.url == second.url == url("practice_edit", case)
    assert client.post(url("practice_edit", case), {**CASE, "version": 0}).status_code == 302
    assert client.post(url("practice_agree", case), follow=True).status_code == 200
    case.refresh_from_db()
    assert (case.state, case.consented_by) == (CaseState.CONSENTED, people["lead"])
    assert Notice.objects.filter(to=people["certifier"], kind="practice").count() == 1


def test_a_finding_that_names_none_makes_none(signed_in, decided):
    make = reverse("assessments:practice_make", args=[decided.pk, "4.3.5"])
    assert "names good practice" in signed_in("lead").post(make, follow=True).text
    assert not PracticeCase.objects.exists()


def test_it_is_agreed_to_only_when_it_is_whole(decided, people):
    finding = Finding.objects.get(assessment=decided, element__number="1.1.1")
    case = practice.case_of_finding(finding=finding, by=people["lead"])
    with pytest.raises(Refused, match="Write a title, what you do, why it works, what came of it and a post to ask"):
        practice.consent(case=case, by=people["lead"])


def test_whom_to_ask_is_a_post_and_never_a_person(signed_in, practice_case, people):
    words = {**CASE, "contact": f"Sister {people['contributor'].name}", "version": 1}
    page = signed_in("lead").post(url("practice_edit", practice_case), words).text
    assert "Name a post" in page


def test_a_stale_save_shows_both_texts(signed_in, practice_case):
    page = signed_in("lead").post(url("practice_edit", practice_case), {**CASE, "what": "My words.", "version": 0}).text
    assert "My words." in page
    assert CASE["what"] in page
    with pytest.raises(SavedByAColleague):
        practice.write_case(case=practice_case, version=0, by=practice_case.edited_by, **{**CASE, "why": "Mine."})


# --- The wall
@pytest.mark.parametrize("state", ["practice_case", "consented_case", "withdrawn", "returned"])
def test_nobody_of_another_trust_reads_it_before_it_is_published_nor_after_consent_is_withdrawn(
    state, request, signed_in, people
):
    if state in ("withdrawn", "returned"):
        case = request.getfixturevalue("published_case")
        if state == "withdrawn":
            practice.withdraw_consent(case=case, by=people["lead"])
        else:
            practice.return_case(case=case, reason="Not yet.", by=people["certifier"])
    else:
        case = request.getfixturevalue(state)
    for who in OUTSIDERS:
        client = signed_in(who)
        assert client.get(url("practice_case", case)).status_code == 404
        for address in (LIBRARY, f"{LIBRARY}?words=board", f"{LIBRARY}?element=1.1.1", f"{LIBRARY}?source=nhs"):
            assert CASE["title"] not in client.get(address).text
    assert signed_in("lead").get(url("practice_case", case)).status_code == 200
    assert CASE["title"] not in signed_in("assessor").get(LIBRARY).text


def test_the_certification_body_reads_it_once_it_is_agreed_to_and_not_when_that_is_withdrawn(
    signed_in, practice_case, people
):
    client, address = signed_in("certifier"), url("practice_case", practice_case)
    assert client.get(address).status_code == 404
    practice.consent(case=practice_case, by=people["lead"])
    assert client.get(address).status_code == 200
    practice.withdraw_consent(case=practice_case, by=people["lead"])
    assert client.get(address).status_code == 404
    with pytest.raises(Refused, match="does not consent"):
        practice.publish(case=practice_case, by=people["certifier"])


def test_once_published_everybody_with_a_role_reads_it_and_it_names_nobody(signed_in, published_case, people):
    for who in (*OUTSIDERS, "administrator", "assessor", "executive"):
        client = signed_in(who)
        page = client.get(url("practice_case", published_case)).text
        assert CASE["results"] in page
        assert "Whittington Health" in page
        assert f"by {people['lead'].name}" not in page
        assert "Withdraw the consent" not in page
        assert CASE["title"] in client.get(LIBRARY).text
    assert signed_in("stranger").get(url("practice_case", published_case)).status_code == 403


def test_its_words_stand_while_others_may_read_them(published_case, people):
    with pytest.raises(Refused, match="Withdraw the consent first"):
        practice.write_case(case=published_case, version=1, by=people["lead"], **{**CASE, "what": "Other."})


def test_the_database_forbids_publishing_without_consent(practice_case, people):
    rows = PracticeCase.objects.filter(pk=practice_case.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=CaseState.PUBLISHED, published_by=people["certifier"], published_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=CaseState.CONSENTED)


@pytest.mark.django_db(transaction=True)
def test_published_at_the_moment_in_which_consent_is_withdrawn_it_is_not_there(consented_case, people):
    at_once(
        lambda: practice.publish(case=consented_case, by=people["certifier"]),
        lambda: practice.withdraw_consent(case=consented_case, by=people["lead"]),
    )
    consented_case.refresh_from_db()
    assert consented_case.state == CaseState.WITHDRAWN


# --- Published, returned, nominated
def test_the_certifier_publishes_or_returns_with_a_reason(signed_in, consented_case):
    client, address = signed_in("certifier"), url("practice_decide", consented_case)
    assert "Say why you return it" in client.post(address, {"reason": ""}).text
    client.post(address, {"reason": "Say how many patients."})
    assert "Say how many patients." in signed_in("lead").get(url("practice_case", consented_case)).text
    signed_in("lead").post(url("practice_agree", consented_case))
    client.post(address, {"reason": "", "publish": "1"})
    consented_case.refresh_from_db()
    assert consented_case.is_published


def test_compliance_plus_is_nominated_for_national_recognition(signed_in, published_case):
    client, address = signed_in("certifier"), url("practice_nominate", published_case)
    today = timezone.localdate()
    words = {"state": "nominated", "on": today, "outcome": "", "version": 0}
    client.post(address, words)
    assert "Say what came of it." in client.post(address, {**words, "state": "recognised", "version": 1}).text
    late = {**words, "on": today + timedelta(days=1), "version": 1}
    assert "Enter a day that has come" in client.post(address, late).text
    client.post(address, {**words, "state": "recognised", "outcome": "Shown in Leeds.", "version": 1})
    stale = client.post(address, {**words, "outcome": "Mine.", "version": 1}).text
    assert "Shown in Leeds." in stale
    assert "Mine." in stale
    published_case.refresh_from_db()
    assert published_case.nomination.state == NominationState.RECOGNISED
    assert CASE["title"] in client.get(f"{LIBRARY}?recognition=recognised").text


def test_less_than_compliance_plus_is_not_nominated(published_case, people):
    published_case.finding.band = Band.COMPLIANT
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Finding.objects.filter(pk=published_case.finding_id).update(band=Band.COMPLIANT)
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(Refused, match="Compliance Plus"):
        practice.nominate(
            case=published_case, version=0, state="nominated", on=timezone.localdate(), outcome="",
            by=people["certifier"],
        )  # fmt: skip


# --- From outside, found, offered
def test_the_certifier_adds_an_example_from_outside(signed_in, standard, people):
    element = Element.objects.get(standard=standard, number="4.3.4")
    page = signed_in("certifier").post("/good-practice/add/", {**OUTSIDE, "element": element.pk}, follow=True).text
    assert "A supermarket" in page
    assert OUTSIDE["title"] in signed_in("lead.elsewhere").get(f"{LIBRARY}?source=retailer").text
    assert signed_in("lead").post("/good-practice/add/", OUTSIDE).status_code == 403


def test_it_is_found_by_words_criterion_source_and_recognition(signed_in, published_case, standard, body, people):
    from_outside(standard, body, people)
    client = signed_in("contributor.elsewhere")
    for query, found in {
        "words=waiting": (True, False), "words=quiet+shoppers": (False, True), "element=4": (False, True),
        "element=4.3.": (False, True), "element=1.1.1": (True, False), "element=x": (True, True),
        "source=nhs": (True, False), "recognition=nominated": (False, False),
    }.items():  # fmt: skip
        page = client.get(f"{LIBRARY}?{query}").text
        assert (CASE["title"] in page, OUTSIDE["title"] in page) == found, query


def test_the_library_costs_the_same_at_any_size(signed_in, standard, body, people):
    client = signed_in("contributor")
    from_outside(standard, body, people)
    with CaptureQueriesContext(connection) as few:
        client.get(LIBRARY)
    for place in range(30):
        from_outside(standard, body, people, title=f"Example {place}")
    with CaptureQueriesContext(connection) as many:
        assert "31 cases" in client.get(LIBRARY).text
    assert len(few) == len(many) == 4


def test_where_a_department_is_weak_up_to_three_are_offered(signed_in, written, standard, body, people):
    for place in range(3):
        from_outside(standard, body, people, number="4.3.2", title=f"Beside {place}")
    from_outside(standard, body, people, number="4.3.4", title="The element itself")
    from_outside(standard, body, people, number="1.1.1", title="Something else")
    client, address = signed_in("lead"), reverse("assessments:element_around", args=[written.pk, "4.3.4"])
    assert "How others do it" not in client.get(address).text
    for change in ({"band": Band.PARTIALLY_COMPLIANT}, {"band": Band.COMPLIANT, "text": ""}):
        Statement.objects.filter(assessment=written, element__number="4.3.4").update(**change)
        page = client.get(address).text
        assert page.index("The element itself") < page.index("Beside")
        assert page.count("Beside") == 2
        assert "Something else" not in page


def test_a_finding_that_is_weak_offers_nothing_to_who_may_not_read_it_yet(signed_in, in_review, standard, body, people):
    from_outside(standard, body, people)
    Finding.objects.filter(assessment=in_review, element__number="4.3.4").update(band=Band.NON_COMPLIANT)
    address = reverse("assessments:element_around", args=[in_review.pk, "4.3.4"])
    assert "How others do it" in signed_in("assessor").get(address).text
    assert "How others do it" not in signed_in("lead").get(address).text


def test_an_unpublished_case_is_never_offered(signed_in, practice_case, elsewhere, people):
    there = cycle.open_assessment(department=elsewhere.department, title="First", by=people["lead.elsewhere"])
    address = reverse("assessments:element_around", args=[there.pk, "1.1.1"])
    assert CASE["title"] not in signed_in("lead.elsewhere").get(address).text
    practice.consent(case=practice_case, by=people["lead"])
    practice.publish(case=practice_case, by=people["certifier"])
    assert CASE["title"] in signed_in("lead.elsewhere").get(address).text
    practice.withdraw_consent(case=practice_case, by=people["lead"])
    assert CASE["title"] not in signed_in("lead.elsewhere").get(address).text
