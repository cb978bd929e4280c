"""Reminders of days: before, on the day, weekly after; each once, to those whom it concerns, until it is done."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from assessments.days import due_in_words, reminder_step
from assessments.models import Assessment, CorrectiveAction, Query, QueryState, Visit, VisitStop
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.reminders import remind_of_dates
from assessments.tasks import remind_of_dates as daily_task
from departments.models import Digest, Notice
from departments.rules import NoticeKind, Way
from departments.services import mailing
from tests.assessments.years import decided_in

DUE = date(2026, 12, 24)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "step"),
    [
        *(
            (15, None),
            (14, 14),
            (12, 14),
            (11, None),
            (7, 7),
            (5, 7),
            (4, None),
            (2, None),
            (1, 1),
            (0, 0),
            (-1, 0),
            (-2, 0),
        ),
        *((-3, None), (-7, -7), (-9, -7), (-10, None), (-14, -14), (-56, -56), (-63, None)),
    ],
)
def test_on_which_days_people_are_reminded(left, step):
    assert reminder_step(DUE, DUE - left * DAY) == step
    if left < 0 and step:
        assert reminder_step(DUE, DUE - left * DAY, goes_on=False) is None


def test_days_in_words():
    said = {left: due_in_words(DUE, DUE - left * DAY) for left in (14, 1, 0, -1, -7)}
    assert list(said.values()) == [
        *("is due in 14 days", "is due tomorrow", "is due today", "is overdue by 1 day", "is overdue by 7 days")
    ]


def test_a_lead_is_reminded_of_each_step_once_until_it_is_submitted(written, people):
    Assessment.objects.filter(pk=written.pk).update(due_on=DUE)
    for days in range(-20, 10):
        for _ in range(2):
            remind_of_dates(today=DUE + days * DAY)
    told = Notice.objects.order_by("pk")
    assert {notice.to for notice in told} == {people["lead"]}
    assert [notice.subject.removeprefix("Cardiology: the self-assessment ") for notice in told] == [
        *("is due in 14 days", "is due in 7 days", "is due tomorrow", "is due today", "is overdue by 7 days")
    ]
    assert {notice.way for notice in told} == {Way.DAILY}
    Notice.objects.all().delete()
    cycle.submit(assessment=Assessment.objects.get(pk=written.pk), by=people["lead"])
    Notice.objects.all().delete()
    remind_of_dates(today=DUE)
    assert not Notice.objects.exists()


def test_a_day_that_is_moved_is_reminded_of_anew(written):
    for due in (DUE, DUE + 2 * DAY):
        Assessment.objects.filter(pk=written.pk).update(due_on=due)
        remind_of_dates(today=due)
    assert Notice.objects.count() == 2


def test_a_draft_to_check_is_reminded_of_until_it_is_checked(in_factual_check, people):
    Notice.objects.all().delete()
    remind_of_dates(today=in_factual_check.facts_due_on)
    assert [notice.to for notice in Notice.objects.all()] == [people["lead"]]
    Notice.objects.all().delete()
    cycle.finish_fact_check(assessment=in_factual_check, by=people["lead"])
    remind_of_dates(today=in_factual_check.facts_due_on)
    assert not Notice.objects.exists()


def test_the_end_of_a_certificate_is_told_to_the_lead_and_the_trust_in_time(decided, people):
    Notice.objects.all().delete()
    remind_of_dates(today=decided.certified_until - timedelta(days=180))
    assert {notice.to for notice in Notice.objects.all()} == {people["lead"], people["executive"]}
    assert {notice.subject for notice in Notice.objects.all()} == {"Cardiology: the certificate ends in 180 days"}
    cycle.open_assessment(department=decided.department, title="Recertification 2029", by=people["lead"])
    remind_of_dates(today=decided.certified_until - timedelta(days=90))
    assert Notice.objects.count() == 2


def test_reminders_of_a_morning_come_in_the_e_mail_of_that_morning(written, people):
    today = timezone.localdate()
    Assessment.objects.filter(pk=written.pk).update(due_on=today)
    daily_task()
    Notice.objects.update(at=mailing.seven_of(today) - timedelta(minutes=29))
    mailing.sweep_notices(now=mailing.seven_of(today))
    assert Digest.objects.get().email.subject == "Cardiology: the self-assessment is due today"
    assert f"on {today.day} {today:%B %Y}" in Digest.objects.get().email.body


def test_an_open_query_is_reminded_of_until_it_is_answered(query, people):
    remind_of_dates(today=query.due_on)
    told = Notice.objects.filter(kind=NoticeKind.DUE)
    assert {notice.to for notice in told} == {people["lead"], people["contributor"]}
    assert {notice.path for notice in told} == {f"/queries/{query.pk}/"}
    told.delete()
    Query.objects.update(state=QueryState.ANSWERED)
    remind_of_dates(today=query.due_on)
    assert not told.exists()


@pytest.mark.parametrize("owner", ["", "contributor"])
def test_an_action_is_reminded_of_to_its_owner_or_to_the_lead_who_must_find_one(action, people, owner):
    owned = people[owner] if owner else None
    CorrectiveAction.objects.filter(pk=action.pk).update(due_on=DUE, owner=owned, owner_post="")
    remind_of_dates(today=DUE + 7 * DAY)
    notice = Notice.objects.get(kind=NoticeKind.DUE, path=f"/actions/{action.pk}/")
    assert notice.to == (owned or people["lead"])
    assert notice.subject == f"Cardiology: an action on {action.element.number} is overdue by 7 days"


def on_each_day(first, last):
    """The beat of each morning, as if it were then; twice, since beat may send twice."""
    for day in range((last - first).days + 1):
        with time_machine.travel(mailing.seven_of(first + day * DAY) - timedelta(minutes=29), tick=True):
            daily_task()
            daily_task()


def told(person=None):
    rows = Notice.objects.filter(kind=NoticeKind.DUE).order_by("pk")
    return [notice.subject for notice in (rows.filter(to=person) if person else rows)]


@pytest.fixture
def visit_in_december(visit: Visit) -> Visit:
    VisitStop.objects.filter(visit=visit).update(day=DUE)
    VisitStop.objects.create(visit=visit, day=DUE + DAY, time="09:00", place="The surgery")
    return visit


def test_leads_and_the_assessor_are_reminded_of_the_first_day_of_a_visit(visit_in_december, people):
    on_each_day(DUE - 12 * DAY, DUE + 10 * DAY)
    for who in ("lead", "assessor"):
        assert told(people[who]) == ["Cardiology: the visit is in 7 days", "Cardiology: the visit is tomorrow"]
    assert len(told()) == 4
    notice = Notice.objects.filter(kind=NoticeKind.DUE).order_by("pk").first()
    assert notice is not None
    assert (notice.path, notice.words) == (
        f"/assessments/{visit_in_december.pk}/visit/",
        "Cardiology: the visit is in 7 days, on 24 December 2026.",
    )


def test_a_visit_that_is_moved_is_reminded_of_anew_and_one_called_off_not_at_all(visit_in_december, people):
    on_each_day(DUE - 7 * DAY, DUE - 7 * DAY)
    VisitStop.objects.filter(visit=visit_in_december).update(day=DUE + 14 * DAY)
    on_each_day(DUE - 6 * DAY, DUE + 7 * DAY)
    assert told(people["lead"]) == ["Cardiology: the visit is in 7 days"] * 2
    Assessment.objects.filter(pk=visit_in_december.pk).update(stage="desk_review")
    on_each_day(DUE + 8 * DAY, DUE + 14 * DAY)
    assert len(told(people["lead"])) == 2


def test_nobody_is_reminded_of_a_visit_that_its_department_was_not_told_of(visit_in_plan, people):
    VisitStop.objects.update(day=DUE)
    on_each_day(DUE - 7 * DAY, DUE)
    assert told() == []


@pytest.fixture
def last_year(here, people, standard) -> Assessment:
    """An award of 1 June 2025: the annual review is due on 1 June 2026."""
    return decided_in(2025, department=here.department, standard=standard, people=people)


NEXT = date(2026, 6, 1)


def test_leads_and_executives_are_reminded_of_the_annual_review_and_once_when_it_is_overdue(last_year, people, here):
    on_each_day(NEXT - 65 * DAY, NEXT + 70 * DAY)
    for who in ("lead", "executive"):
        assert told(people[who]) == [
            f"Cardiology: annual review 1 {when}"
            for when in ("is due in 60 days", "is due in 14 days", "is overdue by 1 day")
        ]
    assert len(told()) == 6
    paths = dict(Notice.objects.values_list("to", "path"))
    assert paths[people["lead"].pk] == f"/departments/{here.department.pk}/assessments/open/"
    assert paths[people["executive"].pk] == f"/assessments/{last_year.pk}/"
    last = Notice.objects.order_by("pk").last()
    assert last is not None
    assert last.words == "Cardiology: annual review 1 is overdue by 1 day; it was due on 1 June 2026."


def test_who_missed_a_morning_is_still_reminded_and_once(last_year, people):
    on_each_day(NEXT - 58 * DAY, NEXT - 50 * DAY)
    on_each_day(NEXT + 3 * DAY, NEXT + 10 * DAY)
    assert told(people["lead"]) == [
        "Cardiology: annual review 1 is due in 58 days", "Cardiology: annual review 1 is overdue by 3 days",
    ]  # fmt: skip


def test_the_recertification_is_reminded_of_by_the_end_of_the_certificate(here, people, standard):
    decided_in(2025, department=here.department, standard=standard, people=people, kind="annual_review_2")
    on_each_day(date(2028, 4, 2), date(2028, 4, 2))
    assert told(people["executive"]) == ["Cardiology: recertification is due in 60 days"]


def test_once_the_next_is_begun_nobody_is_reminded_of_it_but_one_withdrawn_is_none(last_year, people):
    with time_machine.travel(mailing.seven_of(NEXT - 30 * DAY)):
        begun = cycle.open_assessment(department=last_year.department, title="Review", by=people["lead"])
    on_each_day(NEXT - 14 * DAY, NEXT - 14 * DAY)
    assert told() == []
    Assessment.objects.filter(pk=begun.pk).update(stage="withdrawn")
    on_each_day(NEXT - 14 * DAY, NEXT - 14 * DAY)
    assert told(people["lead"]) == ["Cardiology: annual review 1 is due in 14 days"]


def test_after_no_award_nobody_is_reminded_of_a_review(here, people, standard):
    decided_in(2025, department=here.department, standard=standard, people=people, outcome=Outcome.NO_AWARD)
    on_each_day(NEXT - 14 * DAY, NEXT - 14 * DAY)
    assert told() == []


def test_a_reminder_goes_to_whoever_leads_by_then_and_may_be_opened(last_year, people, signed_in):
    on_each_day(NEXT - 14 * DAY, NEXT - 14 * DAY)
    for who in ("lead", "executive"):
        path = Notice.objects.get(to=people[who]).path
        assert signed_in(who).get(path).status_code == 200
