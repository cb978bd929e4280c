"""A real S3 server on this machine (moto's), a bucket of a test's own, and what a process needs to reach it."""

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.db import connection

KEYS = {"access_key": "portal", "secret_key": "only-for-tests"}
numbers = itertools.count(1)


@dataclass
class Bucket:
    """What a test knows of its bucket."""

    name: str
    address: str

    @property
    def storage(self) -> Any:
        return storages["objects"]

    @property
    def options(self) -> dict[str, str]:
        return {"bucket_name": self.name, "endpoint_url": self.address, "region_name": "eu-west-2", **KEYS}

    @property
    def environment(self) -> dict[str, str]:
        """For a process of its own, beside the test's database."""
        server, _, said = os.environ["DATABASE_URL"].partition("?")
        address = f"{server.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{said}"
        keys = {"S3_ACCESS_KEY": KEYS["access_key"], "S3_SECRET_KEY": KEYS["secret_key"], "S3_REGION": "eu-west-2"}
        return {"DATABASE_URL": address, "S3_BUCKET": self.name, "S3_ENDPOINT": self.address, **keys}

    def content(self, name: str) -> bytes:
        return bytes(self.storage.client.get_object(Bucket=self.name, Key=name)["Body"].read())

    def put(self, name: str, content: bytes) -> None:
        self.storage.client.put_object(Bucket=self.name, Key=name, Body=content)

    def unfinished(self) -> list[Any]:
        """Uploads by parts that never came to their end."""
        return list(self.storage.client.list_multipart_uploads(Bucket=self.name).get("Uploads", []))


@contextmanager
def running_object_store() -> Iterator[str]:
    """The address of a server in a process of its own, so that what it holds is not in ours."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def make_bucket(address: str, settings: Any) -> Bucket:
    """An empty bucket, which the portal's settings name from now on."""
    bucket = Bucket(f"evidence-{next(numbers)}", address)
    objects = {"BACKEND": "departments.objects.ObjectStorage", "OPTIONS": bucket.options}
    settings.STORAGES = {**settings.STORAGES, "objects": objects}
    where = {"LocationConstraint": "eu-west-2"}
    bucket.storage.client.create_bucket(Bucket=bucket.name, CreateBucketConfiguration=where)
    return bucket
