"""What the demo says of patients' and staff's views."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from departments.models import Department, User
from feedback.models import FeedbackImport, Place, Reading, Remark
from feedback.rules import ImportState


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """A portal just prepared in demo mode, for all the tests of this module; it is undone after them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.conf.settings.DEMO", True)
        call_command("prepare", stdout=StringIO(), stderr=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(told, db, settings) -> None:
    settings.DEMO = True


def test_every_file_of_the_story_came_in(demo):
    assert set(FeedbackImport.objects.values_list("state", flat=True)) == {ImportState.IMPORTED}
    assert FeedbackImport.objects.count() == 7


def test_cardiology_hears_its_wards_and_clinics_over_twelve_months(demo):
    cardiology = Department.objects.get(trust__ods_code="RKE", name="Cardiology")
    said = Reading.objects.speaking_of(cardiology)
    wards = said.filter(measure__code="fft_inpatient", place__ward="Archway Ward")
    assert wards.count() == 12
    assert said.filter(measure__code="fft_outpatient").values("place").distinct().count() == 4
    assert said.filter(measure__code="complaints_upheld", place=None).count() == 2
    assert said.filter(measure__code="staff_voice", place=None).count() == 2


def test_two_wards_wait_for_the_administrator(demo):
    assert {place.ward for place in Place.objects.undecided()} == {"Mercers Ward", "Nightingale Ward"}
    client = Client()
    client.force_login(User.objects.with_roles().get(email="administrator@demo.example"))
    assert "2 wards or sites to decide" in client.get("/").text


def test_departments_have_remarks(demo):
    assert Remark.objects.filter(department__name="Cardiology").count() == 4
