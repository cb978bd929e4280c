"""A decided assessment, and what the worker would find in its queue."""

import contextlib
import queue
from datetime import date

import pytest
from celery import current_app

from assessments.models import Assessment, Element, Evidence, EvidenceUse, EvidenceVersion
from assessments.rules import Outcome
from departments.models import Service, User
from reports.models import Report
from reports.services import decisions
from tests.conftest import make_link


@pytest.fixture
def shown(proposed: Assessment, people: dict[str, User], services_and_sites: list[Service]) -> Assessment:
    """Proposed, with one link as evidence of two elements."""
    survey = make_link(proposed.department, people["lead"], number=1, title="Patient survey 2025")
    Evidence.objects.update(owner="Matron")
    EvidenceVersion.objects.update(dated=date(2025, 4, 1), link="https://www.example.org/survey")
    for number, strongest in (("1.3.1", True), ("1.1.1", False)):
        element = Element.objects.get(standard=proposed.standard, number=number)
        EvidenceUse.objects.create(
            assessment=proposed, element=element, evidence=survey, version=survey.current, strongest=strongest
        )
    return proposed


@pytest.fixture
def report(shown: Assessment, people: dict[str, User]) -> Report:
    """Decided: an award. Its report is queued."""
    return decisions.decide(assessment=shown, outcome=Outcome.AWARD, by=people["certifier"])


@pytest.fixture
def sent():
    """`sent()` takes whatever waits for the worker: pairs of task and id."""

    def take() -> list[tuple[str, int]]:
        taken = []
        with (
            contextlib.suppress(queue.Empty),
            current_app.connection_for_read() as connection,
            connection.SimpleQueue("celery") as waiting,
        ):
            while message := waiting.get(block=False):
                message.ack()
                taken.append((message.headers["task"], message.payload[0][0]))
        return taken

    take()
    return take
