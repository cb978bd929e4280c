"""What the tests of files have in common."""

from collections.abc import Iterator

import pytest

from tests.files.clamd import Clamd, running_clamd


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
