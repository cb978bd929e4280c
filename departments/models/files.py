"""Bytes: what a file holds, kept once however often it is used, in rows of 256 KiB."""

from django.db import models
from django.db.models import Q

CHUNK_BYTES = 256 * 1024


class Blob(models.Model):
    """The content of a file, known by its SHA-256 once all of it is here; without one it is still arriving.

    The bytes lie in its chunks, or under its hash in the storage that `kept_in` names.
    """

    sha256 = models.CharField("SHA-256", max_length=64, unique=True, null=True, blank=True)
    size = models.PositiveBigIntegerField(help_text="In bytes, of what is here.")
    kept_in = models.CharField(max_length=20, blank=True, help_text="A name in STORAGES; empty: in chunks, here.")
    stored_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True, blank=True, help_text="When the bytes were last hashed again.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256=None, kept_in="") | Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_blob_is_named_by_its_hash",
            )
        ]

    def __str__(self) -> str:
        return self.sha256 or f"{self.pk}, arriving"


class BlobChunk(models.Model):
    """256 KiB of a blob, or what is left of it at the end. Kept out of line and uncompressed (STORAGE EXTERNAL)."""

    pk = models.CompositePrimaryKey("blob_id", "sequence")
    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="chunks")
    sequence = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.blob_id}/{self.sequence}"
