"""History that cannot be dodged: database triggers write a row for every insert, update and delete."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def remembered(*, exclude: list[str] | None = None) -> Callable[[M], M]:
    """Keep every version of a model's rows, bulk changes and deletions included, with who made each and from where.

    `exclude` names fields that are secrets or are worked out from other rows. The history is append-only
    (`PGHISTORY_APPEND_ONLY`).
    """
    track: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=exclude
    )
    return track
