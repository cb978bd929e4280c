"""Decides: the outcome, the facts that it rests on and the asked-for report are one transaction."""

from datetime import datetime

from django.db import transaction

from assessments.models import Assessment
from assessments.services import cycle
from departments.models import User
from reports.facts import facts_of
from reports.models import DecisionFacts, Report
from reports.services import requests


@transaction.atomic
def decide(*, assessment: Assessment, outcome: str, by: User, at: datetime | None = None) -> Report:
    """Fix the outcome with its facts, and ask for the award report. Raises Refused as the cycle does."""
    decided = cycle.decide(assessment=assessment, outcome=outcome, by=by, at=at)
    DecisionFacts.objects.create(assessment=decided, facts=facts_of(decided))
    return requests.ask(assessment=decided, by=by)
