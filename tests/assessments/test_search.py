"""Searching: what is found by which words, how it is shown, and above all what is not found by whom."""

import re
from datetime import date
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Evidence, EvidenceUse, EvidenceVersion, Finding, Statement
from assessments.search import hits
from assessments.search.asked import Asked, has_a_word, number_of_element, number_of_evidence
from assessments.search.extracts import marked
from assessments.services.evidence import next_version_id
from departments.access import Action, may
from departments.models import Blob, Department, User
from departments.rules import Role
from files.models import File, Page
from files.rules import FileState, PatientData
from tests.conftest import make_person

URL = "/search/"
READERS = ["lead", "contributor", "executive", "assessor", "certifier"]
OUTSIDE = [f"{who}.elsewhere" for who in READERS]
MOST_QUERIES = 8
# Whatever is stored: no list of ids grows with what somebody may see.
MOST_BYTES = 60_000


def make_file(department: Department, by: User, *texts: str, name: str = "Report.pdf", **said) -> File:
    """A checked file that was read: its pages hold these texts."""
    content = sha256("".join(texts).encode()).hexdigest()
    blob = Blob.objects.get_or_create(sha256=content, defaults={"size": 1})[0]
    file = File.objects.create(
        **{"department": department, "name": name, "size": 1, "blob": blob, "state": FileState.CLEAN, "sent_by": by,
           "sent_at": timezone.now(), "read_at": timezone.now(), "content_type": "application/pdf",
           "pages": len(texts)} | said
    )  # fmt: skip
    for number, text in enumerate(texts, start=1):
        Page.objects.get_or_create(blob=blob, number=number, defaults={"text": text, "label": f"Page {number}"})
    return file


def make_evidence(
    file: File, *, number: int = 1, title: str = "Annual report", owner: str = "Matron", **said
) -> Evidence:
    """A file as evidence of its department, put to no element."""
    first = next_version_id()
    evidence = Evidence.objects.create(
        department=file.department, number=number, title=title, owner=owner, current_id=first, **said
    )
    EvidenceVersion.objects.create(
        pk=first, evidence=evidence, number=1, file=file, dated=date(2026, 1, 1), added_by=file.sent_by,
        added_at=timezone.now(),
    )  # fmt: skip
    made: Evidence = Evidence.objects.get(pk=evidence.pk)
    return made


def replace_file(evidence: Evidence, file: File) -> EvidenceVersion:
    """A second version, now the current one."""
    version = EvidenceVersion.objects.create(
        evidence=evidence, number=2, file=file, dated=date(2026, 6, 1), added_by=file.sent_by, added_at=timezone.now()
    )
    Evidence.objects.filter(pk=evidence.pk).update(current=version)
    return version


def put(evidence: Evidence, assessment: Assessment, number: str = "4.3.4", **said) -> EvidenceUse:
    element = assessment.standard.elements.get(number=number)
    return EvidenceUse.objects.create(
        assessment=assessment, element=element, evidence=evidence, version_id=evidence.current_id, **said
    )


def found(client, words: str, **filters) -> list[tuple[str, str]]:
    """Kind and title of each result."""
    answer = client.get(URL, {"words": words, **filters})
    assert answer.status_code == 200
    return [(str(result.kind), result.title) for result in answer.context.get("results", [])]


def told(client, words: str, **filters) -> str:
    return str(client.get(URL, {"words": words, **filters}).content.decode())


@pytest.fixture
def report(here, people) -> Evidence:
    """A file of two pages about complaints, of the department that is here."""
    pages = (
        "We thank everybody who wrote.",
        "Forty complaints came in. The café was too loud; naïve signs confused many.",
    )
    return make_evidence(make_file(here.department, people["lead"], *pages), title="Complaints report 2025")


@pytest.fixture
def report_in_review(report: Evidence, submitted, people) -> Evidence:
    """It supports 4.3.4 of the assessment that the assessor has."""
    Assessment.objects.filter(pk=submitted.pk).update(
        stage="desk_review", assessor=people["assessor"], assigned_at=timezone.now()
    )
    put(report, submitted)
    return report


