"""How long saving a statement and a finding takes, over a bare UPDATE of the same columns in the same run.

A form saves itself every few seconds while somebody types, so its service must cost little more than writing the words.
Both are whole transactions, committed, with the database's own triggers (history, words to search); they take turns, and the
medians are compared. The history says who in both.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pghistory
from django.db import connection, transaction

import bench._ready  # noqa: F401
from assessments.models import Assessment, Finding, Statement
from assessments.services.tallies import count
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Stage
from bench._trust import build
from departments.models import User

ROUNDS = 200
WARM = 20
LIMIT = 2.5
TEXT = "We listen to every patient, and tell them what came of it. " * 20


def taken(change: Callable[[], object]) -> float:
    before = time.perf_counter()
    change()
    return time.perf_counter() - before


def bare(model: Any, pk: int, words: dict[str, Any]) -> None:
    with transaction.atomic():
        model.objects.filter(pk=pk).update(**words)


def over(model: Any, row: Any, save: Callable[[int, dict[str, Any]], Any], main: str) -> dict[str, float]:
    """The median of a save, of a bare update, and of their ratio turn by turn."""
    saves, updates = [], []
    for turn in range(WARM + ROUNDS):
        words = {name: getattr(row, name) for name in WORDS[model]}
        version = model.objects.values_list("version", flat=True).get(pk=row.pk)
        typed = {**words, main: f"{TEXT} {turn} saved"}
        saves.append(taken(lambda: save(version, typed)))  # noqa: B023
        updates.append(taken(lambda: bare(model, row.pk, {**words, main: f"{TEXT} {turn} bare"})))  # noqa: B023
    ratios = [one / other for one, other in zip(saves[WARM:], updates[WARM:], strict=True)]
    return {
        "ratio": round(median(ratios), 2),
        "save_ms": round(median(saves[WARM:]) * 1000, 2),
        "update_ms": round(median(updates[WARM:]) * 1000, 2),
    }


WORDS: dict[Any, tuple[str, ...]] = {
    Statement: ("text", "band", "tell_me"),
    Finding: ("band", "narrative", "strengths", "improvement", "good_practice"),
}


def under_review(assessment: Assessment) -> Assessment:
    """A second assessment of the same trust whose findings are open."""
    Assessment.objects.filter(pk=assessment.pk).update(stage=Stage.DESK_REVIEW)
    return Assessment.objects.get(pk=assessment.pk)


def measure() -> bool:
    world = build(departments=3)
    lead: User = world.lead
    statement = Statement.objects.filter(assessment=world.preparing).in_order()[20]
    assessment = world.in_review
    finding = Finding.objects.filter(assessment=assessment).in_order()[20]
    assessor = assessment.assessor
    assert assessor is not None
    with pghistory.context(user=lead.pk, url="/assessments/1/elements/4.3.4/"):
        detail = {
            "statement": over(
                Statement,
                statement,
                lambda version, words: save_statement(statement=statement, version=version, by=lead, **words),
                "text",
            ),
            "finding": over(
                Finding,
                finding,
                lambda version, words: save_finding(finding=finding, version=version, by=assessor, **words),
                "narrative",
            ),
        }
    for row in (world.preparing, assessment):
        row.refresh_from_db()
        if row.tallies != count(row):
            raise RuntimeError("The stored counts differ from what they count.")
    value = max(each["ratio"] for each in detail.values())
    report = {**detail, "limit": LIMIT, "rounds": ROUNDS}
    print(json.dumps({"figure": "autosave_over_bare_update", "value": value, "unit": "ratio", "detail": report}))
    return value <= LIMIT


def main() -> int:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return 0 if measure() else 1
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
