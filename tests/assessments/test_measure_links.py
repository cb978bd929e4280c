"""What measures and themes speak of in the standard: taken from its file, carried to its next version, edited."""

import pytest
from django.apps import apps
from django.db import InternalError, transaction
from django.urls import reverse

from assessments.gap import Levels
from assessments.models import Element, MeasureLink, Reworking, Standard, SubCriterion
from assessments.services.measure_links import add_link, change_levels, link_measures, remove_link
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.standard_file import WrittenStandard, read_standard
from assessments.services.standards import store_standard
from departments.models import User
from feedback.models import Measure
from feedback.services.measures import load_measures
from feedback.themes import themes
from tests.assessments.small_standard import SMALL
from tests.conftest import make_person

FFT = {"measure": "fft_inpatient", "subcriterion__number": "1.3"}


def small(folder, *, title: str = "A small standard") -> WrittenStandard:
    file = folder / "small.yaml"
    file.write_text(SMALL.replace("A small standard", title))
    return read_standard(file)


def spoken_of(standard: Standard, code: str) -> list[str]:
    rows = MeasureLink.objects.filter(standard=standard).in_order()
    return [row.speaks_of.number for row in rows if code in (row.measure, row.theme)]


# --- From the file
def test_a_version_is_stored_with_its_links(standard):
    assert spoken_of(standard, "friendlier_staff") == ["2.2"]
    assert spoken_of(standard, "bedside_manner") == ["2.2"]
    assert spoken_of(standard, "appointment_booking") == ["3.3", "5.2"]
    assert spoken_of(standard, "clearer_information") == ["3.2"]
    assert spoken_of(standard, "complaints_handling") == ["4.3"]
    assert spoken_of(standard, "complaints_upheld") == ["4.3"]
    assert spoken_of(standard, "staff_engagement") == ["2.1", "2.2"]
    assert spoken_of(standard, "complaints_privacy_dignity") == ["2.1.5"]
    assert spoken_of(standard, "fft_inpatient") == ["1.3", "4.2"]


def test_every_link_of_the_file_is_of_a_measure_or_theme_that_there_is(standard, measures):
    links = MeasureLink.objects.filter(standard=standard)
    assert {link.measure for link in links} - {""} <= set(Measure.objects.values_list("code", flat=True))
    assert {link.theme for link in links} - {""} <= set(themes())
    assert all(link.element is None or link.element.subcriterion == link.subcriterion for link in links)


def test_a_version_that_was_stored_before_is_linked_once(standard, people):
    for link in MeasureLink.objects.all():
        remove_link(link=link, version=0, by=people["certifier"])
    assert link_measures(standard=standard) == 0


def test_a_standard_of_another_code_has_none_of_its_own(tmp_path, db):
    other, _ = store_standard(written=small(tmp_path), name="small.yaml")
    assert not other.measure_links.exists()


def test_the_next_version_takes_the_links_over_as_they_stand(tmp_path, people):
    first, _ = store_standard(written=small(tmp_path), name="small.yaml")
    element = Element.objects.filter(standard=first).first()
    assert element is not None
    add_link(
        standard=first, subcriterion=element.subcriterion, element=element, by=people["certifier"],
        measure="fft_inpatient", compliance_plus=97, compliant=90, partially_compliant=80,
    )  # fmt: skip
    add_link(standard=first, subcriterion=element.subcriterion, element=None, by=people["certifier"], theme="waiting")
    changed = small(tmp_path, title="A small standard, revised")
    second, is_new = store_standard(written=changed, name="small.yaml")
    assert is_new
    carried = MeasureLink.objects.get(standard=second, measure="fft_inpatient")
    assert carried.element is not None
    assert carried.element.previous == element
    assert carried.levels == Levels(97, 90, 80)
    assert spoken_of(second, "waiting") == [element.subcriterion.number]
    assert spoken_of(first, "fft_inpatient") == [element.number]


# --- What the database forbids
def test_a_link_is_of_its_own_standard(standard, tmp_path):
    other, _ = store_standard(written=small(tmp_path), name="small.yaml")
    stranger = SubCriterion.objects.filter(criterion__standard=other).first()
    with pytest.raises(InternalError, match="a_link_is_of_its_standard"), transaction.atomic():
        MeasureLink.objects.filter(standard=standard, **FFT).update(subcriterion=stranger)


def test_a_link_remembers_every_change(standard, people):
    link = MeasureLink.objects.get(standard=standard, **FFT)
    change_levels(link=link, version=0, by=people["certifier"], **dict.fromkeys(Levels._fields))
    remove_link(link=link, version=1, by=people["certifier"])
    history = apps.get_model("assessments.MeasureLinkEvent").objects.filter(pgh_obj_id=link.pk).order_by("pgh_id")
    assert list(history.values_list("pgh_label", flat=True)) == ["insert", "update", "delete"]


# --- Edited
def test_the_same_link_twice_is_refused(standard, people):
    subcriterion = SubCriterion.objects.get(criterion__standard=standard, number="1.3")
    with pytest.raises(Refused, match="linked to this already"):
        add_link(
            standard=standard, subcriterion=subcriterion, element=None, by=people["certifier"], measure="fft_inpatient"
        )


