"""Django's storage API over the blobs in the database, so that whatever wants a Django storage can use them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import IO, NoReturn

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.deconstruct import deconstructible

from departments.models import Blob
from departments.services import files


@deconstructible
class PostgresStorage(Storage):
    """A file's name here is its SHA-256: what it was called is remembered by whatever uses it."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Any name will do, as `save` answers with another."""
        return name

    def _save(self, name: str, content: IO[bytes]) -> str:
        return str(files.store(file=content, by=None).sha256)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise io.UnsupportedOperation("A stored file is read as bytes ('rb') and never written again.")
        return File(files.open_blob(blob=self.blob(name)), name)

    def blob(self, name: str) -> Blob:
        blob = Blob.objects.filter(sha256=name).first()
        if blob is None:
            raise FileNotFoundError(f"No file is stored as {name}.")
        return blob

    def exists(self, name: str) -> bool:
        return Blob.objects.filter(sha256=name).exists()

    def size(self, name: str) -> int:
        return self.blob(name).size

    def get_created_time(self, name: str) -> datetime:
        return timezone.localtime(self.blob(name).stored_at)

    def get_modified_time(self, name: str) -> datetime:
        return self.get_created_time(name)

    def delete(self, name: str) -> NoReturn:
        raise io.UnsupportedOperation("A stored file is not deleted by name: others may have stored the same content.")

    def url(self, name: str | None) -> NoReturn:
        raise io.UnsupportedOperation("A stored file has no address: it is served by views that check who asks.")
