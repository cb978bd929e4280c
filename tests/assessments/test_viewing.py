"""Evidence looked at page by page: who may, what is shown, and what stays shut."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from assessments.models import EvidenceUse, EvidenceVersion
from assessments.pieces import page_named
from files.models import File
from files.rules import FileState, PatientData


@pytest.fixture
def shown(pictured_version_in_review: EvidenceVersion) -> EvidenceVersion:
    return pictured_version_in_review


def at(version, number):
    return reverse("assessments:version_page", args=[version.pk, number])


def test_a_page_shows_its_picture_its_text_and_the_way_on(signed_in, shown):
    html = signed_in("assessor").get(at(shown, 1)).content.decode()
    assert reverse("assessments:version_picture", args=[shown.pk, 1]) in html
    assert "Signs were put up." in html
    assert f'href="{at(shown, 2)}" rel="next"' in html
    assert 'rel="prev"' not in html
    last = signed_in("assessor").get(at(shown, 2)).content.decode()
    assert f'href="{at(shown, 1)}" rel="prev"' in last
    assert 'rel="next"' not in last


def test_pictures_and_thumbnails_are_webp_that_the_browser_keeps(signed_in, shown):
    for name, arguments in (("version_picture", [shown.pk, 2]), ("version_thumbnail", [shown.pk])):
        answer = signed_in("assessor").get(reverse(f"assessments:{name}", args=arguments))
        assert answer["Content-Type"] == "image/webp"
        assert answer["ETag"]
        assert Image.open(io.BytesIO(b"".join(answer))).size == (60, 80)


def test_a_page_that_is_not_there_is_not_found(signed_in, shown):
    assert signed_in("assessor").get(at(shown, 3)).status_code == 404
    assert signed_in("assessor").get(reverse("assessments:version_picture", args=[shown.pk, 3])).status_code == 404


@pytest.mark.parametrize(
    ("change", "who"),
    [
        ({"state": FileState.QUARANTINED}, "lead"),
        ({"state": FileState.WAITING}, "lead"),
        ({"patient_data": PatientData.FOUND}, "assessor"),
        ({"read_at": None}, "assessor"),
    ],
)
def test_while_a_file_is_shut_so_are_its_pages(signed_in, shown, change, who):
    File.objects.filter(pk=shown.file_id).update(**change)
    client = signed_in(who)
    assert client.get(at(shown, 1)).status_code == 302
    assert client.get(at(shown, 1), follow=True).status_code == 409
    assert client.get(reverse("assessments:version_picture", args=[shown.pk, 1])).status_code == 404
    assert client.get(reverse("assessments:version_thumbnail", args=[shown.pk])).status_code == 404


def test_its_department_may_look_at_what_may_name_a_patient(signed_in, shown):
    File.objects.filter(pk=shown.file_id).update(patient_data=PatientData.FOUND)
    assert signed_in("lead").get(at(shown, 1)).status_code == 200


@pytest.mark.parametrize("who", ["lead.elsewhere", "certifier.elsewhere", "administrator", "assessor.unassigned"])
def test_a_stranger_gets_404(signed_in, shown, who):
    for address in (at(shown, 1), reverse("assessments:version_picture", args=[shown.pk, 1])):
        assert signed_in(who).get(address).status_code == 404


def test_a_page_costs_few_queries(signed_in, shown, django_assert_num_queries):
    client = signed_in("assessor")
    with django_assert_num_queries(6):
        client.get(at(shown, 1))


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("page 4", 4),
        ("Pages 12–14", 12),
        ("p. 7", 7),
        ("slide 3, left", 3),
        ("9", 9),
        ("the 2025 table", None),
        ("", None),
    ],
)
def test_where_in_it_names_a_page(place, number):
    assert page_named(place) == number


def test_view_leads_to_the_page_that_the_use_names(signed_in, shown, in_review):
    html = signed_in("assessor").get(reverse("assessments:element", args=[in_review.pk, "4.3.4"])).content.decode()
    assert f'href="{at(shown, 1)}"' in html
    use = EvidenceUse.objects.get(version=shown)
    use.place = "page 2"
    assert use.opens_at == 2
    use.place = "page 20"
    assert use.opens_at == 1
