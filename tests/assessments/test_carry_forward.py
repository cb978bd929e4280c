"""Last time's evidence, carried forward: by lineage, with its notes, and as often as one likes."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    Criterion,
    Element,
    EvidenceUse,
    EvidenceVersion,
    Standard,
    Statement,
    SubCriterion,
)
from assessments.services.evidence import add_version
from assessments.services.refusals import Refused
from assessments.services.reuse import carry_forward, successors, what_can_be_carried
from files.models import File
from files.rules import FileState
from tests.conftest import make_link


def carrying(assessment):
    return reverse("assessments:carry_forward", args=[assessment.pk])


@pytest.fixture
def source(renewing) -> Assessment:
    return Assessment.objects.exclude(pk=renewing.pk).get()


def rows_of(assessment, source):
    return what_can_be_carried(assessment=assessment, source=source, today=timezone.localdate())


def test_the_overview_offers_it_once_there_is_something(signed_in, renewing, source, elsewhere):
    offer = "Carry forward the evidence of Recertification 2026"
    overview = reverse("assessments:detail", args=[renewing.pk])
    assert offer in signed_in("contributor").get(overview).content.decode()
    assert offer not in signed_in("executive").get(overview).content.decode()
    assert offer not in signed_in("lead").get(reverse("assessments:detail", args=[source.pk])).content.decode()


def test_a_first_assessment_has_nothing_to_carry(signed_in, preparing):
    assert signed_in("lead").get(carrying(preparing)).status_code == 404


def test_what_is_ticked_supports_the_same_element_with_its_note(signed_in, renewing, source):
    page = signed_in("contributor").get(carrying(renewing))
    html = page.content.decode()
    assert "4.3.4" in html
    assert " checked" in html
    key = page.context["groups"][0]["lines"][0]["row"].key
    assert signed_in("contributor").post(carrying(renewing), {"chosen": [key]}).status_code == 302
    use = EvidenceUse.objects.get(assessment=renewing)
    assert (use.element.number, use.version.number) == ("4.3.4", 1)
    statement = Statement.objects.get(assessment=renewing, element__number="4.3.4")
    assert statement.evidence_count == 1
    renewing.refresh_from_db()
    assert renewing.tallies["4"]["supported"] == 1


@pytest.fixture
def noted(preparing, evidence_in_preparation, people) -> EvidenceUse:
    """In the assessment that is decided next: flagged, with what it shows and where."""
    EvidenceUse.objects.update(shows="New signs", place="page 4", strongest=True)
    return EvidenceUse.objects.get()


def test_notes_flags_and_the_newest_version_go_with_it(noted, renewing, source, people):
    add_version(
        evidence=noted.evidence,
        version=0,
        by=people["lead"],
        dated=date(2026, 5, 1),
        change="New",
        link="https://e.org/",
    )
    assert carry_forward(assessment=renewing, source=source, chosen=rows_of(renewing, source), by=people["lead"]) == 1
    use = EvidenceUse.objects.get(assessment=renewing)
    assert (use.shows, use.place, use.strongest, use.version.number) == ("New signs", "page 4", True, 2)
    assert EvidenceUse.objects.get(assessment=source).version.number == 1


def test_a_second_time_changes_nothing(noted, renewing, source, people):
    rows = rows_of(renewing, source)
    carry_forward(assessment=renewing, source=source, chosen=rows, by=people["lead"])
    EvidenceUse.objects.filter(assessment=renewing).update(shows="Changed since", strongest=False)
    assert carry_forward(assessment=renewing, source=source, chosen=rows, by=people["lead"]) == 0
    use = EvidenceUse.objects.get(assessment=renewing)
    assert (use.shows, use.strongest) == ("Changed since", False)
    assert [row.is_there for row in rows_of(renewing, source)] == [True]


def test_a_flag_that_is_set_already_stays_where_it_is(noted, renewing, source, people):
    other = make_link(renewing.department, people["lead"], number=2)
    EvidenceUse.objects.create(
        assessment=renewing, element=noted.element, evidence=other, version=other.current, strongest=True
    )
    carry_forward(assessment=renewing, source=source, chosen=rows_of(renewing, source), by=people["lead"])
    assert EvidenceUse.objects.get(assessment=renewing, strongest=True).evidence == other


def test_what_is_out_of_date_is_left_unticked(signed_in, renewing):
    EvidenceVersion.objects.update(valid_until=date(2026, 3, 2))
    page = signed_in("lead").get(carrying(renewing))
    assert page.context["counts"] == {"elements": 1, "pieces": 1, "offered": 1, "expired": 1}
    assert " checked" not in page.content.decode()
    assert "Out of date since 3 Mar 2026" in page.content.decode()


def test_what_is_quarantined_is_not_carried(renewing, source, people):
    File.objects.update(state=FileState.QUARANTINED)
    rows = rows_of(renewing, source)
    assert [row.problem for row in rows] == ["Quarantined: add a new version first"]
    assert carry_forward(assessment=renewing, source=source, chosen=rows, by=people["lead"]) == 0


def test_nothing_ticked_says_so(signed_in, renewing):
    answer = signed_in("lead").post(carrying(renewing), {})
    assert "Choose at least one piece of evidence" in answer.content.decode()
    answer = signed_in("lead").post(carrying(renewing), {"chosen": ["1-1"]})
    assert answer.status_code == 200
    assert EvidenceUse.objects.filter(assessment=renewing).count() == 0


def test_another_departments_evidence_is_refused(renewing, source, people, elsewhere):
    Assessment.objects.filter(pk=renewing.pk).update(department=elsewhere.department)
    other = Assessment.objects.get(pk=renewing.pk)
    with pytest.raises(Refused, match="another department"):
        carry_forward(assessment=other, source=source, chosen=rows_of(renewing, source), by=people["lead"])


# --- By lineage
def next_version(standard: Standard, parts: dict[str, list[str]]) -> Standard:
    """A version of the standard after another: for each new element, the numbers that it was before (first counts)."""
    newer = Standard.objects.create(
        code=standard.code, version=standard.version + 1, title="Newer", award_rule=standard.award_rule,
        cycle=standard.cycle, source_sha256=str(standard.version).zfill(64), loaded_at=timezone.now(),
    )  # fmt: skip
    criterion = Criterion.objects.create(standard=newer, number="1", title="All", position=1)
    sub = SubCriterion.objects.create(criterion=criterion, number="1.1", title="All", position=1)
    for position, (number, before) in enumerate(parts.items(), start=1):
        previous = Element.objects.filter(standard=standard, number__in=before).first()
        Element.objects.create(
            standard=newer, subcriterion=sub, number=number, title=number, looks_for="It", position=position,
            previous=previous,
        )  # fmt: skip
    return newer


@pytest.fixture
def two_versions_later(noted, renewing, standard, people) -> Assessment:
    """4.3.4 became one element, which was divided into two; another is new."""
    between = next_version(standard, {"9.1": ["4.3.4"], "9.2": ["1.1.1"]})
    newest = next_version(between, {"7.1": ["9.1"], "7.2": ["9.1"], "7.3": []})
    Assessment.objects.filter(pk=renewing.pk).update(standard=newest)
    Statement.objects.filter(assessment=renewing).delete()
    Statement.objects.bulk_create(Statement(assessment=renewing, element=one) for one in newest.elements.all())
    return Assessment.objects.get(pk=renewing.pk)


def test_evidence_follows_its_element_through_two_versions_of_the_standard(two_versions_later, source, people):
    now_at = successors(source, two_versions_later)
    assert [[one.number for one in at] for at in now_at.values()] == [["7.1", "7.2"]]
    rows = rows_of(two_versions_later, source)
    carry_forward(assessment=two_versions_later, source=source, chosen=rows[1:], by=people["lead"])
    use = EvidenceUse.objects.get(assessment=two_versions_later)
    assert (use.element.number, use.shows) == ("7.2", "New signs")


@pytest.mark.parametrize("pieces", [1, 20])
def test_the_page_costs_the_same_queries_at_two_sizes(
    signed_in, preparing, people, request, pieces, django_assert_num_queries
):
    elements = list(preparing.standard.elements.all())
    for number in range(2, pieces + 2):
        row = make_link(preparing.department, people["lead"], number=number)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(assessment=preparing, element=one, evidence=row, version=row.current)
            for one in elements[:number]
        )
    lead, renewing = signed_in("lead"), request.getfixturevalue("renewing")
    with django_assert_num_queries(7):  # session, person, assessment, source, elements, what is there, uses
        page = lead.get(carrying(renewing))
    assert page.context["counts"]["offered"] == 1 + sum(range(2, pieces + 2))
