"""What people write of an element: the department's statement and the assessor's finding.

People's forms save by themselves while they type, so a save is one read, which holds the assessment at its stage, and
one write, which happens only if the version is still the one that was shown. What else follows from a save (the award
rule's word on a band, the counts) is asked only when it can have changed.
"""

import json
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from assessments.models import Assessment, Challenge, ChallengeState, Finding, Statement
from assessments.models.challenge import as_it_reads
from assessments.models.standard import element_places, rule_of
from assessments.rules import WrongRating, check_rating
from assessments.services.gaps import band_has_changed
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import count_change, what_is_counted
from assessments.workflow import CHALLENGES_ARE_ANSWERED, Stage
from departments.models import User

Row = TypeVar("Row", Statement, Finding)

# What a save asks of the assessment; the rest is read if somebody asks for it after all.
NEEDED = ("id", "stage", "standard", "department", "body", "assessor", "declared_at", "tallies")


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
    if not takes(row.assessment, row):
        raise Refused(
            "Findings can be changed during the review, and afterwards where a challenge to them was accepted."
        )
    before = row.version
    saved = _save(row, version, by, words)
    if saved.version != before and row.assessment.stage in CHALLENGES_ARE_ANSWERED:
        Challenge.objects.filter(finding=row, state=ChallengeState.ACCEPTED).update(after=as_it_reads(saved))
    return saved


def takes(assessment: Assessment, finding: Finding) -> bool:
    """Whether the assessor can change this finding now: while the facts are checked, only after a challenge."""
    if assessment.stage == Stage.FACTUAL_CHECK:
        return Challenge.objects.open_findings(assessment).filter(finding=finding).exists()
    return assessment.takes_findings


def _held(model: type[Row], pk: int) -> Row:
    """The row with its assessment, which stays at its stage until the transaction ends."""
    sql, own, its = _held_sql(model)
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk])
        values = cursor.fetchone()
    if values is None:
        raise model.DoesNotExist
    row: Row = model.from_db(DEFAULT_DB_ALIAS, own, values[: len(own)])
    told = dict(zip(its, values[len(own) :], strict=True))
    told["tallies"] = json.loads(told["tallies"])
    row.assessment = Assessment.from_db(DEFAULT_DB_ALIAS, its, list(told.values()))
    return row


@cache
def _held_sql(model: type[Statement] | type[Finding]) -> tuple[str, list[str], list[str]]:
    """The query behind it, written once since every save waits for it, and the fields that it gives of both."""
    own = [field for field in model._meta.concrete_fields if field.name != "words"]
    its = [field for field in Assessment._meta.concrete_fields if field.name in NEEDED]
    columns = [*(f'held."{field.column}"' for field in own), *(f'assessment."{field.column}"' for field in its)]
    sql = (
        f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}" held '  # noqa: S608 (names of our own columns)
        "JOIN assessments_assessment assessment ON assessment.id = held.assessment_id "
        "WHERE held.id = %s FOR NO KEY UPDATE OF assessment"
    )
    return sql, [field.attname for field in own], [field.attname for field in its]


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
        count_change(row, before=before)
    if row.band != before[0]:
        band_has_changed(row)
    return row


def _says(row: Statement | Finding, words: dict[str, Any]) -> bool:
    """Whether these very words are there already: the same page sent twice is saved once."""
    return all(getattr(row, name) == value for name, value in words.items())


def _check_band(row: Row, band: str) -> None:
    standard = row.assessment.standard_id
    try:
        check_rating(rule_of(standard), element_places(standard)[row.element_id].number, band)
    except WrongRating as wrong:
        raise Refused(wrong.message) from wrong
