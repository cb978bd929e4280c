"""Objects that another storage is to lose: each is a row first, so that none outlives what it belonged to."""

from functools import partial

import structlog
from django.core.files.storage import storages
from django.db import connection, transaction

from departments.models import Blob
from departments.services.places import name_of
from files.models import Leftover

log = structlog.get_logger(__name__)


def hold_name(sha256: str) -> None:
    """Nobody else writes or removes the object of this hash until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def is_held(sha256: str) -> bool:
    """Whether somebody writes or removes the object of this hash now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
        return not cursor.fetchone()[0]


def remove_after_commit(leftover: Leftover) -> None:
    transaction.on_commit(partial(try_to_remove, pk=leftover.pk))


def try_to_remove(*, pk: int) -> None:
    """Remove one object; when its storage does not answer the row stays, and the sweep tries again."""
    try:
        remove(pk=pk)
    except Exception:  # whatever the storage's client raises
        log.exception("object_left_behind", leftover=pk)


@transaction.atomic
def remove(*, pk: int) -> None:
    leftover = Leftover.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if leftover is None:
        return
    hold_name(leftover.sha256)
    if not Blob.objects.filter(sha256=leftover.sha256, kept_in=leftover.kept_in).exists():
        storages[leftover.kept_in].delete(name_of(leftover.sha256))
    leftover.delete()


def sweep_leftovers() -> None:
    for pk in Leftover.objects.order_by("pk").values_list("pk", flat=True)[:1000]:
        try_to_remove(pk=pk)