# --- Who may search
def test_search_is_for_whoever_reads_assessments(signed_in):
    assert {who: signed_in(who).get(URL).status_code for who in [*READERS, "administrator", "stranger"]} == {
        **dict.fromkeys(READERS, 200), "administrator": 403, "stranger": 403
    }  # fmt: skip


def test_the_header_has_a_search_for_those_who_may(signed_in):
    assert 'action="/search/"' in signed_in("lead").get("/").content.decode()
    assert 'action="/search/"' not in signed_in("administrator").get("/").content.decode()


# --- What is found
def test_a_page_of_a_file_is_found_and_named(signed_in, report):
    answer = signed_in("lead").get(URL, {"words": "forty"})
    [result] = answer.context["results"]
    assert (result.kind, result.title) == ("pages", "Page 2 of Complaints report 2025")
    assert result.extract == ("<mark>Forty</mark> complaints came in. The café was too loud; naïve signs confused many")
    assert "ES 1, Report.pdf. Cardiology, Whittington Health NHS Trust." in answer.content.decode()


@pytest.mark.parametrize("words", ["complaint", "complaints", "complained", "COMPLAINING"])
def test_a_word_is_found_in_all_its_forms(signed_in, report, words):
    assert ("pages", "Page 2 of Complaints report 2025") in found(signed_in("lead"), words)
    assert ("evidence", "ES 1 Complaints report 2025") in found(signed_in("lead"), words)


@pytest.mark.parametrize("words", ["café", "cafe", "naive", "NAÏVE"])
def test_accents_do_not_matter(signed_in, report, words):
    assert found(signed_in("lead"), words) == [("pages", "Page 2 of Complaints report 2025")]


def test_a_phrase_is_found_as_it_stands_only(signed_in, report):
    assert len(found(signed_in("lead"), '"forty complaints came"')) == 1
    assert found(signed_in("lead"), '"complaints forty came"') == []
    assert found(signed_in("lead"), "forty -café") == []
    assert len(found(signed_in("lead"), "unheard or forty")) == 1


def test_a_title_comes_before_a_page(signed_in, report):
    assert [kind for kind, title in found(signed_in("lead"), "complaints")] == ["evidence", "pages"]


def test_what_people_wrote_is_found(signed_in, decided):
    kinds = found(signed_in("executive"), '"4.3.5"')
    assert sorted(kind for kind, title in kinds) == ["findings", "statements"]
    assert all(title.startswith("4.3.5 ") for kind, title in kinds)


def test_what_a_use_shows_finds_its_evidence(signed_in, report, preparing):
    put(report, preparing, shows="The turnaround of letters fell.")
    answer = signed_in("lead").get(URL, {"words": "turnaround"})
    [result] = answer.context["results"]
    assert (result.kind, result.title) == ("evidence", "ES 1 Complaints report 2025")
    assert "<mark>turnaround</mark>" in result.extract


def test_words_written_later_are_found_at_once(signed_in, preparing):
    Statement.objects.filter(assessment=preparing, element__number="4.3.4").update(text="A hydrangea at the door.")
    assert [kind for kind, title in found(signed_in("lead"), "hydrangeas")] == ["statements"]


# --- Codes and misspelt names
@pytest.mark.parametrize("words", ["ES 1", "es1", "ES-001", " Es 1 "])
def test_a_code_goes_straight_to_the_evidence(signed_in, report, words):
    answer = signed_in("lead").get(URL, {"words": words})
    assert (answer.status_code, answer["Location"]) == (302, reverse("assessments:evidence_detail", args=[report.pk]))


def test_a_number_goes_straight_to_the_element(signed_in, preparing):
    answer = signed_in("lead").get(URL, {"words": "4.3.4"})
    assert answer["Location"] == reverse("assessments:element", args=[preparing.pk, "4.3.4"])


