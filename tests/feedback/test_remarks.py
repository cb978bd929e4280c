"""Remarks: what is entered of a compliment, comment or complaint, and the list of a department."""

from datetime import date

import pytest
from django.apps import apps
from django.urls import reverse

from departments.services.refusals import Refused
from feedback.models import Remark
from feedback.services.remarks import add_remark

TYPED = {"kind": "comment", "theme": "waiting", "words": "Nobody said how long it would be.", "said_on": "2026-09-03"}


def add(client, here, **typed):
    return client.post(reverse("feedback:add_remark", args=[here.department.pk]), {**TYPED, **typed})


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_a_department_enters_what_was_said(signed_in, here, who):
    client = signed_in(who)
    assert add(client, here).status_code == 302
    remark = Remark.objects.get()
    assert (remark.theme, remark.words, remark.said_on) == ("waiting", TYPED["words"], date(2026, 9, 3))
    page = client.get(reverse("feedback:remarks", args=[here.department.pk])).content.decode()
    assert "Nobody said how long it would be." in page
    assert "Waiting" in page


def test_words_that_may_name_a_patient_are_refused_beside_the_field_and_not_lost(signed_in, here):
    words = "Her mother, NHS number 943 476 5919, was not called back."
    page = add(signed_in("lead"), here, words=words)
    assert page.status_code == 200
    shown = page.content.decode()
    assert "This may identify a patient: NHS number ending 919" in shown
    assert words in shown
    assert not Remark.objects.exists()


def test_the_warning_does_not_wait_for_the_other_fields(signed_in, here):
    page = add(signed_in("lead"), here, words="NHS number 943 476 5919 rang.", kind="", theme="").content.decode()
    assert "This may identify a patient" in page
    assert "Choose what it is about." in page


def test_a_button_that_is_pressed_twice_enters_it_once(signed_in, here):
    client = signed_in("lead")
    assert [add(client, here).status_code, add(client, here).status_code] == [302, 302]
    assert Remark.objects.count() == 1
    add(client, here, said_on="2026-09-04")
    assert Remark.objects.count() == 2


@pytest.mark.parametrize(("field", "wrong"), [("said_on", "2999-01-01"), ("theme", "parking"), ("words", "")])
def test_what_makes_no_sense_is_refused(signed_in, here, field, wrong):
    assert add(signed_in("lead"), here, **{field: wrong}).status_code == 200
    assert not Remark.objects.exists()


def test_a_service_refuses_a_day_to_come(here, people):
    with pytest.raises(Refused, match="today or earlier"):
        add_remark(
            department=here.department, kind="comment", theme="waiting", words="Long.", said_on=date(2999, 1, 1),
            by=people["lead"],
        )  # fmt: skip


@pytest.mark.parametrize("who", ["assessor", "certifier"])
def test_reviewers_read_remarks_once_the_assessment_is_submitted(people, remark, preparing, request, who):
    assert not Remark.objects.visible_to(people[who]).exists()
    request.getfixturevalue("in_review")
    assert list(Remark.objects.visible_to(people[who])) == [remark]


def test_the_list_has_pages_and_asks_the_same_whatever_its_length(signed_in, here, people, django_assert_num_queries):
    for number in range(60):
        add_remark(
            department=here.department, kind="comment", theme="waiting", words=f"Said {number}.",
            said_on=date(2026, 9, 3), by=people["lead"],
        )  # fmt: skip
    client = signed_in("executive")
    with django_assert_num_queries(5):
        page = client.get(reverse("feedback:remarks", args=[here.department.pk]))
    assert len(page.context["page"]) == 25
    assert page.context["page"].paginator.num_pages == 3


def test_a_remark_that_names_somebody_after_all_is_taken_away_words_and_all(signed_in, remark):
    client, url = signed_in("contributor"), reverse("feedback:remove_remark", args=[remark.pk])
    assert remark.words in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert not Remark.objects.exists()
    history = apps.get_model("feedback", "RemarkEvent")
    assert [event.pgh_label for event in history.objects.order_by("pgh_id")] == ["insert", "delete"]
    assert not hasattr(history, "words")
