"""Tells people what concerns them: a row each, once a matter, on Home and by e-mail as they wish."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from departments.models import MailWishes, Notice, User
from departments.rules import NoticeKind, NoticeState, Way, way_of
from departments.services.jobs import enqueue

SEND_TASK = "departments.tasks.send_notice"


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    kind: NoticeKind,
    subject: str,
    words: str,
    path: str,
    key: str,
    due_on: date | None = None,
) -> None:
    """Tell these people of a matter. Who was told of `key` before, or whose account is closed, is not told.

    `subject` names the place and the matter, `words` are one or two sentences, `path` is the page that it is about:
    whoever may not open that when the notice would go is told nothing. `due_on` is by when something is asked of them.
    """
    people = User.objects.filter(pk__in={person.pk for person in to}, is_active=True).select_related("mail_wishes")
    notices = [
        Notice(
            to=person,
            kind=kind,
            subject=" ".join(subject.split())[:200],
            words=words,
            path=path,
            key=key,
            due_on=due_on,
            way=way_for(person, kind, due_on),
        )
        for person in people
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if at_once := [notice.to_id for notice in notices if notice.way == Way.AT_ONCE]:
        for pk in Notice.objects.waiting(Way.AT_ONCE).filter(key=key, to__in=at_once).values_list("pk", flat=True):
            enqueue(SEND_TASK, pk)


def way_for(person: User, kind: NoticeKind, due_on: date | None) -> Way:
    wishes: MailWishes | None = getattr(person, "mail_wishes", None)
    return way_of(
        kind=kind,
        has_deadline=due_on is not None,
        chosen=wishes.ways.get(kind, "") if wishes else "",
        takes_mail=wishes.takes_mail if wishes else True,
    )


@transaction.atomic
def mark_read(*, until: int, by: User) -> None:
    """Take off Home, and out of the next e-mail, what somebody has read: all up to the newest one that was shown.

    What goes at once and has not gone yet still goes: it asks for something by a date.
    """
    shown = Notice.objects.visible_to(by).unread().filter(pk__lte=until)
    shown.exclude(way=Way.AT_ONCE, state=NoticeState.WAITING).update(state=NoticeState.READ)
