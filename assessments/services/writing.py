"""What people write of an element: the department's statement and the assessor's finding.

People's forms save by themselves while they type, so a save is one read, which holds the assessment at its stage, and
one write, which happens only if the version is still the one that was shown. What else follows from a save (the award
rule's word on a band, the counts) is asked only when it can have changed.
"""

from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from assessments.models import Finding, Statement
from assessments.rules import WrongRating, check_rating
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount, what_is_counted
from departments.models import User

Row = TypeVar("Row", Statement, Finding)

# What may be long of an assessment, and is of no use here.
NOT_NEEDED = ("tallies", "method", "strengths", "recommendation")


@transaction.atomic
def save_statement(*, statement: Statement, version: int, by: User, **words: str) -> Statement:
    """Store the department's words (`text`, `band`, `tell_me`) if nobody has saved since `version` was shown.

    Raises Refused when the assessment no longer takes statements, SavedByAColleague when the page was stale.
    """
    row = _held(Statement, statement.pk)
    if not row.assessment.takes_statements:
        raise Refused("This self-assessment has been submitted, so its statements can no longer be changed.")
    return _save(row, version, by, words)


@transaction.atomic
def save_finding(*, finding: Finding, version: int, by: User, **words: Any) -> Finding:
    """Store the assessor's words (`band`, `narrative`, `strengths`, `improvement`, `good_practice`), as above."""
    row = _held(Finding, finding.pk)
    if not row.assessment.takes_findings:
        raise Refused("Findings can be changed during the desk review only.")
    return _save(row, version, by, words)


def _held(model: type[Row], pk: int) -> Row:
    """The row with its assessment, which stays at its stage until the transaction ends."""
    rows: Any = model._default_manager.select_for_update(of=("assessment",), no_key=True).select_related("assessment")
    held: Row = rows.defer("words", *(f"assessment__{name}" for name in NOT_NEEDED)).get(pk=pk)
    return held


def _save(row: Row, version: int, by: User, words: dict[str, Any]) -> Row:
    if _says(row, words) and not row.is_still_carried:  # saved as it is, what was carried is confirmed
        return row
    before = what_is_counted(row)
    if words.get("band", row.band) != row.band:
        _check_band(row, words["band"])
    changed = {**words, "version": version + 1, "edited_by": by, "edited_at": timezone.now()}
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(version=version).update(**changed):
        stands = rows.select_related("edited_by").get()
        if _says(stands, words):
            return stands
        raise SavedByAColleague(stands)
    for name, value in changed.items():
        setattr(row, name, value)
    if what_is_counted(row) != before:
        recount(row.assessment)
    return row


def _says(row: Statement | Finding, words: dict[str, Any]) -> bool:
    """Whether these very words are there already: the same page sent twice is saved once."""
    return all(getattr(row, name) == value for name, value in words.items())


def _check_band(row: Row, band: str) -> None:
    try:
        check_rating(row.assessment.standard.rule(), row.element.number, band)
    except WrongRating as wrong:
        raise Refused(wrong.message) from wrong
