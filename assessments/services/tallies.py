"""The counts that overviews and dashboards show, stored on the assessment by whatever changes them."""

from collections import Counter
from typing import Any

from assessments.models import Assessment, Finding, Statement


def count(assessment: Assessment) -> dict[str, dict[str, Any]]:
    """What the rows say, per criterion number:

    `{"1": {"elements": 11, "ready": 9, "supported": 8, "own": {"compliant": 9, "": 2}, "found": {…}}}`, where `""` is
    an element with no band yet and `found` has no entry before an assessor is assigned.
    """
    counts: dict[str, dict[str, Any]] = {}
    statements = Statement.objects.filter(assessment=assessment).in_order()
    for statement in statements.only(
        "text",
        "band",
        "tell_me",
        "evidence_count",
        "inherits",
        "in_scope",
        "element__show_me",
        "element__subcriterion__criterion__number",
    ):
        criterion = statement.element.subcriterion.criterion.number
        tally = counts.setdefault(
            criterion, {"elements": 0, "ready": 0, "supported": 0, "own": Counter(), "found": Counter()}
        )
        tally["elements"] += 1
        tally["ready"] += statement.is_ready
        tally["supported"] += bool(statement.evidence_count)
        tally["own"][statement.band] += 1
    found = Finding.objects.filter(assessment=assessment).values_list(
        "element__subcriterion__criterion__number", "band"
    )
    for criterion, band in found:
        counts[criterion]["found"][band] += 1
    return {
        number: {**tally, "own": dict(tally["own"]), "found": dict(tally["found"])} for number, tally in counts.items()
    }


def what_is_counted(row: Statement | Finding) -> tuple[str | bool, ...]:
    """What the counts read of a row, apart from its evidence: a change of other words leaves them as they are."""
    if isinstance(row, Statement):
        return row.band, bool(row.text), bool(row.tell_me)
    return (row.band,)


def recount(assessment: Assessment) -> None:
    """Store the counts. Call with the assessment's row locked, in the transaction that changed what they count."""
    if assessment.is_fixed:
        return
    assessment.tallies = count(assessment)
    assessment.save(update_fields=["tallies"])
