"""A visit is planned, shown to the department, made, closed with its gaps, and told in the report."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Visit, VisitElement, VisitNote, VisitPerson, VisitStop
from assessments.services import visit_moves, visits
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.visit_coverage import facts_of_visit
from assessments.services.visit_notes import add_note, mark_met, mark_seen
from assessments.visiting import Level
from departments.models import Notice
from tests.races import at_once

TOMORROW = timezone.localdate() + timedelta(days=1)
NHS_NUMBER = "NHS number 943 476 5919"


def page(name, row, **query):
    return reverse(f"assessments:{name}", args=[row.pk], query=query)


def note_of(visit, people, text="The call bells were answered at once.", **more):
    element = visit.assessment.standard.elements.get(number="4.3.4")
    return add_note(visit=visit, element=element, text=text, by=people["assessor"], **{"token": uuid.uuid4(), **more})


# --- The plan
def test_a_plan_begins_with_the_department_s_services_and_sites(signed_in, in_review, services_and_sites):
    client = signed_in("assessor")
    shown = client.get(page("plan_visit", in_review)).content.decode()
    assert "Anticoagulant clinic, River Place Surgery (Islington GP Federation)" in shown
    answer = client.post(page("plan_visit", in_review), {"day": TOMORROW.isoformat(), "places": ["0", "1"]})
    assert answer.status_code == 302
    stops = VisitStop.objects.filter(visit=in_review.pk)
    assert {stop.place for stop in stops} == {
        "Montuschi Ward, Whittington Hospital", "Anticoagulant clinic, River Place Surgery (Islington GP Federation)",
    }  # fmt: skip
    assert [f"{stop.time:%H:%M}" for stop in stops] == ["09:30", "10:30"]


def test_a_day_in_the_past_is_refused_beside_the_day(signed_in, in_review):
    typed = {"day": (TOMORROW - timedelta(days=2)).isoformat()}
    answer = signed_in("assessor").post(page("plan_visit", in_review), typed)
    assert "is in the past. Choose today or a day to come." in answer.content.decode()
    assert not Visit.objects.exists()
    assert signed_in("assessor").post(page("plan_visit", in_review), {**typed, "took_place": "on"}).status_code == 302


def test_the_department_sees_a_plan_once_it_is_told(signed_in, visit_in_plan, people):
    assert signed_in("lead").get(page("visit", visit_in_plan)).status_code == 404
    visit_moves.announce(visit=visit_in_plan, by=people["assessor"])
    shown = signed_in("contributor").get(page("visit", visit_in_plan)).content.decode()
    assert "Ama Boateng, Ward sister" in shown
    assert "Change" not in shown
    assert Notice.objects.filter(to=people["lead"], kind="visit").count() == 1


def test_a_plan_without_a_stop_is_not_a_visit(visit_in_plan, people):
    visit_in_plan.stops.all().delete()
    with pytest.raises(Refused, match="at least one stop"):
        visit_moves.announce(visit=visit_in_plan, by=people["assessor"])


def test_a_stop_needs_a_place(signed_in, visit):
    typed = {"day": TOMORROW.isoformat(), "time": "11:00", "version": "0"}
    answer = signed_in("assessor").post(page("visit_stop_add", visit), typed)
    assert "Choose a service, a site or both." in answer.content.decode()


def test_a_change_is_told_once_a_day(visit, visit_stop, people, services_and_sites):
    for minute in (10, 20):
        words = {"day": visit_stop.day, "time": visit_stop.time.replace(minute=minute), "purpose": ""}
        visit_stop = visits.save_stop(
            visit=visit, stop=visit_stop, version=visit_stop.version, by=people["assessor"],
            service=services_and_sites[0], site=None, **words,
        )  # fmt: skip
    assert Notice.objects.filter(to=people["lead"], subject__contains="changed").count() == 1


def test_a_stale_save_of_a_stop_shows_both(signed_in, visit_stop, services_and_sites):
    client = signed_in("assessor")
    typed = {"day": visit_stop.day.isoformat(), "time": "11:00", "service": services_and_sites[0].pk, "version": "0"}
    client.post(page("visit_stop", visit_stop), {**typed, "purpose": "The board of complaints."})
    answer = client.post(page("visit_stop", visit_stop), {**typed, "purpose": "The waiting room."}).content.decode()
    assert "The board of complaints." in answer
    assert "The waiting room." in answer
    assert VisitStop.objects.get(pk=visit_stop.pk).purpose == "The board of complaints."


def test_where_an_element_is_seen_is_chosen_and_shown(signed_in, visit, visit_stop):
    element = visit.assessment.standard.elements.get(number="4.3.4")
    typed = {"version": "0", f"at_{element.pk}": str(visit_stop.pk)}
    assert signed_in("assessor").post(page("visit_elements", visit), typed).status_code == 302
    assert VisitElement.objects.get(visit=visit).stop == visit_stop
    with pytest.raises(SavedByAColleague):
        visits.choose_stops(visit=visit, version=0, by=visit.assessment.assessor, chosen={element.pk: None})


# --- Patients have no names
def test_the_database_refuses_a_patient_s_name(visit):
    with pytest.raises(IntegrityError, match="no_patient_has_a_name"), transaction.atomic():
        VisitPerson.objects.create(visit=visit, level=Level.PATIENTS, post="A patient", name="Rosa Lee")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "Rosa Lee", "post": "A patient"}, "stay without a name"),
        ({"name": "", "post": f"A patient, {NHS_NUMBER}"}, "This may identify a patient"),
    ],
)
def test_the_form_says_so(signed_in, visit, typed, words):
    typed = {"level": "patients", "count": "3", "version": "0", **typed}
    answer = signed_in("assessor").post(page("visit_person_add", visit), typed)
    assert words in answer.content.decode()
    assert not VisitPerson.objects.filter(level="patients").exists()


# --- The day
def test_a_note_sent_twice_is_one(signed_in, visit, people):
    token = str(uuid.uuid4())
    typed = {"who": people["assessor"].pk, "token": token, "text": "Calm.", "element": "4.3.4"}
    for _ in range(2):
        assert signed_in("assessor").post(page("visit_note", visit), typed).status_code == 204
    assert VisitNote.objects.get().text == "Calm."
    other = {**typed, "text": "Calm and clean."}
    signed_in("assessor").post(page("visit_note", visit), other)
    assert [note.text for note in VisitNote.objects.all()] == ["Calm.", "Calm and clean."]


@pytest.mark.django_db(transaction=True)
def test_a_note_sent_ten_times_at_once_is_one(visit, people):
    token = uuid.uuid4()
    assert at_once(*[lambda: note_of(visit, people, token=token)] * 10) == ["done"] * 10
    assert VisitNote.objects.count() == 1


def test_a_note_that_may_name_a_patient_is_not_taken(signed_in, visit, people):
    typed = {"who": people["assessor"].pk, "token": str(uuid.uuid4()), "text": NHS_NUMBER, "element": "4.3.4"}
    answer = signed_in("assessor").post(page("visit_note", visit), typed)
    assert answer.status_code == 422
    assert "ending 919" in answer.json()["words"]
    answer = signed_in("assessor").post(page("visit_day", visit), typed)
    assert NHS_NUMBER in answer.content.decode()
    assert not VisitNote.objects.exists()


def test_somebody_else_s_notes_wait(signed_in, visit, people):
    typed = {"who": people["lead"].pk, "token": str(uuid.uuid4()), "text": "Calm.", "element": "4.3.4"}
    assert signed_in("assessor").post(page("visit_note", visit), typed).status_code == 409


def test_without_javascript_the_day_is_a_form(signed_in, visit, visit_stop):
    client = signed_in("assessor")
    shown = client.get(page("visit_day", visit, element="4.3.4")).content.decode()
    assert "Ask the sister about 4.3.4" in shown
    assert f'<option value="{visit_stop.pk}" selected' in shown
    typed = {"token": str(uuid.uuid4()), "text": "Signs are up. 👍 مرحبا", "element": "4.3.4", "stop": visit_stop.pk}
    assert client.post(page("visit_day", visit), typed)["Location"].endswith("?element=4.3.4")
    assert VisitNote.objects.get().stop == visit_stop
    client.post(page("visit_seen", visit_stop), {"mark": "yes"})
    assert VisitStop.objects.get().seen == "yes"


def test_the_day_costs_the_same_however_many_notes(signed_in, visit, people, django_assert_num_queries):
    client = signed_in("assessor")
    client.get(page("visit_day", visit))
    for _ in range(3):
        note_of(visit, people)
        with django_assert_num_queries(10):
            client.get(page("visit_day", visit))


# --- Its end
def test_gaps_need_a_reason(signed_in, visit, visit_stop, visit_person, people):
    client = signed_in("assessor")
    mark_seen(stop=visit_stop, seen="yes", by=people["assessor"])
    mark_met(person=visit_person, met="yes", by=people["assessor"])
    shown = client.get(page("close_visit", visit)).content.decode()
    assert "Nobody was met from senior management." in shown
    assert "Nobody was met from front-line staff." not in shown
    answer = client.post(page("close_visit", visit), {"front_line": "They speak up."})
    assert "Say why these gaps stand." in answer.content.decode()
    assert "They speak up." in answer.content.decode()
    client.post(page("close_visit", visit), {"front_line": "They speak up.", "reason": "The managers were ill."})
    visit.assessment.refresh_from_db()
    assert visit.assessment.stage == "visited"
    facts = facts_of_visit(visit.assessment)
    assert facts is not None
    assert facts["why_gaps"] == "The managers were ill."
    assert facts["levels"][2] == {
        "title": "Front-line", "met": 1, "posts": ["Ward sister"], "commitment": "They speak up.",
    }  # fmt: skip
    assert "Ama Boateng" not in json.dumps(facts)
    summary = client.get(page("summary", visit)).content.decode()
    assert "Front-line: 1 met (Ward sister). They speak up." in summary


def test_a_visit_is_not_closed_before_its_last_day(visit, people):
    VisitStop.objects.create(visit=visit, day=TOMORROW, time="09:00", place="The clinic")
    with pytest.raises(Refused, match="The last day of the visit is"):
        visit_moves.close(visit=visit, reason="So it is.", commitment={}, by=people["assessor"])


def test_called_off_it_goes_from_the_department_s_eyes_and_the_lead_is_told_why(signed_in, visit, people):
    answer = signed_in("assessor").post(page("call_off_visit", visit), {"reason": "Flu on the ward."})
    assert answer.status_code == 302
    assert signed_in("lead").get(page("visit", visit)).status_code == 404
    assert "Flu on the ward." in Notice.objects.get(to=people["lead"], subject__contains="called off").words


def test_closed_it_takes_late_notes_and_no_plan(signed_in, visit, visit_stop, people):
    visit_moves.close(visit=visit, reason="It was a short day.", commitment={}, by=people["assessor"])
    note_of(visit, people)
    with pytest.raises(Refused, match="The visit is closed"):
        visits.remove_row(row=visit_stop, by=people["assessor"])
    assert signed_in("assessor").post(page("reopen_visit", visit), {"reason": "One ward more."}).status_code == 302
    visits.remove_row(row=VisitStop.objects.get(), by=people["assessor"])
