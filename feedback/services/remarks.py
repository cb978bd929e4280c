"""Compliments, comments and themes of complaints, entered by hand without a word that names a patient."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from departments.models import Department, User
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused
from feedback.models import Remark
from feedback.themes import themes
from files.patients import find_identifiers

A_MOMENT = timedelta(minutes=1)


@transaction.atomic
@remembered_as_theirs
def add_remark(
    *,
    department: Department,
    kind: str,
    theme: str,
    words: str,
    said_on: date,
    by: User,
    at: datetime | None = None,
) -> Remark:
    """Keep what somebody said of a department. Raises Refused for words that may name a patient, and a day to come.

    The same again within a moment is the same: the button was pressed twice.
    """
    at = at or timezone.now()
    if theme not in themes():
        raise Refused("Choose what it is about.", field="theme")
    if said_on > timezone.localdate(at):
        raise Refused("It was said today or earlier: enter that day.", field="said_on")
    if named := may_name_a_patient(words):
        raise Refused(named, field="words")
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)  # of a double click the second waits here
    said = {"kind": kind, "theme": theme, "words": words, "said_on": said_on}
    just_now = Remark.objects.filter(department=department, added_by=by, added_at__gt=at - A_MOMENT, **said)
    return just_now.first() or Remark.objects.create(department=department, added_by=by, added_at=at, **said)


@transaction.atomic
@remembered_as_theirs
def remove_remark(*, remark: Remark, by: User) -> None:
    """Take a remark away for good: the history keeps that it was there, and none of its words."""
    Remark.objects.filter(pk=remark.pk).delete()


def may_name_a_patient(words: str) -> str:
    """Why these words are not taken: they hold what looks like a patient's identifier. Nothing when they do not."""
    signs = find_identifiers(words)
    if not signs:
        return ""
    found = ", ".join(dict.fromkeys(sign.masked for sign in signs))
    return f"This may identify a patient: {found}. Take it out; write “a patient” or “her son” instead."
