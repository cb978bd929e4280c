"""A department beside the corporate assessment: for its own people, without another department's bands."""

import pytest
from django.urls import reverse

from assessments.alignment import Seat, Stance, align
from assessments.models import Assessment, Finding, Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.corporate import take_stance
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from assessments.workflow import Stage
from departments.models import Department
from tests.assessments.corporate_cast import element_of

QUERIES = 7  # session, person, department; then corporate, own, elements, statements


def page_of(department, **asked):
    return reverse("portal:own_alignment", args=[department.pk], query=asked or None)


def line(answer, number):
    return next(one for one in answer.context["lines"] if one.number == number)


def rate(assessment, number, band):
    Statement.objects.filter(assessment=assessment, element__number=number).update(band=band)


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_it_works_for_the_departments_people(signed_in, preparing, corporate, people, who):
    rate(preparing, "4.3.4", Band.NON_COMPLIANT)
    take_stance(
        assessment=preparing, element=element_of(preparing), stance=Stance.CONTRADICTED, note="Not here.",
        version=0, corporate_version=1, by=people["lead"],
    )  # fmt: skip
    answer = signed_in(who).get(page_of(preparing.department))
    one = line(answer, "4.3.4")
    assert (one.corporate, one.own, one.part) == (Band.COMPLIANT, Band.NON_COMPLIANT, "below")
    assert one.stance_words == "Says that it is not so here"
    assert len(answer.context["lines"]) == 57
    assert reverse("assessments:corporate", args=[preparing.pk, "4.3.4"]) in answer.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead.elsewhere", 404), ("stranger", 404), ("assessor", 404), ("executive", 403), ("certifier", 403)],
)
def test_a_stranger_gets_404_and_a_lesser_role_403(signed_in, preparing, corporate, who, status):
    assert signed_in(who).get(page_of(preparing.department)).status_code == status


def test_another_departments_people_are_strangers(client, preparing, corporate):
    client.force_login(corporate.lead)
    assert client.get(page_of(preparing.department)).status_code == 404


def test_no_other_department_is_named_or_counted(signed_in, here, preparing, corporate, people):
    ward = Department.objects.create(trust=here.trust, name="Ward 7", treatment_function_id="320")
    theirs = cycle.open_assessment(department=ward, title="Theirs", by=people["lead"])
    rate(theirs, "4.3.4", Band.COMPLIANCE_PLUS)
    answer = signed_in("lead").get(page_of(preparing.department))
    assert "Ward 7" not in answer.text
    assert "Theirs" not in answer.text
    assert line(answer, "4.3.4").own == ""


@pytest.mark.parametrize(
    ("corporate", "own", "part"),
    [
        (Band.COMPLIANT, Band.COMPLIANCE_PLUS, "together"),
        (Band.COMPLIANT, Band.PARTIALLY_COMPLIANT, "below"),
        (Band.NON_COMPLIANT, Band.COMPLIANT, "above"),
        ("", Band.COMPLIANT, "above"),
        (Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT, "weak"),
        (Band.COMPLIANT, "", ""),
        (Band.COMPLIANT, Band.NOT_APPLICABLE, ""),
    ],
)
def test_where_one_department_stands(corporate, own, part):
    assert align("4.3.4", corporate, [Seat("Cardiology", own)]).part == part


@pytest.mark.parametrize("band", ["", Band.NOT_APPLICABLE])
def test_where_corporate_has_no_band_there_is_nothing_to_compare(signed_in, preparing, corporate, band):
    corporate.says("We try.", number="3.1.2", band=band)
    rate(preparing, "3.1.2", Band.COMPLIANT)
    assert line(signed_in("lead").get(page_of(preparing.department)), "3.1.2").part == ""


@pytest.mark.parametrize(
    ("asked", "lines"),
    [({"part": "below"}, 1), ({"part": "weak"}, 57), ({"part": "nonsense"}, 57), ({"criterion": "none"}, 0)],
)
def test_it_is_narrowed_and_a_part_that_is_empty_narrows_nothing(signed_in, preparing, corporate, asked, lines):
    rate(preparing, "4.3.4", Band.PARTIALLY_COMPLIANT)
    answer = signed_in("lead").get(page_of(preparing.department, **asked))
    assert len(answer.context["lines"]) == lines
    assert "Corporate reaches Compliant and we do not (1)" in answer.text


def test_what_the_assessor_found_is_shown_once_it_is_decided(signed_in, decided, corporate, people):
    Assessment.objects.filter(pk=corporate.assessment.pk).update(
        stage=Stage.DESK_REVIEW, assessor=people["assessor"], assigned_at=decided.opened_at
    )
    found = Finding.objects.create(
        assessment=corporate.assessment, element=element_of(corporate.assessment), band=Band.NON_COMPLIANT
    )
    client, url = signed_in("lead"), page_of(decided.department)
    assert line(client.get(url), "4.3.4").corporate == Band.COMPLIANT  # a finding before the decision is nobody's
    Assessment.objects.filter(pk=found.assessment_id).update(
        stage=Stage.DECIDED, decided_by=people["certifier"], decided_at=decided.decided_at, outcome="no_award"
    )
    assert line(client.get(url), "4.3.4").corporate == Band.NON_COMPLIANT
    assert line(client.get(url), "4.3.5").own == Band.PARTIALLY_COMPLIANT


def test_versions_of_the_standard_are_put_together_by_lineage(signed_in, here, preparing, corporate, people, tmp_path):
    """The department begins on a newer version, in which 4.3.4 has another number."""
    words = BUNDLED_STANDARD.read_text().replace("number: 4.3.4\n", "number: 4.3.9\n      was: 4.3.4\n")
    (tmp_path / "standard.yaml").write_text(words)
    store_standard(written=read_standard(tmp_path / "standard.yaml"), name="standard.yaml")
    Assessment.objects.filter(pk=preparing.pk).update(stage=Stage.WITHDRAWN)
    cycle.open_assessment(department=here.department, title="Newer", by=people["lead"])
    answer = signed_in("lead").get(page_of(here.department))
    assert line(answer, "4.3.9").corporate == Band.COMPLIANT


def test_it_costs_seven_queries(signed_in, preparing, corporate, django_assert_num_queries):
    client, url = signed_in("lead"), page_of(preparing.department)
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)


def test_without_a_corporate_assessment_it_says_what_it_is_for(signed_in, preparing):
    assert "No corporate assessment yet" in signed_in("lead").get(page_of(preparing.department)).text


def test_before_the_department_is_assessed_it_says_who_begins(signed_in, here, corporate):
    answer = signed_in("lead").get(page_of(here.department))
    assert "Your department is not assessed yet" in answer.text
    assert reverse("assessments:open", args=[here.department.pk]) in answer.text


def test_the_corporate_lead_is_told_that_it_is_theirs(client, corporate):
    client.force_login(corporate.lead)
    assert "This is the corporate assessment" in client.get(page_of(corporate.department)).text


def test_the_way_to_it_stands_where_there_is_a_corporate_department(signed_in, preparing, people, here):
    overview, url = reverse("assessments:detail", args=[preparing.pk]), page_of(preparing.department)
    assert url not in signed_in("lead").get(overview).text
    Department.objects.create(trust=here.trust, name="Corporate services", is_corporate=True)
    assert url in signed_in("lead").get(overview).text
    assert url not in signed_in("executive").get(overview).text


def test_the_corporate_page_of_an_element_leads_to_it(signed_in, preparing, corporate):
    element = reverse("assessments:corporate", args=[preparing.pk, "4.3.4"])
    assert page_of(preparing.department) in signed_in("lead").get(element).text
