"""What people write of an element: the department's statement and the assessor's finding."""

from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Finding, Statement
from assessments.rules import WrongRating, check_rating
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount
from departments.models import User

Row = TypeVar("Row", Statement, Finding)


@transaction.atomic
def save_statement(*, statement: Statement, version: int, by: User, **words: str) -> Statement:
    """Store the department's words (`text`, `band`, `tell_me`) if nobody has saved since `version` was shown.

    Raises Refused when the assessment no longer takes statements, SavedByAColleague when the page was stale.
    """
    assessment = Assessment.objects.select_for_update().get(pk=statement.assessment_id)
    if not assessment.takes_statements:
        raise Refused("This self-assessment has been submitted, so its statements can no longer be changed.")
    row = Statement.objects.select_related("element").get(pk=statement.pk)
    return _save(assessment, row, version, by, words)


@transaction.atomic
def save_finding(*, finding: Finding, version: int, by: User, **words: Any) -> Finding:
    """Store the assessor's words (`band`, `narrative`, `strengths`, `improvement`, `good_practice`), as above."""
    assessment = Assessment.objects.select_for_update().get(pk=finding.assessment_id)
    if not assessment.takes_findings:
        raise Refused("Findings can be changed during the desk review only.")
    row = Finding.objects.select_related("element").get(pk=finding.pk)
    return _save(assessment, row, version, by, words)


def _save(assessment: Assessment, row: Row, version: int, by: User, words: dict[str, Any]) -> Row:
    same = all(getattr(row, name) == value for name, value in words.items())
    if same:
        return row
    if row.version != version:
        raise SavedByAColleague
    try:
        check_rating(assessment.standard.rule(), row.element.number, words.get("band"))
    except WrongRating as wrong:
        raise Refused(wrong.message) from wrong
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1
    row.edited_by, row.edited_at = by, timezone.now()
    row.save()
    recount(assessment)
    return row
