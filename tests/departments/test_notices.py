"""Notices: told once, as their reader wishes, at once or once a day, never twice and never across a wall."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.models import Digest, MailWishes, Membership, Notice, OutgoingEmail
from departments.rules import KIND_MEANINGS, EmailState, NoticeKind, NoticeState, Way, way_of
from departments.services import mailing
from departments.services.email import send_email
from departments.services.notices import mark_read, notify
from departments.tasks import send_notice, sweep_notices
from tests.races import at_once

DUE = date(2026, 12, 3)
TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def told(here, people):
    """Tells people of a matter of Cardiology."""

    def tell(*who: str, key="a", kind=NoticeKind.QUERY, due_on=None, path=""):
        notify(
            to=[people[one] for one in who], kind=kind, subject="Cardiology: a query on 4.3.4",
            words="The assessor asks about complaints in 4.3.4.", due_on=due_on, key=key,
            path=path or reverse("departments:detail", args=[here.department.pk]),
        )  # fmt: skip

    return tell


def at_seven(day: date) -> datetime:
    return mailing.seven_of(day) + timedelta(minutes=1)


def body() -> str:
    return OutgoingEmail.objects.get().body


# --- Who is told, and how
def test_the_same_matter_is_told_once(told, people):
    told("lead", "contributor")
    told("lead", "executive")
    assert sorted(Notice.objects.values_list("to__name", flat=True)) == ["Contributor", "Executive", "Lead"]
    told("lead", key="another")
    assert Notice.objects.filter(to=people["lead"]).count() == 2


def test_whose_account_is_closed_is_not_told(told, people):
    type(people["lead"]).objects.filter(pk=people["lead"].pk).update(is_active=False)
    told("lead")
    assert not Notice.objects.exists()


def test_telling_many_costs_as_many_queries_as_telling_one(told, django_assert_num_queries):
    with django_assert_num_queries(4):  # a savepoint, the people with their wishes, the notices
        told("lead")
    with django_assert_num_queries(4):
        told("lead", "contributor", "executive", "administrator", key="b")


@pytest.mark.parametrize(
    ("kind", "has_deadline", "chosen", "takes_mail", "way"),
    [
        (NoticeKind.QUERY, True, "", True, Way.AT_ONCE),
        (NoticeKind.QUERY, False, "", True, Way.DAILY),
        (NoticeKind.EVIDENCE, True, "", True, Way.DAILY),
        (NoticeKind.QUERY, True, Way.DAILY, True, Way.DAILY),
        (NoticeKind.PRACTICE, False, Way.AT_ONCE, True, Way.AT_ONCE),
        (NoticeKind.QUERY, True, Way.AT_ONCE, False, Way.HOME),
    ],
)
def test_how_a_notice_goes(kind, has_deadline, chosen, takes_mail, way):
    assert way_of(kind=kind, has_deadline=has_deadline, chosen=chosen, takes_mail=takes_mail) == way


def test_every_kind_is_explained():
    assert set(KIND_MEANINGS) == set(NoticeKind)


# --- At once
def test_what_is_asked_by_a_date_goes_at_once_and_once(told, people):
    told("lead", due_on=DUE)
    notice = Notice.objects.get()
    send_notice(notice.pk)
    send_notice(notice.pk)
    email = OutgoingEmail.objects.get()
    assert email.to == people["lead"].email
    assert email.subject == "Cardiology: a query on 4.3.4, by 3 December 2026"
    assert "By: Thursday 3 December 2026" in email.body
    assert "Where: Cardiology, Whittington Health NHS Trust" in email.body
    assert f"http://127.0.0.1:8000{notice.path}" in email.body
    send_email(pk=email.pk)
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(told):
    told("lead", due_on=DUE)
    pk = Notice.objects.get().pk
    assert at_once(*[lambda: mailing.send_notice(pk=pk)] * 6) == ["done"] * 6
    assert OutgoingEmail.objects.count() == 1


def test_what_a_broker_or_worker_lost_is_sent_by_the_sweep(told, settings, monkeypatch):
    told("lead", due_on=DUE)
    published: list[int] = []
    monkeypatch.setattr(mailing, "publish", lambda task, pk: published.append(pk))
    sweep_notices()
    assert published == []  # it may be on its way
    Notice.objects.update(at=timezone.now() - timedelta(minutes=2))
    sweep_notices()
    assert published == [Notice.objects.get().pk]


# --- Once a day
def test_the_rest_of_a_day_comes_in_one_e_mail_in_the_morning(told, people, in_review):
    Notice.objects.all().delete()
    told("lead", key="a")
    told("lead", key="b", due_on=DUE, kind=NoticeKind.EVIDENCE, path=reverse("assessments:detail", args=[in_review.pk]))
    told("contributor", key="a")
    mailing.sweep_notices(now=at_seven(timezone.localdate()) - timedelta(hours=2))
    assert not Digest.objects.exists()
    for _ in range(3):
        mailing.sweep_notices(now=at_seven(TOMORROW))
    assert sorted(OutgoingEmail.objects.values_list("to", flat=True)) == sorted(
        [people["lead"].email, people["contributor"].email]
    )
    email = OutgoingEmail.objects.get(to=people["lead"].email)
    assert email.subject == "Cardiology: 2 notices, the first by 3 December 2026"
    assert email.body.count("Cardiology, Whittington Health NHS Trust") == 1
    assert email.body.index("By Thursday 3 December 2026") < email.body.index("/departments/")


def test_nothing_to_say_is_no_e_mail(people):
    mailing.sweep_notices(now=at_seven(TOMORROW))
    assert not OutgoingEmail.objects.exists()


def test_what_comes_after_seven_waits_for_the_next_morning(told):
    told("lead")
    Notice.objects.update(at=at_seven(TOMORROW))
    mailing.sweep_notices(now=at_seven(TOMORROW) + timedelta(hours=1))
    assert not Digest.objects.exists()
    mailing.sweep_notices(now=at_seven(TOMORROW + timedelta(days=1)))
    assert Digest.objects.get().day == TOMORROW + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_seven_write_one(told, people):
    told("lead")
    person = people["lead"]
    assert at_once(*[lambda: mailing.write_digest(to=person, day=TOMORROW)] * 6) == ["done"] * 6
    assert (OutgoingEmail.objects.count(), Digest.objects.count()) == (1, 1)


def test_a_worker_killed_half_way_leaves_all_to_the_next_one(told, people, monkeypatch):
    told("lead")

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing, "mark_sent", die)
    with pytest.raises(KeyboardInterrupt):
        mailing.write_digest(to=people["lead"], day=TOMORROW)
    monkeypatch.undo()
    assert not OutgoingEmail.objects.exists()
    mailing.sweep_notices(now=at_seven(TOMORROW))
    assert OutgoingEmail.objects.get().state == EmailState.QUEUED
    assert Notice.objects.get().state == NoticeState.SENT


# --- Walls
@pytest.mark.parametrize("due_on", [None, DUE])
def test_who_lost_the_role_in_the_meantime_is_not_told(told, people, due_on):
    told("lead", due_on=due_on)
    Membership.objects.filter(user=people["lead"]).update(valid_until=timezone.now())
    send_notice(Notice.objects.get().pk)
    mailing.sweep_notices(now=at_seven(TOMORROW))
    assert not OutgoingEmail.objects.exists()
    assert Notice.objects.get().state == NoticeState.DROPPED


@pytest.mark.parametrize("who", ["lead.elsewhere", "certifier.elsewhere", "stranger", "assessor"])
def test_a_notice_never_reaches_who_may_not_open_its_page(told, who):
    told(who, due_on=DUE)
    send_notice(Notice.objects.get().pk)
    assert not OutgoingEmail.objects.exists()


def test_a_lesser_role_is_not_told_of_a_page_that_is_forbidden_to_it(told, people, submitted):
    Notice.objects.all().delete()
    told("lead", due_on=DUE, path=reverse("assessments:assign", args=[submitted.pk]))
    send_notice(Notice.objects.get().pk)
    assert not OutgoingEmail.objects.exists()


def test_an_address_that_is_none_is_dropped(told):
    told("lead", due_on=DUE, path="/no/such/page/")
    send_notice(Notice.objects.get().pk)
    assert Notice.objects.get().state == NoticeState.DROPPED


# --- The choice
def test_somebody_chooses_for_each_kind(signed_in, people, told):
    told("lead", kind=NoticeKind.PRACTICE)
    page = signed_in("lead").get(reverse("departments:your_emails")).text
    assert "As usual: daily" in page
    answer = signed_in("lead").post(
        reverse("departments:your_emails"), {"takes_mail": "yes", "practice": "home", "query": "at_once"}
    )
    assert answer.status_code == 302
    assert MailWishes.objects.get().ways == {"practice": "home", "query": "at_once"}
    assert Notice.objects.get().way == Way.HOME
    told("lead", key="b")
    assert Notice.objects.get(key="b").way == Way.AT_ONCE


def test_a_choice_that_is_none_is_refused(signed_in, people):
    answer = signed_in("lead").post(reverse("departments:your_emails"), {"practice": "pigeon"})
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.text
    assert not MailWishes.objects.exists()


def test_one_press_stops_e_mails_without_signing_in_and_names_nobody(told, people):
    told("lead")
    link = reverse("departments:stop_emails", args=[mailing.STOP.sign(str(people["lead"].pk))])
    browser = Client(enforce_csrf_checks=True)  # a mail program sends no token of ours
    page = browser.get(link)
    assert page.status_code == 200
    assert people["lead"].email not in page.text
    assert people["lead"].name not in page.text.replace("lead.", "")
    assert not MailWishes.objects.exists()  # a look, or a scanner of links, changes nothing
    assert "You will get no more e-mails" in browser.post(link, {"List-Unsubscribe": "One-Click"}).text
    mailing.sweep_notices(now=at_seven(TOMORROW))
    told("lead", key="b", due_on=DUE)
    assert set(Notice.objects.values_list("way", flat=True)) == {Way.HOME}
    assert not OutgoingEmail.objects.exists()


def test_a_link_that_somebody_made_up_stops_nothing(people):
    for token in ("1", f"{people['lead'].pk}:made-up", "x:y:z"):
        link = reverse("departments:stop_emails", args=[token])
        assert Client().get(link).status_code == 404
        assert Client().post(link).status_code == 404
    assert not MailWishes.objects.exists()


# --- Read on Home
def test_what_was_read_on_home_is_not_mailed(told, people, signed_in):
    told("lead", key="a")
    newest = Notice.objects.latest("pk").pk
    told("lead", key="b")
    told("contributor", key="b")
    assert signed_in("lead").post(reverse("departments:read_notices"), {"until": newest}).status_code == 302
    assert list(Notice.objects.filter(state=NoticeState.READ).values_list("key", flat=True)) == ["a"]
    mark_read(until=10**12, by=people["lead"])
    mailing.sweep_notices(now=at_seven(TOMORROW))
    assert [email.to for email in OutgoingEmail.objects.all()] == [people["contributor"].email]
