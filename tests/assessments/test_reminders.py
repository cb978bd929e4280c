"""Reminders of days: before, on the day, weekly after; each once, to those whom it concerns, until it is done."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.days import due_in_words, reminder_step
from assessments.models import Assessment, CorrectiveAction, Query, QueryState
from assessments.services import cycle
from assessments.services.reminders import remind_of_dates
from assessments.tasks import remind_of_dates as daily_task
from departments.models import Digest, Notice
from departments.rules import NoticeKind, Way
from departments.services import mailing

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
