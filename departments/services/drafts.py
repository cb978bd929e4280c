"""Keeps, gives up and clears away what people have typed and not yet sent."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.models import Draft, User

KEPT_FOR = timedelta(days=30)
ON_THE_WAY = timedelta(hours=1)  # by then nothing that a page sent can still arrive


@transaction.atomic
def keep_draft(*, path: str, name: str, values: dict[str, Any], version: str, page: str = "", by: User) -> Draft | None:
    """The newest words of this form: one row a form and person, so that sending them twice changes nothing.

    None for words that were still on their way when the form of their `page` was taken: they have arrived with it.
    """
    words = {"values": values, "version": version, "saved_at": timezone.now()}
    rows = Draft.objects.select_for_update()
    row, is_new = rows.get_or_create(user=by, path=path, name=name, defaults=words)
    if is_new:
        return row
    if page and page == row.taken:
        return None
    row.values, row.version, row.saved_at = values, version, timezone.now()
    row.save(update_fields=list(words))
    return row


@transaction.atomic
def take_draft(*, path: str, name: str, page: str, by: User) -> None:
    """The form was taken: its draft has arrived, and whatever its `page` has still sent is no draft any more."""
    if not page:
        give_up_drafts(path=path, name=name, by=by)
        return
    taken = {"values": {}, "version": "", "taken": page, "saved_at": timezone.now()}
    Draft.objects.update_or_create(user=by, path=path, name=name, defaults=taken)


def give_up_drafts(*, path: str, by: User, name: str) -> None:
    """The words are discarded."""
    Draft.objects.visible_to(by).filter(path=path, name=name).delete()


def clear_old_drafts() -> int:
    """How many drafts of over a month ago were cleared away, and of forms that were taken, of over an hour ago."""
    now = timezone.now()
    old = Q(saved_at__lt=now - KEPT_FOR) | Q(values={}, saved_at__lt=now - ON_THE_WAY)
    return Draft.objects.filter(old).delete()[0]
