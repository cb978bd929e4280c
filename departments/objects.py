"""An S3-compatible store as a second home for bytes, behind Django's storage API: written whole, read in ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage

PIECE_BYTES = 1024 * 1024
PART_BYTES = 8 * 1024 * 1024
MISSING = {"404", "NoSuchKey", "NotFound"}


@deconstructible
class ObjectStorage(S3Storage):  # type: ignore[misc]
    """A bucket in which every object is named by the hash of what it holds, and therefore never changes."""

    def get_default_settings(self) -> dict[str, Any]:
        said: dict[str, Any] = super().get_default_settings()
        # Part by part in this thread: eight parts at once, as boto3 would send them, are eight parts in memory.
        transfer = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)
        config = Config(
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 4},
        )
        return said | {"transfer_config": transfer, "client_config": config, "file_overwrite": True}

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def read_range(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, streamed: no more than a megabyte of them is ever in memory.

        Raises FileNotFoundError when there is no such object. One that is too short gives fewer bytes.
        """
        try:
            answer = self.client.get_object(Bucket=self.bucket_name, Key=name, Range=f"bytes={start}-{stop - 1}")
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in MISSING:
                raise FileNotFoundError(name) from error
            if code in ("InvalidRange", "416"):
                return
            raise
        body = answer["Body"]
        try:
            yield from body.iter_chunks(PIECE_BYTES)
        finally:
            body.close()

    def write(self, name: str, content: IO[bytes]) -> None:
        """Put an object in whole, by parts when it is large; until the last of them nobody sees it."""
        self.client.upload_fileobj(content, self.bucket_name, name, Config=self.transfer_config)

    def names(self) -> Iterator[str]:
        """Every object's name, in the order of their bytes, a thousand a request."""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name):
            for found in page.get("Contents", []):
                yield found["Key"]

    def forget_parts(self, name: str) -> None:
        """Remove what uploads of this name that broke off left behind: unseen, and paid for."""
        started = self.client.list_multipart_uploads(Bucket=self.bucket_name, Prefix=name)
        for upload in started.get("Uploads", []):
            self.client.abort_multipart_upload(Bucket=self.bucket_name, Key=name, UploadId=upload["UploadId"])
