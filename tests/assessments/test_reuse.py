"""One piece on many elements: what it shows on each, where, and how it is found again."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceService, EvidenceUse, EvidenceVersion
from assessments.services.evidence import add_evidence, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.reuse import describe_use
from departments.models import Service
from tests.conftest import make_link


@pytest.fixture
def use(evidence_in_preparation: Evidence) -> EvidenceUse:
    return evidence_in_preparation.uses.get()


def noting(use):
    return reverse("assessments:use_note", args=[use.pk])


def choosing(assessment, number="1.1.1"):
    return reverse("assessments:evidence_choose", args=[assessment.pk, number])


def library(department):
    return reverse("assessments:library", args=[department.pk])


# --- What it shows, and where
def test_what_a_piece_shows_here_stands_beside_it_for_the_assessor(signed_in, use_in_review, in_review):
    EvidenceUse.objects.update(shows="How many signs were put up", place="page 4")
    page = signed_in("assessor").get(reverse("assessments:element", args=[in_review.pk, "4.3.4"])).content.decode()
    assert "How many signs were put up" in page
    assert "Where: page 4" in page
    assert "Say what it shows here" not in page


def test_the_element_page_says_what_it_shows_without_javascript(signed_in, use, preparing):
    lead = signed_in("lead")
    page = lead.get(reverse("assessments:element", args=[preparing.pk, "4.3.4"])).content.decode()
    assert f'action="{noting(use)}"' in page
    assert f'value="{use.seen}"' in page
    lead.post(noting(use), {"shows": "New signs\r\nat the door", "place": "page 4", "seen": use.seen})
    use.refresh_from_db()
    assert (use.shows, use.place) == ("New signs\nat the door", "page 4")


def test_a_note_that_a_colleague_changed_is_not_overwritten(signed_in, use):
    seen = use.seen
    signed_in("contributor").post(noting(use), {"shows": "Signs", "place": "page 4", "seen": seen})
    answer = signed_in("lead").post(noting(use), {"shows": "Posters", "place": "", "seen": seen})
    html = answer.content.decode()
    assert "A colleague saved this" in html
    assert "Signs" in html
    assert "Posters" in html
    signed_in("lead").post(
        noting(use), {"shows": "Posters", "place": "", "seen": answer.context["form"]["seen"].value()}
    )
    assert EvidenceUse.objects.get().shows == "Posters"


def test_too_long_a_place_is_told_and_nothing_is_lost(signed_in, use):
    answer = signed_in("lead").post(noting(use), {"shows": "Signs", "place": "page 4 " * 30, "seen": use.seen})
    assert answer.status_code == 200
    assert "Signs" in answer.content.decode()
    assert EvidenceUse.objects.get().place == ""


def test_a_note_stays_once_it_is_submitted(use_in_review, people):
    with pytest.raises(Refused, match="has been submitted"):
        describe_use(use=use_in_review, shows="New", place="", seen=use_in_review.seen, by=people["lead"])


def test_a_service_meets_a_stale_note(use, people):
    describe_use(use=use, shows="Signs", place="", seen=use.seen, by=people["lead"])
    with pytest.raises(SavedByAColleague):
        describe_use(use=use, shows="Posters", place="", seen=use.seen, by=people["lead"])


# --- Chosen again
def test_a_piece_is_chosen_with_what_it_shows_there(signed_in, evidence_in_preparation, preparing):
    pk = evidence_in_preparation.pk
    said = {"evidence": [pk], f"shows-{pk}": "That we listen", f"place-{pk}": "the table"}
    signed_in("lead").post(choosing(preparing), said)
    use = EvidenceUse.objects.get(element__number="1.1.1")
    assert (use.shows, use.place) == ("That we listen", "the table")


def test_what_was_typed_beside_a_piece_is_not_lost_when_it_is_refused(signed_in, evidence_in_preparation, preparing):
    pk = evidence_in_preparation.pk
    said = {"evidence": [pk], f"shows-{pk}": "That we listen", f"place-{pk}": "x" * 101}
    html = signed_in("lead").post(choosing(preparing), said).content.decode()
    assert "shorten what it shows" in html
    assert "That we listen" in html
    assert f'value="{pk}" aria-describedby="about-{pk}" aria-controls="note-{pk}" checked' in html
    assert EvidenceUse.objects.filter(element__number="1.1.1").count() == 0


def test_each_piece_says_what_it_supports_and_how_it_stands(signed_in, evidence_in_preparation, preparing):
    EvidenceVersion.objects.update(valid_until=date(2026, 3, 1))
    html = signed_in("lead").get(choosing(preparing)).content.decode()
    assert "Supports in Recertification 2026: 4.3.4" in html
    assert "Out of date since 2 Mar 2026" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"element": "4.3.4"}, True),
        ({"element": "4.3.5"}, False),
        ({"service": "none"}, False),
        ({"words": "said"}, True),
        ({"service": "not-a-service"}, True),
    ],
)
def test_pieces_are_found_by_element_and_service(
    signed_in, evidence_in_preparation, preparing, services_and_sites, query, found
):
    EvidenceService.objects.create(evidence=evidence_in_preparation, service=services_and_sites[0])
    html = signed_in("lead").get(choosing(preparing), query).content.decode()
    assert ("You said, we did" in html) is found


def test_a_service_finds_only_what_is_about_it(signed_in, evidence_in_preparation, preparing, services_and_sites):
    ward, clinic = services_and_sites
    EvidenceService.objects.create(evidence=evidence_in_preparation, service=ward)
    lead = signed_in("lead")
    assert "You said, we did" in lead.get(choosing(preparing), {"service": ward.pk}).content.decode()
    assert "You said, we did" not in lead.get(choosing(preparing), {"service": clinic.pk}).content.decode()


def test_a_piece_chosen_from_an_old_page_comes_in_its_newest_version(evidence_in_preparation, preparing, people):
    stale = Evidence.objects.get(pk=evidence_in_preparation.pk)
    newest = EvidenceVersion.objects.create(
        evidence=stale, number=2, link="https://www.example.org/", dated=date(2026, 1, 1), added_by=people["lead"],
        added_at=timezone.now(),
    )  # fmt: skip
    Evidence.objects.filter(pk=stale.pk).update(current=newest)
    element = preparing.standard.elements.get(number="1.1.1")
    use_evidence(assessment=preparing, evidence=stale, elements=[element], by=people["lead"])
    assert EvidenceUse.objects.get(element=element).version == newest


# --- The department's whole evidence
def test_the_library_lists_what_is_used_and_what_is_not(signed_in, evidence_in_preparation, people):
    department = evidence_in_preparation.department
    make_link(department, people["lead"], number=2, title="Our web page")
    for who in ("lead", "contributor", "executive"):
        html = signed_in(who).get(library(department)).content.decode()
        assert "You said, we did" in html
        assert "Our web page" in html
        assert "Not used" in html


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"use": "unused"}, ["Our web page"]),
        ({"use": "newest"}, ["You said, we did"]),
        ({"standing": "ending"}, ["Our web page"]),
        ({"standing": "expired"}, ["Our web page"]),
        ({"standing": "to_review"}, []),
        ({"words": "web"}, ["Our web page"]),
        ({"standing": "nonsense"}, ["Our web page", "You said, we did"]),
    ],
)
def test_the_library_is_narrowed(signed_in, evidence_in_preparation, people, query, titles):
    department = evidence_in_preparation.department
    other = make_link(department, people["lead"], number=2, title="Our web page")
    EvidenceVersion.objects.filter(evidence=other).update(valid_until=timezone.localdate() - timedelta(days=1))
    answer = signed_in("lead").get(library(department), query)
    assert sorted(line["row"].title for line in answer.context["lines"]) == titles


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200),
        ("executive", 200),
        ("administrator", 403),
        ("certifier", 403),
        ("assessor", 404),
        ("stranger", 404),
    ],
)
def test_only_the_department_and_its_executives_see_the_library(signed_in, evidence_in_preparation, who, status):
    assert signed_in(who).get(library(evidence_in_preparation.department)).status_code == status


@pytest.mark.parametrize(("page", "queries"), [("library", 7), ("choose", 9), ("register", 6)])
def test_lists_cost_the_same_queries_at_two_sizes(
    signed_in, preparing, people, services_and_sites, django_assert_num_queries, page, queries
):
    elements = list(preparing.standard.elements.exclude(number="1.1.1")[:5])
    address = {
        "library": library(preparing.department),
        "choose": choosing(preparing),
        "register": reverse("assessments:evidence", args=[preparing.pk]),
    }[page]
    lead = signed_in("lead")
    for sizes in (range(2), range(2, 20)):
        for number in sizes:
            add_evidence(
                assessment=preparing, elements=elements, title=f"Piece {number}", owner="Matron",
                dated=date(2026, 1, 1), by=people["lead"], link="https://www.example.org/",
                services=Service.objects.all(),
            )  # fmt: skip
        with django_assert_num_queries(queries):
            lead.get(address)
