"""What evidence covers: the rule on plain values, the matrix on its page, and what submission does about it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.coverage import CoverageRule, Piece, cover
from assessments.models import EvidenceService, EvidenceUse, EvidenceVersion, Standard
from assessments.services import cycle
from assessments.services.evidence import use_evidence
from assessments.services.refusals import Refused
from assessments.services.standard_file import WrongStandard, read_standard
from assessments.services.standards import store_standard
from files.models import File
from files.rules import FileState, PatientData
from tests.assessments.small_standard import SMALL
from tests.conftest import make_link

TODAY = date(2026, 11, 23)
RULE = CoverageRule()


def piece(element="1.1.1", evidence=1, dated=date(2026, 1, 1), until=None, services=(), counts=True):
    return Piece(element, evidence, f"ES {evidence}", "Survey", dated, until, frozenset(services), counts)


def covered(*pieces, told=None, services=None, rule=RULE):
    return cover(
        rule, told=told or {"1.1.1": False, "1.1.2": True}, pieces=pieces, services=services or {}, today=TODAY
    )


# --- The rule
def test_an_element_has_evidence_or_only_something_to_see_or_nothing():
    shown, told = covered(piece()).elements
    assert (shown.is_bare, shown.only_told, len(shown.pieces)) == (False, False, 1)
    assert (told.is_bare, told.only_told) == (False, True)
    assert covered().elements[0].is_bare


@pytest.mark.parametrize(
    ("dated", "until", "old"),
    [
        (date(2023, 11, 24), None, False),
        (date(2023, 11, 22), None, True),
        (date(2019, 1, 1), date(2026, 11, 23), False),  # it holds as long as it says
        (date(2026, 1, 1), date(2026, 11, 22), True),
    ],
)
def test_a_document_is_old_after_36_months_or_when_its_time_is_up(dated, until, old):
    result = covered(piece(dated=dated, until=until))
    assert result.elements[0].only_old is old
    assert [point.element for point in result.points] == (["1.1.1"] if old else [])
    assert result.blocks == ()


def test_one_new_document_makes_up_for_old_ones():
    assert not covered(piece(dated=date(2010, 1, 1)), piece(evidence=2)).elements[0].only_old


def test_a_standard_may_make_old_documents_and_bare_services_block():
    strict = CoverageRule(old="block", uncovered_service="block", old_after_months=12)
    result = covered(piece(dated=date(2025, 1, 1)), services={7: "Montuschi Ward"}, rule=strict)
    assert [point.words for point in result.blocks] == [
        "Every document for 1.1.1 is out of date or older than 12 months.",
        "No evidence is about Montuschi Ward.",
    ]


def test_evidence_is_counted_for_the_services_that_it_is_about():
    result = covered(
        piece(services=[7]), piece(evidence=2, services=[7, 8]), piece(evidence=3), services={7: "A", 8: "B", 9: "C"}
    )
    assert (result.elements[0].by_service, result.elements[0].as_a_whole) == ({7: 2, 8: 1}, 1)
    assert result.uncovered == (9,)


def test_a_file_in_quarantine_covers_nothing():
    result = covered(piece(counts=False, services=[7]), services={7: "A"})
    assert result.elements[0].is_bare
    assert result.uncovered == (7,)


def test_a_piece_that_carries_twenty_elements_is_pointed_out():
    told = {f"1.1.{n}": False for n in range(1, 21)}
    assert covered(*(piece(number) for number in list(told)[:19]), told=told).carriers == ()
    (carrier,) = covered(*(piece(number) for number in told), told=told).carriers
    assert (carrier.code, len(carrier.elements)) == ("ES 1", 20)


# --- As data of the standard
def test_a_standard_says_what_it_asks_of_evidence(tmp_path, db):
    written = SMALL.replace("looks_for: Knowledge.", "looks_for: Knowledge.\n      show_me: true")
    (tmp_path / "standard.yaml").write_text(written + "coverage: {old_after_months: 12, old: block}\n")
    standard, _ = store_standard(written=read_standard(tmp_path / "standard.yaml"), name="standard.yaml")
    assert CoverageRule.of(standard.coverage_rule) == CoverageRule(old_after_months=12, old="block")
    assert standard.elements.get(show_me=True).number == "1.1.1"


def test_a_weight_that_is_none_is_refused_with_its_line(tmp_path):
    (tmp_path / "standard.yaml").write_text(SMALL + "coverage: {old: perhaps}\n")
    with pytest.raises(WrongStandard, match=r"line \d+.*perhaps"):
        read_standard(tmp_path / "standard.yaml")


def test_the_bundled_standard_points_out_and_blocks_nothing(standard: Standard):
    assert CoverageRule.of(standard.coverage_rule) == CoverageRule()


# --- On its page
def test_the_matrix_shows_each_element_with_its_evidence_and_services(
    signed_in, preparing, evidence_in_preparation, services_and_sites
):
    ward, clinic = services_and_sites
    EvidenceService.objects.create(evidence=evidence_in_preparation, service=ward)
    html = signed_in("lead").get(reverse("assessments:coverage", args=[preparing.pk])).content.decode()
    assert "All elements (57)" in html
    assert "Evidence in date (1)" in html
    assert "Nothing yet (56)" in html
    uncovered = html[html.index("Services that no evidence is about") : html.index('id="elements"')]
    assert clinic.name in uncovered
    assert ward.name not in uncovered


def test_the_matrix_can_be_narrowed(signed_in, preparing, evidence_in_preparation):
    address = reverse("assessments:coverage", args=[preparing.pk])
    html = signed_in("lead").get(f"{address}?show=shown").content.decode()
    assert "4.3.4" in html
    assert "1.1.1" not in html
    assert "No element is like that" in signed_in("lead").get(f"{address}?show=old").content.decode()


def test_a_stranger_gets_404_and_an_administrator_too(signed_in, in_review):
    address = reverse("assessments:coverage", args=[in_review.pk])
    assert signed_in("lead.elsewhere").get(address).status_code == 404
    assert signed_in("administrator").get(address).status_code == 404


def test_the_matrix_costs_the_same_queries_at_two_sizes(signed_in, preparing, people, django_assert_num_queries):
    client, address = signed_in("lead"), reverse("assessments:coverage", args=[preparing.pk])
    elements = list(preparing.standard.elements.all())
    for numbers in (range(1, 3), range(3, 20)):
        for number in numbers:
            row = make_link(preparing.department, people["lead"], number=number)
            use_evidence(assessment=preparing, evidence=row, elements=elements[:number], by=people["lead"])
        with django_assert_num_queries(9):
            client.get(address)


# --- When it is submitted
def test_a_file_that_is_kept_shut_blocks_submission(written, evidence_in_preparation, people):
    File.objects.update(state=FileState.QUARANTINED)
    with pytest.raises(Refused, match="ES 1 is kept shut: quarantined"):
        cycle.submit(assessment=written, by=people["lead"])


def test_possible_patient_data_blocks_submission_until_it_is_decided(written, evidence_in_preparation, people):
    File.objects.update(patient_data=PatientData.FOUND)
    with pytest.raises(Refused, match="ES 1 may name a patient"):
        cycle.submit(assessment=written, by=people["lead"])
    File.objects.update(
        patient_data=PatientData.CONFIRMED,
        patient_reason="It is the matron’s own.",
        patient_decided_by=people["lead"],
        patient_decided_at=timezone.now(),
    )
    cycle.submit(assessment=written, by=people["lead"])


def test_the_submit_page_points_out_what_is_old_and_lets_it_pass(signed_in, written, evidence_in_preparation):
    EvidenceVersion.objects.update(dated=date(2015, 1, 1))
    address = reverse("assessments:submit", args=[written.pk])
    html = signed_in("lead").get(address).content.decode()
    assert "Every document for 4.3.4 is out of date or older than 36 months." in html
    assert signed_in("lead").post(address).status_code == 302


def test_an_element_that_must_be_shown_is_not_ready_when_it_is_only_told(written, evidence_in_preparation):
    statement = written.statements.select_related("element").get(element__number="4.3.4")
    statement.element.show_me = True
    assert statement.missing == []
    EvidenceUse.objects.all().delete()
    statement.evidence_count = 0
    assert statement.missing == ["add evidence: telling alone is not enough here"]
