"""What stands before every view: odd addresses, oversized bodies, pages without a guard."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize("path", ["/assessments/1/elements/%00/", "/trusts/%00/dashboard/", "/assessments/?page=%00"])
def test_a_null_character_in_the_address_is_a_bad_request(signed_in, path):
    answer = signed_in("lead").get(path)
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("query", ["?page=-1", "?page=99999999999", "?page=x", "?show=x&criterion=x", "?words=%27%25_"])
@pytest.mark.parametrize("name", ["list", "detail", "evidence"])
def test_odd_questions_get_a_page(signed_in, preparing, name, query):
    args = [] if name == "list" else [preparing.pk]
    assert signed_in("lead").get(reverse(f"assessments:{name}", args=args) + query).status_code == 200


@pytest.mark.parametrize("query", ["?year=x&stage=x&sort=x", "?year=99999999999", "?page=0"])
def test_odd_questions_to_the_dashboard_get_a_page(signed_in, preparing, query):
    assert signed_in("executive").get("/trusts/RKE/dashboard/" + query).status_code == 200


def test_a_body_larger_than_any_file_is_refused_before_it_is_read(client, settings):
    settings.EVIDENCE_MAX_BYTES = 10
    answer = client.post("/accounts/login/", b"x" * (2 * 1024 * 1024), content_type="application/octet-stream")
    assert answer.status_code == 413


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_save_without_a_version_overwrites_nothing(signed_in, preparing, version):
    address = reverse("assessments:element", args=[preparing.pk, "4.3.4"])
    answer = signed_in("lead").post(address, {"text": "Words", "band": "", "tell_me": "", "version": version})
    assert answer.status_code == 200
    assert "Words" in answer.content.decode()
    assert preparing.statements.get(element__number="4.3.4").text == ""