def test_a_code_that_names_several_lists_them(signed_in, people, report, here):
    ward = Department.objects.create(trust=here.trust, name="Ward", treatment_function_id="320")
    make_evidence(make_file(ward, people["lead"], "x"), title="Ward report")
    page = told(signed_in("executive"), "ES 1")
    assert "ES 1 Complaints report 2025" in page
    assert "ES 1 Ward report" in page


def test_a_code_of_others_leads_nowhere(signed_in, report, preparing):
    for who in [*OUTSIDE, "assessor", "certifier"]:
        for words in ("ES 1", "4.3.4"):
            answer = signed_in(who).get(URL, {"words": words})
            assert answer.status_code == 200
            assert not answer.context["named"]


def test_codes_are_told_from_words():
    assert [number_of_evidence(words) for words in ("ES 12", "es12", "ES", "ESSEX 12", "ES 12 report", "12")] == [
        12, 12, None, None, None, None
    ]  # fmt: skip
    assert [number_of_element(words) for words in ("4.3.4", " 4.3.4. ", "4.3", "4.3.4 complaints")] == [
        "4.3.4", "4.3.4", None, None
    ]  # fmt: skip


def test_a_misspelt_title_is_offered_as_it_is_spelt(signed_in, report):
    answer = signed_in("lead").get(URL, {"words": "complants"})
    assert answer.context["meant"] == "complaints"
    assert answer.context["alike"] == [report]
    assert "Did you mean" in answer.content.decode()


def test_a_misspelt_keeper_and_file_name_are_offered(signed_in, here, people):
    file = make_file(here.department, people["lead"], "x", name="Wayfinding audit.pdf")
    evidence = make_evidence(file, title="Signs", owner="Matron Okonkwo")
    assert signed_in("lead").get(URL, {"words": "Okonkwa"}).context["alike"] == [evidence]
    assert signed_in("lead").get(URL, {"words": "wayfindng"}).context["alike"] == [evidence]


# --- Walls
def test_another_trust_finds_nothing_and_learns_nothing(signed_in, report_in_review):
    for who in OUTSIDE:
        for words in ("complaints", "forty", "complants", "Matron", "Report", "ES 1", "4.3.4"):
            page = told(signed_in(who), words)
            assert not re.search(r"Whittington|Complaints report|<mark>|Did you mean|\([1-9]", page), (who, words)


def test_every_role_here_finds_what_it_may_see(signed_in, report_in_review):
    for who in READERS:
        assert found(signed_in(who), "forty") == [("pages", "Page 2 of Complaints report 2025")], who
    assert found(signed_in("assessor.unassigned"), "forty") == []


def test_reviewers_find_nothing_that_no_assessment_of_theirs_rests_on(signed_in, report, submitted):
    for who in ("assessor", "certifier"):
        for words in ("forty", "complaints", "complants", "Report.pdf"):
            assert found(signed_in(who), words) == []
            assert not signed_in(who).get(URL, {"words": words}).context["alike"]


def test_reviewers_find_nothing_before_it_is_submitted(signed_in, report, preparing, people):
    put(report, preparing, shows="turnaround")
    Statement.objects.filter(assessment=preparing).update(text="hydrangea")
    for words in ("forty", "complaints", "turnaround", "hydrangea"):
        assert found(signed_in("certifier"), words) == []
        assert found(signed_in("assessor"), words) == []
    assert found(signed_in("lead"), "turnaround") != []


def test_reviewers_search_the_version_that_their_assessment_rests_on(signed_in, report_in_review, people, here):
    newer = make_file(here.department, people["lead"], "A marigold replaced it.", name="Marigold.pdf")
    replace_file(report_in_review, newer)
    for who in ("assessor", "certifier"):
        for old in ("", "on"):
            assert found(signed_in(who), "marigold", old=old) == [], who
            assert len(found(signed_in(who), "forty", old=old)) == 1, who
        assert not signed_in(who).get(URL, {"words": "marigld"}).context["alike"]


