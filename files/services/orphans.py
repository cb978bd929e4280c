"""Orphans both ways: bytes that nothing refers to, and references to bytes that are not there."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from departments.models import Blob
from departments.services.places import name_of
from files.models import File, Leftover
from files.rules import FileState
from files.services.contents import nothing_refers, references
from files.services.leftovers import is_held

CHUNKS_WITHOUT_BLOB = """
    SELECT c.blob_id, count(*) FROM departments_blobchunk c
    WHERE NOT EXISTS (SELECT 1 FROM departments_blob b WHERE b.id = c.blob_id) GROUP BY c.blob_id ORDER BY c.blob_id
"""


def every_one(*, younger_are_fine: timedelta) -> Iterator[str]:
    """Each orphan in a sentence. Contents that came more lately than that may still come to be used."""
    yield from blobs_without_user(younger_are_fine)
    yield from arriving_without_file()
    yield from chunks_without_blob()
    yield from rows_without_blob()
    for name in second_storages():
        yield from objects_without_blob(name)


def second_storages() -> list[str]:
    """The storages, besides the database, that can say what they hold."""
    return [name for name in settings.STORAGES if hasattr(storages[name], "names")]


def blobs_without_user(younger_are_fine: timedelta) -> Iterator[str]:
    before = timezone.now() - younger_are_fine
    rows = Blob.objects.filter(nothing_refers(), sha256__isnull=False, stored_at__lte=before).order_by("pk")
    for pk, sha256, size in rows.values_list("pk", "sha256", "size").iterator(chunk_size=500):
        yield f"Nothing uses blob {pk} ({sha256}), {size} bytes."


def arriving_without_file() -> Iterator[str]:
    arriving = File.objects.filter(blob=OuterRef("pk"), state=FileState.ARRIVING)
    rows = Blob.objects.filter(~Exists(arriving), sha256=None).order_by("pk")
    for pk, size in rows.values_list("pk", "size").iterator(chunk_size=500):
        yield f"Blob {pk} is arriving, {size} bytes so far, and belongs to no file that arrives."


def chunks_without_blob() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS_WITHOUT_BLOB)
        while some := cursor.fetchmany(500):
            for pk, count in some:
                yield f"{count} chunks name blob {pk}, which is not there."


def rows_without_blob() -> Iterator[str]:
    """What the database's foreign keys forbid, unless somebody went round them."""
    for field in references():
        there = Blob.objects.filter(pk=OuterRef(field.attname))
        rows = field.model._base_manager.filter(~Exists(there), **{f"{field.attname}__isnull": False})
        for pk, blob in rows.values_list("pk", field.attname).iterator(chunk_size=500):
            yield f"The {field.name} of {field.model._meta.verbose_name} {pk} is blob {blob}, which is not there."


def objects_without_blob(storage: str) -> Iterator[str]:
    kept: Any = storages[storage]
    names: Iterator[str] = kept.names()
    while some := list(islice(names, 500)):
        hashes = [name.rpartition("/")[2] for name in some]
        here = set(Blob.objects.filter(sha256__in=hashes, kept_in=storage).values_list("sha256", flat=True))
        going = set(Leftover.objects.filter(sha256__in=hashes, kept_in=storage).values_list("sha256", flat=True))
        for name, sha256 in zip(some, hashes, strict=True):
            if name != name_of(sha256) or (sha256 not in here | going and is_an_orphan(sha256, storage)):
                yield f"The storage “{storage}” holds {name}, which belongs to no blob there."


@transaction.atomic
def is_an_orphan(sha256: str, storage: str) -> bool:
    """Whether it still belongs to nobody, and nobody is bringing it there now."""
    return not is_held(sha256) and not Blob.objects.filter(sha256=sha256, kept_in=storage).exists()
