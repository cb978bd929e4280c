"""What the tests of files have in common."""

from collections.abc import Iterator

import pytest

from tests.files.clamd import Clamd, running_clamd
from tests.files.object_store import Bucket, make_bucket, running_object_store


@pytest.fixture(scope="session")
def clamd() -> Iterator[Clamd]:
    """A real virus scanner for all tests that only ask it."""
    with running_clamd() as clamd:
        yield clamd


@pytest.fixture
def clamd_of_my_own() -> Iterator[Clamd]:
    """A real virus scanner that the test may stop and start."""
    with running_clamd() as clamd:
        yield clamd


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of a real S3 server."""
    with running_object_store() as address:
        yield address


@pytest.fixture
def bucket(object_store, settings) -> Bucket:
    """An empty bucket of the test's own, set up as the second storage."""
    return make_bucket(object_store, settings)