def test_a_department_searches_what_is_current_and_on_request_what_was(signed_in, report, people, here):
    replace_file(report, make_file(here.department, people["lead"], "A marigold replaced it."))
    for who in ("lead", "executive"):
        assert len(found(signed_in(who), "marigold")) == 1
        assert found(signed_in(who), "forty") == []
        assert len(found(signed_in(who), "forty", old="on")) == 1
        assert "Version 1, not the current one" in told(signed_in(who), "forty", old="on")


@pytest.mark.parametrize("state", [state for state in FileState if state != FileState.CLEAN])
def test_files_that_are_not_served_are_not_searched(signed_in, report_in_review, state):
    File.objects.update(state=state, name="Marigold.pdf")
    with override_settings(EVIDENCE_MUST_BE_SCANNED=True):
        for who in READERS:
            for old in ("", "on"):
                answer = signed_in(who).get(URL, {"words": "forty", "old": old})
                assert answer.context["results"] == []
                assert [kind["number"] for kind in answer.context["kinds"]] == [0] * 5
            assert not signed_in(who).get(URL, {"words": "marigld"}).context["alike"]


def test_files_without_a_scan_are_searched_where_none_is_asked_for(signed_in, report):
    File.objects.update(state=FileState.NOT_SCANNED)
    with override_settings(EVIDENCE_MUST_BE_SCANNED=False):
        assert len(found(signed_in("lead"), "forty")) == 1


def test_what_may_name_a_patient_is_searched_by_its_department_alone(signed_in, report_in_review):
    File.objects.update(patient_data=PatientData.FOUND, name="Marigold.pdf")
    for who in ("assessor", "certifier"):
        assert found(signed_in(who), "forty") == []
        assert not signed_in(who).get(URL, {"words": "marigld"}).context["alike"]
    for who in ("lead", "executive"):
        assert len(found(signed_in(who), "forty")) == 1


def test_the_same_content_elsewhere_opens_nothing(signed_in, report, elsewhere, people):
    """Two trusts sent the same file: each finds its own evidence, and only that."""
    text = [page.text for page in Page.objects.order_by("number")]
    other = make_file(elsewhere.department, people["lead.elsewhere"], *text)
    make_evidence(other, number=7, title="Leaflet")
    assert Page.objects.count() == 2
    assert found(signed_in("lead"), "forty") == [("pages", "Page 2 of Complaints report 2025")]
    assert found(signed_in("lead.elsewhere"), "forty") == [("pages", "Page 2 of Leaflet")]


def test_a_good_copy_does_not_open_a_quarantined_one(signed_in, report, elsewhere, people):
    text = [page.text for page in Page.objects.order_by("number")]
    other = make_file(elsewhere.department, people["lead.elsewhere"], *text, state=FileState.QUARANTINED)
    make_evidence(other, number=7, title="Leaflet")
    assert found(signed_in("lead.elsewhere"), "forty") == []


def test_draft_findings_are_found_by_reviewers_alone(signed_in, in_review, people):
    Finding.objects.filter(assessment=in_review, element__number="4.3.4").update(narrative="A hydrangea was missed.")
    for who in [*READERS, "assessor.unassigned"]:
        kinds = [kind for kind, title in found(signed_in(who), "hydrangea")]
        assert kinds == (["findings"] if who in ("assessor", "certifier") else []), who


def test_findings_are_found_by_all_once_decided(signed_in, decided):
    for who in READERS:
        assert "findings" in [kind for kind, title in found(signed_in(who), '"what was found"')], who


def test_findings_are_visible_as_the_policy_says(in_review, people):
    for who in READERS:
        person = User.objects.with_roles().get(pk=people[who].pk)
        seen = Finding.objects.visible_to(person).exists()
        assert seen == may(person, Action.READ_OPEN_FINDINGS, in_review), who


