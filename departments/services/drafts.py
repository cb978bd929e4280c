"""Keeps, gives up and clears away what people have typed and not yet sent."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from departments.models import Draft, User

KEPT_FOR = timedelta(days=30)


def keep_draft(*, path: str, name: str, values: dict[str, Any], version: str, by: User) -> Draft:
    """The newest words of this form: one row a form and person, so that sending them twice changes nothing."""
    words = {"values": values, "version": version, "saved_at": timezone.now()}
    return Draft.objects.update_or_create(user=by, path=path, name=name, defaults=words)[0]


def give_up_drafts(*, path: str, by: User, name: str | None = None) -> None:
    """The words are sent or discarded. Without a name, those of every form that is sent to this path."""
    drafts = Draft.objects.visible_to(by).filter(path=path)
    (drafts if name is None else drafts.filter(name=name)).delete()


def clear_old_drafts() -> int:
    """How many drafts of over a month ago were cleared away."""
    return Draft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()[0]
