"""Contents: what refers to one, and how one that nothing refers to any more is removed, pages and pictures with it."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from departments.models import Blob, BlobChunk
from files.models import Leftover, Page
from files.services.leftovers import remove_after_commit

log = structlog.get_logger(__name__)

# A content's own parts, which go with it, and do not keep it.
PARTS = {(BlobChunk, "blob"), (Page, "blob")}


def references() -> list[Any]:
    """Every foreign key to Blob that keeps a content. Rows of the history name contents too, and keep none."""
    relations = Blob._meta.get_fields(include_hidden=True)
    fields: list[Any] = [one.field for one in relations if isinstance(one, models.ManyToOneRel)]
    return [field for field in fields if field.db_constraint and (field.model, field.name) not in PARTS]


def nothing_refers() -> Q:
    """Blobs that no row refers to."""
    used = [Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})) for field in references()]
    return Q(*(~one for one in used))


@transaction.atomic
def remove_unused(*, pk: int) -> bool:
    """Remove a content with its pages and their pictures, unless something refers to it; whether it is gone.

    Holding its row makes whoever stores the same content now wait, and then store it anew.
    """
    blob = Blob.objects.select_for_update().filter(pk=pk).first()
    if blob is None or not Blob.objects.filter(nothing_refers(), pk=pk).exists():
        return False
    pictures = set(Page.objects.filter(blob=blob).values_list("picture_id", "thumbnail_id"))
    Page.objects.filter(blob=blob).delete()
    BlobChunk.objects.filter(blob=blob).delete()
    if blob.kept_in:
        leftover = Leftover.objects.create(kept_in=blob.kept_in, sha256=str(blob.sha256))
        remove_after_commit(leftover)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM departments_blob WHERE id = %s", [pk])
    log.info("content_removed", sha256=blob.sha256, bytes=blob.size)
    for picture in sorted({one for pair in pictures for one in pair if one is not None}):
        remove_unused(pk=picture)
    return True


def remove_what_nothing_uses(*, days: int) -> int:
    """Remove contents that nothing has referred to for some days, such as pictures of pages that were made again."""
    old = timezone.now() - timedelta(days=days)
    rows = Blob.objects.filter(nothing_refers(), stored_at__lt=old, sha256__isnull=False).order_by("pk")
    return sum(remove_unused(pk=pk) for pk in rows.values_list("pk", flat=True)[:1000])