def test_somebody_with_two_roles_finds_drafts_where_they_assess_alone(client, here, in_review, people, body):
    """A lead of the department who assesses for the body elsewhere is no assessor of their own department."""
    Finding.objects.filter(assessment=in_review).update(narrative="A hydrangea was missed.")
    both = make_person("both", (Role.LEAD, here.department), (Role.ASSESSOR, body))
    client.force_login(both)
    assert found(client, "hydrangea") == []


def test_a_filter_by_element_tells_nothing_of_other_assessments(signed_in, report_in_review, here, people):
    """The assessor knows that it is put to 4.3.4, and not that a later assessment has it at 2.1.1."""
    first = EvidenceUse.objects.get(evidence=report_in_review).assessment
    Assessment.objects.filter(pk=first.pk).update(
        stage="decided", outcome="award", decided_at=timezone.now(), decided_by=people["certifier"]
    )
    later = Assessment.objects.create(
        department=here.department, standard=first.standard, body=first.body, kind="recertification", title="Later",
        opened_by=people["lead"], opened_at=timezone.now(),
    )  # fmt: skip
    put(report_in_review, later, "2.1.1")
    assert found(signed_in("lead"), "forty", element="2.1.1") != []
    assert found(signed_in("assessor"), "forty", element="2.1.1") == []
    assert found(signed_in("assessor"), "forty", element="4.3.4") != []


# --- Filters
def test_kinds_are_counted_and_chosen(signed_in, report):
    answer = signed_in("lead").get(URL, {"words": "complaints"})
    counted = {kind["code"]: kind["number"] for kind in answer.context["kinds"]}
    assert counted == {"": 2, "evidence": 1, "pages": 1, "statements": 0, "findings": 0}
    assert [kind for kind, title in found(signed_in("lead"), "complaints", kind="pages")] == ["pages"]


def test_filters_narrow_everything(signed_in, report, preparing, services_and_sites):
    put(report, preparing)
    report.services.add(services_and_sites[0])
    Statement.objects.filter(assessment=preparing, element__number="4.3.4").update(text="How complaints are heard.")
    Statement.objects.filter(assessment=preparing, element__number="2.1.1").update(text="No complaints here.")
    lead, both = signed_in("lead"), {"evidence", "pages", "statements"}
    for name, these, others in [
        ("element", "4.3.4", "2.1.2"), ("element", "4.3", "3"), ("service", "montuschi", "pharmacy"),
        ("service", "Montushi Ward", "Ambulances"), ("owner", "matron", "porter"),
        ("assessment", str(preparing.pk), "999999"),
    ]:  # fmt: skip
        assert {kind for kind, title in found(lead, "complaints", **{name: these})} == both, (name, these)
        assert found(lead, "complaints", **{name: others}) == [], (name, others)
    assert [kind for kind, title in found(lead, "complaints", year="2026")].count("pages") == 1
    assert found(lead, "complaints", year="2019") == []


def test_a_filter_that_cannot_be_is_said_beside_its_field(signed_in):
    page = told(signed_in("lead"), "complaints", element="four", year="26")
    assert "Enter a number of the standard, such as 4.3.4 or 4.3." in page
    assert "Enter a year of four digits, such as 2026." in page
    assert 'value="complaints"' in page


# --- How it is shown
def test_markup_in_a_file_is_shown_as_text(signed_in, here, people):
    text = "<script>alert('x')</script> <img src=x onerror=alert(1)> hydrangea \ue001\ue000<b>bold</b>"
    title = "<i>Sly</i> hydrangea"
    make_evidence(make_file(here.department, people["lead"], text), title=title, notes="<u>hydrangea</u>")
    page = told(signed_in("lead"), "hydrangea")
    for tag in ("<script>alert", "<img src=x", "<b>bold", "<i>Sly", "<u>"):
        assert tag not in page
    assert page.count("<mark>hydrangea</mark>") == 2
    assert page.count("<mark>") == page.count("</mark>")


