"""How long a save that changes a band takes, counts and all, over a bare UPDATE of the same columns in the same run.

Statements and findings of the whole country, each save a committed transaction with the database's own triggers
(history, words to search); they take turns, and the medians of their ratios are compared. The history says who.
"""

import json
import sys
from functools import partial
from statistics import median
from typing import Any

import pghistory
from django.db.models import QuerySet

import bench._ready  # noqa: F401
from assessments.models import Assessment, Finding, Statement
from assessments.rules import Band
from assessments.services.tallies import count
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Stage
from bench._national import LARGE, country, measured
from bench.autosave_over_bare_update import TEXT, WORDS, bare, taken
from departments.models import User

ROUNDS, WARM = 150, 20
LIMIT = 2.5
BANDS = (Band.COMPLIANT, Band.PARTIALLY_COMPLIANT)


def over(rows: QuerySet[Any], who: str, save: Any, main: str) -> dict[str, float]:
    """The medians of saves, of bare updates, and of their ratio turn by turn."""
    row = rows.select_related("assessment").order_by("pk")[0]
    by: User = getattr(row.assessment, who)
    saves, updates = [], []
    with pghistory.context(user=by.pk, url="/assessments/1/elements/4.3.4/"):
        for turn in range(WARM + ROUNDS):
            words = {name: getattr(row, name) for name in WORDS[type(row)]}
            version = rows.values_list("version", flat=True).get(pk=row.pk)
            said = {**words, main: f"{TEXT} {turn} saved", "band": BANDS[turn % 2]}
            saves.append(taken(partial(save, version=version, by=by, **said)))
            # The counts know only of what the service saves, so the bare update says the same band once more.
            updates.append(taken(partial(bare, row, {**said, main: f"{TEXT} {turn} bare"})))
    assessment = Assessment.objects.get(pk=row.assessment_id)
    if assessment.tallies != count(assessment):
        raise RuntimeError("The stored counts differ from what they count.")
    ratios = [one / other for one, other in zip(saves[WARM:], updates[WARM:], strict=True)]
    return {
        "ratio": round(median(ratios), 2),
        "save_ms": round(median(saves[WARM:]) * 1000, 2),
        "update_ms": round(median(updates[WARM:]) * 1000, 2),
    }


def measure() -> bool:
    """Print the figure; whether both kinds of save keep within the limit."""
    with country(LARGE):
        statements = Statement.objects.filter(assessment__stage=Stage.PREPARING, element__number="4.3.4")
        findings = Finding.objects.filter(assessment__stage=Stage.DESK_REVIEW, element__number="4.3.4")
        found = {
            "statement": over(statements, "opened_by", saving(save_statement, "statement", statements), "text"),
            "finding": over(findings, "assessor", saving(save_finding, "finding", findings), "narrative"),
        }
    value = max(each["ratio"] for each in found.values())
    detail = {**found, "limit": LIMIT, "rounds": ROUNDS}
    print(json.dumps({"figure": "save_with_counts_over_bare", "value": value, "unit": "ratio", "detail": detail}))
    return value <= LIMIT


def saving(save: Any, what: str, rows: QuerySet[Any]) -> Any:
    return partial(save, **{what: rows.order_by("pk")[0]})


if __name__ == "__main__":
    sys.exit(measured(measure))