def test_a_stale_page_overwrites_nobody(standard, people):
    link = MeasureLink.objects.get(standard=standard, **FFT)
    levels = {"compliance_plus": 95, "compliant": 85, "partially_compliant": 70}
    change_levels(link=link, version=0, by=people["certifier"], **levels)
    change_levels(link=link, version=0, by=people["certifier"], **levels)  # the same page twice
    with pytest.raises(SavedByAColleague):
        change_levels(link=link, version=0, by=people["certifier"], **{**levels, "compliant": 80})
    with pytest.raises(SavedByAColleague):
        remove_link(link=link, version=0, by=people["certifier"])
    assert Reworking.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("certifier", 200), ("certifier.elsewhere", 200), ("assessor", 403)])
def test_certifiers_see_the_links(signed_in, standard, measures, who, status):
    assert signed_in(who).get(reverse("assessments:measures", args=[standard.pk])).status_code == status


def test_the_list_is_one_page_by_criterion_in_few_queries(signed_in, standard, measures, django_assert_num_queries):
    client, url = signed_in("certifier"), reverse("assessments:measures", args=[standard.pk])
    with django_assert_num_queries(6):  # session, person, standard, measures, links, other versions
        html = client.get(url).content.decode()
    assert html.index("1 Customer Insight") < html.index("4 Delivery")
    assert "Friends and Family Test, inpatients" in html
    assert "Shown, not compared" in html


def test_a_link_is_added_on_screen(signed_in, standard, measures):
    element = Element.objects.get(standard=standard, number="5.3.2")
    client, url = signed_in("certifier"), reverse("assessments:measure_add", args=[standard.pk])
    typed = {"what": "measure:fft_ae", "of": f"e{element.pk}"}
    typed |= {"compliance_plus": "90", "compliant": "75", "partially_compliant": "60"}
    assert client.post(url, typed).status_code == 302
    link = MeasureLink.objects.get(standard=standard, element=element)
    assert (link.measure, link.levels, link.edited_by) == ("fft_ae", Levels(90, 75, 60), certifier())
    again = client.post(url, typed).content.decode()
    assert "It is linked to this already" in again


def certifier() -> User:
    return User.objects.get(email="certifier@example.org")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"compliance_plus": "90"}, "Enter the score from which it speaks for Compliant."),
        (
            {"compliance_plus": "90", "compliant": "90", "partially_compliant": "60"},
            "Enter a score below the 90 of Compliance Plus.",
        ),
        (
            {"what": "theme:waiting", "compliance_plus": "90", "compliant": "80", "partially_compliant": "60"},
            "no score",
        ),
        ({"what": "theme:nothing"}, "nothing is not one of the available choices"),
    ],
)
def test_what_makes_no_sense_is_said(signed_in, standard, measures, typed, said):
    subcriterion = SubCriterion.objects.get(criterion__standard=standard, number="3.1")
    url = reverse("assessments:measure_add", args=[standard.pk])
    answer = signed_in("certifier").post(url, {"what": "measure:fft_ae", "of": f"s{subcriterion.pk}", **typed})
    assert said in answer.content.decode()
    assert not MeasureLink.objects.filter(subcriterion=subcriterion).exists()


def test_levels_are_changed_and_a_link_taken_away_on_screen(signed_in, measure_link):
    client, url = signed_in("certifier"), reverse("assessments:measure_change", args=[measure_link.pk])
    assert "Compliance Plus from" in client.get(url).content.decode()
    typed = {"compliance_plus": "95", "compliant": "85", "partially_compliant": "70", "version": "0"}
    assert client.post(url, typed).status_code == 302
    measure_link.refresh_from_db()
    assert measure_link.levels == Levels(95, 85, 70)
    assert client.post(url, {**typed, "version": "1", "remove": "yes"}).status_code == 302
    assert not MeasureLink.objects.filter(pk=measure_link.pk).exists()
    assert client.get(url).status_code == 404


def test_both_are_shown_when_a_colleague_was_first(signed_in, measure_link, people, body):
    levels = {"compliance_plus": 95, "compliant": 85, "partially_compliant": 70}
    change_levels(link=measure_link, version=0, by=make_person("other.certifier"), **levels)
    url = reverse("assessments:measure_change", args=[measure_link.pk])
    typed = {"compliance_plus": "99", "compliant": "85", "partially_compliant": "70", "version": "0"}
    html = signed_in("certifier").post(url, typed).content.decode()
    assert "Other Certifier changed this link after you opened it" in html
    assert "Compliance Plus from 95" in html
    assert 'value="99"' in html


def test_a_measure_of_a_trust_is_its_own_bodys_to_link(signed_in, standard, here, measures):
    load_measures()
    own = Measure.objects.create(
        code="rke_ward_survey", title="Ward survey", source="local", voice="patients", kind="share", trust=here.trust
    )
    subcriterion = SubCriterion.objects.get(criterion__standard=standard, number="3.1")
    link = add_link(standard=standard, subcriterion=subcriterion, element=None, by=certifier(), measure=own.code)
    list_url = reverse("assessments:measures", args=[standard.pk])
    url = reverse("assessments:measure_change", args=[link.pk])
    assert "Ward survey" in signed_in("certifier").get(list_url).content.decode()
    assert "Ward survey" not in signed_in("certifier.elsewhere").get(list_url).content.decode()
    assert signed_in("certifier.elsewhere").get(url).status_code == 404
