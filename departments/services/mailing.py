"""Sends notices by e-mail: at once, or all of a day in one; each once, and only to who may still open its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from departments.access import rows_to_open
from departments.models import CertificationBody, Department, Digest, MailWishes, Notice, OutgoingEmail, Scoped, User
from departments.rules import NoticeKind, NoticeState, Way
from departments.services.email import queue_email
from departments.services.jobs import publish
from departments.services.notices import SEND_TASK

SEVEN = time(7)  # London time, when the e-mail of the day goes
LEFT_BEHIND = timedelta(minutes=1)
STOP = signing.Signer(salt="departments.stop_emails")


@transaction.atomic
def send_notice(*, pk: int) -> None:
    """Make the e-mail of a notice that goes at once. Safe to run twice: the row is locked, a sent one left alone."""
    waiting = Notice.objects.waiting(Way.AT_ONCE).select_related("to")
    notice = waiting.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if notice is None or not (told := what_may_be_told([notice])):
        return
    words = {"notice": notice, "line": told[0], **links_of(notice.to)}
    mark_sent([notice], email_to(notice.to, subject_of(told), render_to_string("departments/emails/notice.txt", words)))


def write_digest(*, to: User, day: date) -> Digest | None:
    """Make somebody's e-mail of the day, of all that was waiting at seven; none if there is nothing, or it is made."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=to.pk)  # a second worker waits here
        if Digest.objects.filter(to=person, day=day).exists():
            return None
        waiting = Notice.objects.waiting(Way.DAILY).filter(to=person, at__lt=seven_of(day)).select_related("to")
        notices = list(waiting.select_for_update(of=("self",)).order_by("at", "pk"))
        told = what_may_be_told(notices)
        if not told:
            return None
        words = {"to": person, "places": by_place(told), "count": len(told), **links_of(person)}
        email = email_to(person, subject_of(told), render_to_string("departments/emails/digest.txt", words))
        mark_sent([line.notice for line in told], email)
        return Digest.objects.create(to=person, day=day, email=email)


def sweep_notices(*, now: datetime | None = None) -> None:
    """Send again what was left behind, and write the e-mails of the day from seven o'clock on."""
    now = now or timezone.now()
    behind = Notice.objects.waiting(Way.AT_ONCE).filter(at__lte=now - LEFT_BEHIND).order_by("at")
    for pk in behind.values_list("pk", flat=True)[:200]:
        publish(SEND_TASK, pk)
    day = timezone.localdate(now)
    if now < seven_of(day):
        return
    waiting = Notice.objects.waiting(Way.DAILY).filter(at__lt=seven_of(day))
    written = Digest.objects.filter(day=day)
    for person in User.objects.filter(pk__in=waiting.values("to")).exclude(pk__in=written.values("to")).order_by("pk"):
        write_digest(to=person, day=day)


def seven_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, SEVEN))


@dataclass(frozen=True)
class Line:
    """A notice as an e-mail tells it."""

    notice: Notice
    place: str
    link: str

    @property
    def by(self) -> date | None:
        """By when something is asked of the reader; a reminder of a day says that itself."""
        return None if self.notice.kind == NoticeKind.DUE else self.notice.due_on

    @property
    def urgency(self) -> tuple[bool, date, datetime]:
        return self.notice.due_on is None, self.notice.due_on or date.max, self.notice.at


def what_may_be_told(notices: list[Notice]) -> list[Line]:
    """Those of one person's notices whose page they may open now, most urgent first; the others are dropped."""
    if not notices:
        return []
    to = notices[0].to
    rows = rows_to_open(to, [notice.path for notice in notices]) if to.is_active else {}
    closed = [notice.pk for notice in notices if notice.path not in rows]
    Notice.objects.filter(pk__in=closed).update(state=NoticeState.DROPPED)
    places = places_of(rows)
    open_now = [notice for notice in notices if notice.path in rows]
    lines = [Line(notice, places.get(notice.path, ""), absolute(notice.path)) for notice in open_now]
    return sorted(lines, key=lambda line: line.urgency)


def places_of(rows: dict[str, Scoped | None]) -> dict[str, str]:
    """What the place of each address is called: a department with its trust, or a certification body."""
    scopes = {path: row.scope() for path, row in rows.items() if row is not None}
    departments = Department.objects.select_related("trust").in_bulk(
        {scope.department_id for scope in scopes.values() if scope.department_id}
    )
    bodies = CertificationBody.objects.in_bulk({scope.body_id for scope in scopes.values() if scope.body_id})
    return {
        path: f"{department.name}, {department.trust.name}"
        if (department := departments.get(scope.department_id or 0))
        else str(bodies.get(scope.body_id or 0, ""))
        for path, scope in scopes.items()
    }


def by_place(told: list[Line]) -> dict[str, list[Line]]:
    """The lines under the place that they are about, the place with the most urgent one first."""
    places: dict[str, list[Line]] = {}
    for line in told:
        places.setdefault(line.place, []).append(line)
    return places


def subject_of(told: list[Line]) -> str:
    """The matter of one; the places and the number of several; and the first date, if there is one."""
    due = told[0].by
    if len(told) == 1:
        return told[0].notice.subject + (f", by {date_format(due, 'j F Y')}" if due else "")
    places = list(dict.fromkeys(line.place.partition(",")[0] for line in told if line.place))
    where = places[0] + (f" and {len(places) - 1} more" if len(places) > 1 else "") if places else "For you"
    return f"{where}: {len(told)} notices" + (f", the first by {date_format(due, 'j F Y')}" if due else "")


def mark_sent(notices: list[Notice], email: OutgoingEmail) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(state=NoticeState.SENT, email=email)


def email_to(person: User, subject: str, body: str) -> OutgoingEmail:
    """An e-mail that its reader, or their mail program with one press, can stop from coming again."""
    headers = {
        "List-Unsubscribe": f"<{links_of(person)['stop']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return queue_email(to=person.email, subject=subject[:200], body=body, headers=headers)


def links_of(person: User) -> dict[str, str]:
    return {
        "home": absolute(reverse("portal:home")),
        "choose": absolute(reverse("departments:your_emails")),
        "stop": absolute(reverse("departments:stop_emails", args=[STOP.sign(str(person.pk))])),
    }


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def stop_emails(*, token: str) -> bool:
    """Keep all further notices of whoever this link was sent to on Home; whether the link is one of ours."""
    person = whose_link(token)
    if person is None:
        return False
    MailWishes.objects.update_or_create(user=person, defaults={"takes_mail": False})
    Notice.objects.filter(to=person, state=NoticeState.WAITING).update(way=Way.HOME)
    return True


def whose_link(token: str) -> User | None:
    try:
        return User.objects.filter(pk=int(STOP.unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def choose_emails(*, ways: dict[str, str], takes_mail: bool, by: User) -> MailWishes:
    """Store how notices are to come; those that still wait to go by a way that is no longer wanted stay on Home."""
    wishes, _ = MailWishes.objects.update_or_create(user=by, defaults={"ways": ways, "takes_mail": takes_mail})
    unwanted = Notice.objects.filter(to=by, state=NoticeState.WAITING)
    if takes_mail:
        unwanted = unwanted.filter(kind__in=[kind for kind, way in ways.items() if way == Way.HOME])
    unwanted.update(way=Way.HOME)
    return wishes
