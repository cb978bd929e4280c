"""What the demo shows besides its assessments: queries, a visit, stances, actions and the library of good practice."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from assessments.alignment import Stance
from assessments.improving import ActionState, is_overdue
from assessments.models import (
    Assessment,
    CorporateStance,
    CorrectiveAction,
    PracticeCase,
    Query,
    QueryState,
    Visit,
    VisitElement,
    VisitPerson,
)
from assessments.practising import CaseState, Source
from assessments.visiting import Level
from assessments.workflow import Stage
from departments.models import Trust, User
from portal.dashboards.alignment import alignment_of


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


def page(email: str, path: str) -> str:
    client = Client()
    client.force_login(User.objects.with_roles().get(email=email))
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def test_one_query_waits_for_its_answer_and_one_is_answered(demo):
    answered, waits = Query.objects.order_by("opened_at")
    assert {answered.assessment.stage, waits.assessment.stage} == {Stage.DESK_REVIEW}
    assert answered.state == QueryState.ANSWERED
    assert answered.messages.get(asks=False).at < timezone.now()
    assert (waits.state, waits.due_on > timezone.localdate()) == (QueryState.OPEN, True)
    assert "late clinics" in page("assessor@demo.example", f"/queries/{answered.pk}/")


def test_a_visit_is_planned_with_a_partner_and_people_of_every_level(demo):
    visit = Visit.objects.get()
    days = sorted({stop.day for stop in visit.stops.all()})
    assert visit.assessment.stage == Stage.VISIT_PLANNED
    assert visit.announced_at is not None
    assert len(days) == 2
    assert timezone.localdate() < days[0]
    assert {day.weekday() for day in days} <= set(range(5))
    assert visit.stops.exclude(site__partner=None).exists()
    assert set(VisitPerson.objects.values_list("level", flat=True)) == set(Level)
    assert VisitElement.objects.filter(visit=visit).count() == 10
    assert "Markfield Lane" in page("assessor@demo.example", f"/assessments/{visit.pk}/visit/")


def test_departments_stand_to_the_corporate_assessment_in_all_three_ways(demo):
    stances = CorporateStance.objects.all()
    assert {row.stance for row in stances} == set(Stance)
    assert len({row.assessment.department_id for row in stances}) == 3
    assert all(row.at < (row.assessment.submitted_at or timezone.now()) for row in stances)
    alignment = alignment_of(Trust.objects.get(ods_code="RKE"))
    assert alignment is not None
    line = alignment.line("4.3.5")
    assert line is not None
    assert line.at.contradicting == ("Physiotherapy",)
    assert alignment.best is not None


def test_of_three_actions_one_is_late_one_waits_to_be_checked_and_one_is_done(demo):
    actions = {row.element.number: row for row in CorrectiveAction.objects.all()}
    assert {number: row.state for number, row in actions.items()} == {
        "1.2.3": ActionState.COMPLETED,
        "4.3.5": ActionState.CHECKED,
        "5.3.2": ActionState.OPEN,
    }
    late = actions["5.3.2"]
    assert is_overdue(state=late.state, due_on=late.due_on, today=timezone.localdate())
    assert late.owner is not None
    assert [shown.version.evidence.code for shown in actions["1.2.3"].shown_by.all()] == ["ES 24"]


def test_the_library_holds_a_case_of_the_trust_and_two_from_outside_and_one_waits(demo):
    published = PracticeCase.objects.filter(state=CaseState.PUBLISHED)
    assert sorted(case.source for case in published) == [Source.NHS, Source.PHARMACY, Source.RETAILER]
    assert PracticeCase.objects.exclude(state=CaseState.PUBLISHED).get().state == CaseState.CONSENTED
    library = page("lead.other@demo.example", "/good-practice/")
    assert "One record, one team" in library
    assert "Tamarind and Vale Stores" in library
    assert "A nurse answers the telephone" not in library


def test_no_assessment_of_the_story_is_twice_there(demo):
    before = Assessment.objects.count(), Query.objects.count(), PracticeCase.objects.count()
    call_command("load_demo", stdout=StringIO())
    assert (Assessment.objects.count(), Query.objects.count(), PracticeCase.objects.count()) == before
