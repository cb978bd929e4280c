"""The versions of statements and findings, read from the history that the database keeps of every change."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import MD5

from assessments.models import Assessment, Finding, Statement
from assessments.sittings import Version
from assessments.workflow import Move

TEXTS: dict[type[Statement] | type[Finding], tuple[str, ...]] = {
    Statement: ("text", "tell_me"),
    Finding: ("narrative", "strengths", "improvement"),
}
OTHERS: dict[type[Statement] | type[Finding], tuple[str, ...]] = {
    Statement: ("band",),
    Finding: ("band", "good_practice"),
}


def fields_of(row: Statement | Finding) -> tuple[str, ...]:
    """What people write of an element, as its page shows it."""
    return (*TEXTS[type(row)], *OTHERS[type(row)])


def versions_of(row: Statement | Finding) -> list[Version]:
    """Every version, oldest first, without its texts: those are long, and a print tells whether they differ."""
    prints: dict[str, Any] = {f"print_of_{name}": MD5(name) for name in TEXTS[type(row)]}
    prints |= {f"print_of_{name}": F(name) for name in OTHERS[type(row)]}
    found = _events(row).annotate(**prints).order_by("pgh_id")
    names = fields_of(row)
    return [
        Version(
            id=event["pgh_id"],
            who=event["edited_by__name"] or "",
            at=event["edited_at"] or event["pgh_created_at"],
            prints={name: event[f"print_of_{name}"] for name in names},
        )
        for event in found.values("pgh_id", "pgh_created_at", "edited_at", "edited_by__name", *prints)
    ]


def submitted_versions_of(statement: Statement, assessment: Assessment) -> list[Version]:
    """The versions that were handed over: what was written before belongs to the department."""
    versions = versions_of(statement)
    handed_over = assessment.moves.filter(move=Move.SUBMIT).values_list("at", flat=True)
    stood = [[version for version in versions if version.at <= at][-1:] for at in handed_over]
    return sorted({version for last in stood for version in last}, key=lambda version: version.id)


def values_at(row: Statement | Finding, version: int) -> dict[str, Any]:
    """What the fields held in one version."""
    names = fields_of(row)
    held: dict[str, Any] = _events(row).values(*names).get(pgh_id=version)
    return {name: held[name] for name in names}


def _events(row: Statement | Finding) -> QuerySet[Any]:
    events: QuerySet[Any] = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[union-attr]
    return events
