"""How long saving a statement and a finding takes, over a bare UPDATE of the same columns in the same run.

A form saves itself every few seconds while somebody types, so its service must cost little more than writing the
words. Both are whole transactions, committed, with the database's own triggers (history, words to search); they take
turns, and the medians are compared. The history says who in both.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

import bench._ready  # noqa: F401
from assessments.models import Assessment, Finding, Statement
from assessments.services import cycle
from assessments.services.tallies import count
from assessments.services.writing import save_finding, save_statement
from bench._database import measured
from bench._trust import build
from departments.models import User

ROUNDS = 200
WARM = 20
LIMIT = 2.5
SIZE = 3
WORDS = {
    Statement: ("text", "band", "tell_me"),
    Finding: ("band", "narrative", "strengths", "improvement", "good_practice"),
}
TEXT = "We listen to every patient, and tell them what came of it. " * 20


def taken(change: Callable[[], object]) -> float:
    before = time.perf_counter()
    change()
    return time.perf_counter() - before


def bare(row: Statement | Finding, words: dict[str, Any]) -> None:
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**words)


def over(row: Statement | Finding, save: Callable[..., Statement | Finding], main: str) -> dict[str, float]:
    """The median of a save, of a bare update, and of their ratio turn by turn."""
    saves, updates = [], []
    for turn in range(WARM + ROUNDS):
        words = {name: getattr(row, name) for name in WORDS[type(row)]}
        version = type(row)._default_manager.values_list("version", flat=True).get(pk=row.pk)
        saves.append(taken(partial(save, version=version, **{**words, main: f"{TEXT} {turn} saved"})))
        updates.append(taken(partial(bare, row, {**words, main: f"{TEXT} {turn} bare"})))
    ratios = [one / other for one, other in zip(saves[WARM:], updates[WARM:], strict=True)]
    return {
        "ratio": round(median(ratios), 2),
        "save_ms": round(median(saves[WARM:]) * 1000, 2),
        "update_ms": round(median(updates[WARM:]) * 1000, 2),
    }


def under_review(assessment: Assessment, lead: User) -> Assessment:
    """The same assessment, submitted and with its assessor, who has signed."""
    assessor, certifier = (User.objects.get(email=f"{who}.{SIZE}@bench.example") for who in ("assessor", "certifier"))
    submitted = cycle.submit(assessment=assessment, by=User.objects.get(pk=lead.pk))
    assigned = cycle.assign(assessment=submitted, assessor=assessor, by=certifier)
    Assessment.objects.filter(pk=assigned.pk).update(declared_at=timezone.now())
    return Assessment.objects.get(pk=assigned.pk)


def measure() -> bool:
    world = build(departments=SIZE)
    lead = world.lead
    statement = Statement.objects.filter(assessment=world.preparing).in_order()[20]
    with pghistory.context(user=lead.pk, url="/assessments/1/elements/4.3.4/"):
        detail = {"statement": over(statement, partial(save_statement, statement=statement, by=lead), "text")}
    assessment = under_review(world.preparing, lead)
    finding = Finding.objects.filter(assessment=assessment).in_order()[20]
    assert assessment.assessor is not None
    with pghistory.context(user=assessment.assessor.pk, url="/assessments/1/elements/4.3.4/"):
        detail["finding"] = over(finding, partial(save_finding, finding=finding, by=assessment.assessor), "narrative")
    assessment = Assessment.objects.get(pk=assessment.pk)
    if assessment.tallies != count(assessment):
        raise RuntimeError("The stored counts differ from what they count.")
    value = max(each["ratio"] for each in detail.values())
    report = {**detail, "limit": LIMIT, "rounds": ROUNDS}
    print(json.dumps({"figure": "autosave_over_bare_update", "value": value, "unit": "ratio", "detail": report}))
    return value <= LIMIT


if __name__ == "__main__":
    sys.exit(measured(measure))
