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
def decide(*, assessment: Assessment, outcome: str, by: User, reason: str = "", at: datetime | None = None) -> Report:
    """Fix the outcome with its facts, and ask for the award report. Raises Refused as the cycle does.

    After an allowed appeal this is another decision: the facts of the first stay, and the report is made of the new.
    """
    decided = cycle.decide(assessment=assessment, outcome=outcome, by=by, reason=reason, at=at)
    facts = facts_of(decided)
    number = DecisionFacts.objects.filter(assessment=decided).count() + 1
    DecisionFacts.objects.create(assessment=decided, number=number, facts=facts)
    return requests.ask(assessment=decided, by=by)