def test_marks_are_ours_alone():
    assert marked("a \ue000b\ue001 <c>") == "a <mark>b</mark> &lt;c&gt;"
    assert marked("\ue001\ue000\ue000b") == "b"


def test_a_page_lists_twenty_and_leads_on(signed_in, here, people):
    texts = [f"Page {number} of the hydrangea" for number in range(45)]
    make_evidence(make_file(here.department, people["lead"], *texts))
    first = signed_in("lead").get(URL, {"words": "hydrangea"})
    assert len(first.context["results"]) == 20
    assert "words=hydrangea&amp;page=3" in first.content.decode()
    assert len(signed_in("lead").get(URL, {"words": "hydrangea", "page": 3}).context["results"]) == 5


def test_what_is_too_much_to_list_is_said(signed_in, here, people, monkeypatch):
    monkeypatch.setattr(hits, "MOST_OF_A_KIND", 3)
    make_evidence(make_file(here.department, people["lead"], *(f"hydrangea {n}" for n in range(9))))
    page = told(signed_in("lead"), "hydrangea")
    assert "over 3" in page
    assert "Add a word or a filter" in page


def test_nothing_found_says_what_to_do(signed_in, report):
    assert "Nothing found" in told(signed_in("lead"), "quagmire")


def test_nothing_asked_says_how_to_ask(signed_in):
    for words in ("", "   ", "-", '"', "&|!", "<->", "-forty", '-"forty complaints"', "():*"):
        answer = signed_in("lead").get(URL, {"words": words})
        assert (answer.status_code, answer.context["sought"]) == (200, False), words
        assert "goes straight to that evidence" in answer.content.decode()


@pytest.mark.parametrize(
    "words", ["the", "forty & | !", "\\", "%", "'; drop table", "a:*b", "-a b", "é" * 150, '"open']
)
def test_odd_words_are_no_error(signed_in, report, words):
    assert signed_in("lead").get(URL, {"words": words}).status_code == 200


def test_ten_thousand_characters_are_refused_and_kept(signed_in):
    page = told(signed_in("lead"), "x" * 10_000)
    assert "Search for at most 200 characters" in page
    assert "x" * 10_000 in page


def test_a_null_character_is_a_bad_request(signed_in):
    assert signed_in("lead").get(URL, {"words": "forty\0"}).status_code == 400


def test_a_word_to_look_for_is_told_from_operators():
    assert [has_a_word(words) for words in ("a", "-a", "-a b", '-"a b" c', '"a b"', "-", "")] == [
        True, False, True, True, True, False, False
    ]  # fmt: skip


# --- What it costs
def cost(client, words: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as sent:
        client.get(URL, {"words": words})
    return len(sent), sum(len(query["sql"].encode()) for query in sent.captured_queries)


@pytest.mark.parametrize("who", ["lead", "executive", "certifier"])
def test_a_search_costs_the_same_whatever_is_stored(signed_in, who, people, here, decided):
    client = signed_in(who)
    fill(here.department, people["lead"], decided, range(1, 3))
    small = cost(client, "found hydrangea")
    fill(here.department, people["lead"], decided, range(3, 40))
    large = cost(client, "found hydrangea")
    assert small[0] <= MOST_QUERIES
    assert large[0] <= MOST_QUERIES
    assert large[1] <= min(MOST_BYTES, small[1] + 2_000)


def fill(department: Department, by: User, assessment: Assessment, numbers: range) -> None:
    for number in numbers:
        make_evidence(
            make_file(department, by, f"We found a hydrangea {number}", name=f"{number}.pdf"),
            number=number, title=f"A found hydrangea {number}",
        )  # fmt: skip


def test_search_is_asked_for_by_address_alone(signed_in):
    assert signed_in("lead").post(URL).status_code == 405


def test_asking_is_plain_values():
    assert Asked(words="x") == Asked().with_words("x")
    assert not Asked(words="x").filters
    assert Asked(words="x", year=2026).filters
