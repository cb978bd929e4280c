"""What a certifier should know before deciding: whatever is still open, in lines with links."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import reverse

from assessments.models import Assessment, Challenge, ChallengeState, Query, QueryState


class Matter(NamedTuple):
    """One thing that is still open."""

    words: str
    url: str


def open_queries(assessment: Assessment) -> Iterator[Matter]:
    waiting = {QueryState.OPEN: "the department has not answered", QueryState.ANSWERED: "answered, and not closed"}
    rows = Query.objects.filter(assessment=assessment, state__in=list(waiting)).select_related("element")
    for row in rows.order_by("element__position", "pk"):
        words = f"Query on {row.element.number} {row.element.title}: {waiting[QueryState(row.state)]}"
        yield Matter(words, reverse("assessments:query", args=[row.pk]))


def open_challenges(assessment: Assessment) -> Iterator[Matter]:
    rows = Challenge.objects.filter(assessment=assessment, state=ChallengeState.OPEN).select_related("finding__element")
    for row in rows.order_by("finding__element__position", "pk"):
        words = f"Challenge to the finding on {row.finding.element.number} {row.finding.element.title}: not answered"
        yield Matter(words, reverse("assessments:challenge", args=[row.pk]))


# Each gives what is open of one kind.
MATTERS: tuple[Callable[[Assessment], Iterator[Matter]], ...] = (open_queries, open_challenges)


def what_is_open(assessment: Assessment) -> list[Matter]:
    return [matter for find in MATTERS for matter in find(assessment)]
